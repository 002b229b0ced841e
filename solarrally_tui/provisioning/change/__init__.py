"""Changing one stack: its change set, whether that would lose data, and the watch on it.

May import engine and identities, of provisioning.
"""
