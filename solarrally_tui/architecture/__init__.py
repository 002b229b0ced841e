"""The architecture of a site as boxes and arrows, from its resolved templates, and its drawing.

Pure. May import site, findings and text: resources and charges come in as they are.
"""
