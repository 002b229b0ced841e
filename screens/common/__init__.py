"""What several screens share besides widgets: keys, words, money, themes, dialogs.

Imports no other screen; wizard and the rooms below it.
"""
