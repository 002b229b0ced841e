"""What the app returns when a person wants something else than to end."""

from typing import Final

DEMO: Final = "demo"
"""The command that the wizard goes on with: a try in a simulated account."""
RESTART: Final = "restart"
"""A demonstration shall begin anew."""
