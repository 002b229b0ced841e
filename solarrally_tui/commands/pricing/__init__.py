"""Commands about prices: estimate, quote and the price book. Imports pricing/ and shared/."""
