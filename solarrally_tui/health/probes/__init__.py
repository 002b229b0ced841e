"""Checks of a deployed site, one file a part of it."""
