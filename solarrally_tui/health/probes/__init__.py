"""Checks of a deployed site, one file for each part of it. Imports health's own foundations."""
