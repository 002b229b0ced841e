"""Which screen shows which step. Screens are imported when they are first shown."""

from importlib import import_module
from typing import Final

from solarrally_tui.screens.frame import StepScreen

_CLASSES: Final = {
    "welcome": "WelcomeScreen",
    "account": "AccountScreen",
    "billing": "BillingScreen",
    "domain": "DomainScreen",
    "size": "SizeScreen",
    "application": "ApplicationScreen",
    "review": "ReviewScreen",
    "provision": "ProvisionScreen",
    "charger": "ChargerScreen",
    "status": "StatusScreen",
}


def screen_of(step_id: str) -> type[StepScreen]:
    """Return the screen of a step."""
    module = import_module(f"solarrally_tui.screens.{step_id}")
    found: type[StepScreen] = getattr(module, _CLASSES[step_id])
    return found
