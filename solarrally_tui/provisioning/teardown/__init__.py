"""Deleting a site, and what remains of it.

May import deployment and what is below it; neither preview nor operations.
"""
