"""Chargers: onboarding, certificates, telemetry.

Imports pricing, account, deployed and below.
"""
