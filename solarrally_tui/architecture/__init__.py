"""The architecture of a site as boxes and arrows, from its resolved templates, and its drawing.

Pure. May import site only: resources and charges come in as they are.
"""
