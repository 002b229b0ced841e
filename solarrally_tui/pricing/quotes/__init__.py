"""An estimate with all that explains it, as text, Markdown, HTML, JSON and CSV; quotes in paper.

May import all of pricing.
"""
