"""Commands about prices: estimate, quote and the price book."""
