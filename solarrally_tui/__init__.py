"""SolarRally deployment wizard."""
