"""Diagnosis: the screen and its details."""
