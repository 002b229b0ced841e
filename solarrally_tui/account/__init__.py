"""Credentials, identity and account-wide facts."""
