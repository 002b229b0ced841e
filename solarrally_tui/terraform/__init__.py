"""Terraform that creates the same resources as the blueprints, rendered from them.

Pure. May import blueprints, stacks and site.
"""
