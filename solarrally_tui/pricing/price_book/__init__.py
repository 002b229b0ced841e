"""The price book: AWS list prices, bundled and refreshed from AWS's price list.

May import aws, for the price list's query API, and site.
"""
