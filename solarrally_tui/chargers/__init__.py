"""Chargers: certificates, onboarding and telemetry."""
