"""Application: the step, and the list of what is found in its source.

Imports the frame, common and widgets, wizard and the rooms below it.
"""
