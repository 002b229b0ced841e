"""Reads one commit of a public repository through dulwich. Imports source/web.py and reference."""
