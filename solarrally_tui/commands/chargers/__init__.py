"""solarrally chargers: one module for each action. Part of commands."""
