"""Quotes: gathered once, written as text, Markdown, HTML, JSON and CSV."""
