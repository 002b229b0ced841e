"""Widgets that several screens share. Imports common, wizard and the rooms below it."""
