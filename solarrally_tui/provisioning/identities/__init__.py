"""Roles and policies in IAM, and identities in AWS IoT. May import engine, of provisioning."""
