"""Domain: the step and its dialogs.

Imports the frame, common and widgets, wizard and the rooms below it.
"""
