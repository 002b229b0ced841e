"""solarrally chargers: one module for each action."""
