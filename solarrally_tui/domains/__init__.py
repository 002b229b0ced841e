"""Domains: DNS, hosted zones, the registrar and certificates.

Imports aws, deployed, findings and site.
"""
