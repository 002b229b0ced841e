"""The door to AWS: every call, error, wait and credential.

Imports computer, findings, site and text.
"""
