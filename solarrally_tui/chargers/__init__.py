"""Chargers: onboarding, certificates and telemetry. Imports pricing, account, deployed and below."""
