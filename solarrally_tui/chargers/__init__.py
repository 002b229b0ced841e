"""Chargers: onboarding, certificates and telemetry. Imports account, deployed and below."""
