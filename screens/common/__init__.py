"""What several screens share and no widget is: words, money, themes, confirmation dialogs.

Imports no other screen; wizard and the rooms below it.
"""
