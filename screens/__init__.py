"""Screens of the wizard, a file or a folder for each. They alone, with app.py, know Textual.

Imports wizard, interview and the rooms below them; never commands.
"""
