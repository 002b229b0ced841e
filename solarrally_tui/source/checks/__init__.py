"""What of a source will not run in a site, and which fixes the build applies.

Imports the source's tree, its findings, and the blueprint's task. Parses files and runs none.
"""
