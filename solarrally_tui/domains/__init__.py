"""Domains: DNS, hosted zones, the registrar and certificates.

Imports aws, deployed, findings, site and text.
"""
