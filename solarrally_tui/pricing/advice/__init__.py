"""Variants of a site, ways to pay less, and costs outside an ordinary month.

May import the estimate, metering and the price book.
"""
