"""Releases of a site: kept at the end of a deployment, and returned to. Part of deployment."""
