"""Size: the step, and what its costs consist of.

Imports the frame, common and widgets, wizard and the rooms below it.
"""
