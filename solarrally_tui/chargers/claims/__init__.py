"""Claims: how devices from a box get their own certificate. Imports chargers and below."""
