"""The application's source: fetches it, checks what will not run in a site, inspects images.

Imports blueprints, stacks, site, computer, findings and text. It runs nothing of a source.
"""
