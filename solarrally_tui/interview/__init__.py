"""The questions, the answers so far, and the steps.

Imports computer, findings and site; knows no Textual.
"""
