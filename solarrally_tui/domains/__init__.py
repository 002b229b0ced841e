"""Domains: DNS, hosted zones, the registrar and certificates. Imports findings, aws and site."""
