"""Status: the step, its table of checks, and the hand-over.

Imports the frame, common and widgets, wizard and the rooms below it.
"""
