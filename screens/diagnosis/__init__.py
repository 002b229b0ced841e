"""Diagnosis: the screen and its details.

Imports the frame, common and widgets, wizard and the rooms below it.
"""
