"""The account: preflight checks, credentials, billing alerts, and settings that all sites share.

Imports findings, text, site, aws and deployed.
"""
