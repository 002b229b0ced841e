"""The quote that a customer signs: who, what it costs, how it looks in every format.

May import all of pricing, and architecture.
"""
