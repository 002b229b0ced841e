"""Quotes: gathered once, written as text, Markdown, HTML, JSON and CSV.

May import all of pricing.
"""
