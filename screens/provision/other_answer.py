"""The answer that a failed deployment may be tried again with, as a button."""

from dataclasses import dataclass

from solarrally_tui.interview.draft import Draft
from solarrally_tui.provisioning.engine.outcome import Outcome
from solarrally_tui.screens.common.money import signed
from solarrally_tui.screens.common.words import capital
from solarrally_tui.site.database_classes import alike
from solarrally_tui.text.plain import Instead
from solarrally_tui.wizard.session import Session


@dataclass(frozen=True, slots=True)
class OtherAnswer:
    """Another answer, what it changes, and how it is written in a site file."""

    instead: Instead
    label: str
    """Of the button."""
    price: str = ""
    """What it changes a month, with its sign; empty where no price is known."""

    def __str__(self) -> str:
        """Return what the button does, in a sentence."""
        money = f", {self.price} a month" if self.price else ""
        return f"{self.label} changes this answer{money}, and tries again: {self.instead.line}."


def other_answer(outcome: Outcome, session: Session) -> OtherAnswer | None:
    """Return the answer that may avoid what has failed; None where none is known."""
    instead = outcome.cause.instead if outcome.cause else None
    if instead is None:
        return None
    label = capital(instead.words)
    if instead.value is None:
        other = alike(session.site.draft.text(instead.path))
        if not other:
            return None
        instead, label = Instead(instead.words, instead.path, other), f"Use {other}"
    return OtherAnswer(instead, label, _price(instead, session))


def _price(instead: Instead, session: Session) -> str:
    """Return what the answer changes a month; empty without prices."""
    now = session.site.draft
    then = Draft(now.answers)
    then.set(instead.path, instead.value)
    try:
        before, after = (session.services.estimate(d.site_for_prices()) for d in (now, then))
    except Exception:  # noqa: BLE001 the answer can be changed without a price
        return ""
    known = before.known and after.known
    return signed(after.expected - before.expected, session.money) if known else ""
