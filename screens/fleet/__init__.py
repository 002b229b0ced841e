"""Fleet: the chargers of a site, searched, counted and listed, and one of them in full.

Imports the frame, common and widgets, wizard and the rooms below it.
"""
