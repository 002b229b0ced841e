"""Which screen shows which step. Screens are imported when they are first shown."""

from importlib import import_module
from typing import Final

from solarrally_tui.screens.frame import StepScreen

_SCREENS: Final = {
    "welcome": ("welcome", "WelcomeScreen"),
    "account": ("account.screen", "AccountScreen"),
    "billing": ("billing", "BillingScreen"),
    "domain": ("domain.screen", "DomainScreen"),
    "size": ("size.screen", "SizeScreen"),
    "application": ("application.screen", "ApplicationScreen"),
    "review": ("review.screen", "ReviewScreen"),
    "provision": ("provision.screen", "ProvisionScreen"),
    "charger": ("charger", "ChargerScreen"),
    "status": ("status.screen", "StatusScreen"),
}
"""Module and class of each step's screen."""


def screen_of(step_id: str) -> type[StepScreen]:
    """Return the screen of a step."""
    module, name = _SCREENS[step_id]
    screen: type[StepScreen] = getattr(import_module(f"solarrally_tui.screens.{module}"), name)
    return screen
