"""Roles and policies of IAM, and identities of AWS IoT."""
