"""Deploying a site: its graph, what each step does, and what the steps share.

May import engine, identities and change, of provisioning.
"""
