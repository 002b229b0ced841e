"""Which screen shows which place. Screens are imported when they are first shown."""

from importlib import import_module
from typing import Final

from solarrally_tui.interview.trail import DIAGNOSIS, FLEET
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
    FLEET: ("fleet.screen", "FleetScreen"),
    DIAGNOSIS: ("diagnosis.screen", "DiagnosisScreen"),
}
"""Module and class of each place's screen."""


def screen_of(place: str) -> type[StepScreen]:
    """Return the screen of a step, or of a place beside the steps."""
    module, name = _SCREENS[place]
    screen: type[StepScreen] = getattr(import_module(f"solarrally_tui.screens.{module}"), name)
    return screen
