"""Variants, savings, and what a site costs outside an ordinary month."""
