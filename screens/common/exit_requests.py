"""What the app returns when a person wants something other than to quit."""

from typing import Final

DEMO: Final = "demo"
"""Continue with a demonstration in a simulated account."""
RESTART: Final = "restart"
"""Restart the demonstration."""
