"""The account: preflight checks, credentials, billing alerts, and settings that all sites share.

Imports findings, text, computer, site, aws and deployed.
"""
