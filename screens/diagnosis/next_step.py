"""The next step of a diagnosis as something that the wizard does itself. Pure."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from solarrally_tui.interview.trail import FLEET
from solarrally_tui.screens.common.next_steps import in_the_wizard

if TYPE_CHECKING:
    from solarrally_tui.aws.errors import Plain
    from solarrally_tui.health.diagnosis.model import Candidate
    from solarrally_tui.wizard.run_progress import RunProgress


@dataclass(frozen=True, slots=True)
class Way:
    """Where the wizard does what a cause asks for."""

    label: str
    """Of the button."""
    place: str
    """The name of a place."""
    words: str = ""
    """What to do there; empty where the cause's own words say it."""


_DEPLOY: Final = Way("Review and deploy", "review")
_CHARGERS: Final = Way("Show the chargers", FLEET)
_ALERTS: Final = "Open Billing alerts"
_DOMAIN: Final = Way("Open Domain", "domain")
_BY_CAUSE: Final = {
    "alerts-unconfirmed": Way(
        _ALERTS,
        "billing",
        'Open the e-mail "AWS Notification - Subscription Confirmation", also in the folder for '
        "spam, and click its link. Billing alerts sends it again.",
    ),
    "alerts-unsubscribed": Way(
        _DEPLOY.label,
        _DEPLOY.place,
        "Deploy again. AWS sends an e-mail, and its link subscribes the address.",
    ),
    "charger-clock": _CHARGERS,
    "chargers": _CHARGERS,
    "chargers-offline": _CHARGERS,
    "chargers-silent": _CHARGERS,
    "name-not-pointed": _DOMAIN,
    "run-interrupted": Way(
        "Review and continue", _DEPLOY.place, "Deploy again. It continues where it stopped."
    ),
    "telemetry-rejected": _CHARGERS,
    "telemetry-unpublished": _CHARGERS,
}
_BY_EVIDENCE: Final = {"certificate": _DOMAIN, "dns-proof": _DOMAIN}
_AGAIN: Final = re.compile(
    r"\b[Rr]un (?:the same command|(?:solarrally )?deploy(?: FILE)? again)\b"
)


def way_of(cause: "Candidate") -> Way | None:
    """Return where the wizard does the next step; None where a person does it elsewhere."""
    if (way := _BY_CAUSE.get(cause.id)) is not None:
        return way
    if _AGAIN.search(cause.next):
        return _DEPLOY
    return _BY_EVIDENCE.get(cause.evidence[0].kind) if cause.evidence else None


def next_step(cause: "Candidate") -> str:
    """Return what to do about a cause, as the wizard does it."""
    way = way_of(cause)
    return way.words if way and way.words else in_the_wizard(cause.next)


def has_stopped(cause: "Candidate", run: "RunProgress | None") -> "Plain | None":
    """Return why the last deployment failed, where that is this cause: AWS's words are the same."""
    outcome = run.outcome if run and not run.destroys and not run.succeeded else None
    plain = outcome.cause if outcome else None
    if plain is None or not plain.detail:
        return None
    seen = [one.words for one in cause.evidence if one.words]
    return plain if any(words in plain.detail or plain.detail in words for words in seen) else None
