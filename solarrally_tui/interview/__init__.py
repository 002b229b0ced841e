"""The questions, the answers so far, and the steps.

Imports computer, findings, site and text; knows no Textual.
"""
