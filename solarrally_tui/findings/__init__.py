"""Findings and their severity, how states look, and what failures mean. Imports nothing of ours."""
