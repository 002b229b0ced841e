"""Screens of the wizard, one file a screen."""
