"""The price book: AWS list prices, bundled, refreshed, and read from the price list."""
