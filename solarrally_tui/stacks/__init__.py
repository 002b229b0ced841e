"""From a Site to the parameters of each stack; the template reader and resolver.

Pure. May import site only.
"""
