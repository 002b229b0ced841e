"""The picture of a site, as the wizard shows it: captions, states, and the widget.

Imports common, wizard and the rooms below it.
"""
