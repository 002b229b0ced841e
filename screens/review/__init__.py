"""Review: the step and its sections.

Imports the frame, common and widgets, wizard and the rooms below it.
"""
