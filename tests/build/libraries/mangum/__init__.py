"""Stands in for the library of this name in the check of an image."""
