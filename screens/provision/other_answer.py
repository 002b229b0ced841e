"""The answer that a failed deployment may be tried again with, as a button."""

from collections.abc import Mapping
from dataclasses import dataclass

from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.steps import STEPS
from solarrally_tui.provisioning.engine.outcome import Outcome
from solarrally_tui.screens.common.messages import Go, StartDeploy
from solarrally_tui.screens.common.money import signed
from solarrally_tui.screens.common.words import capital
from solarrally_tui.site.database_classes import alike
from solarrally_tui.text.plain import Instead
from solarrally_tui.wizard.session import Session


@dataclass(frozen=True, slots=True)
class OtherAnswer:
    """Other answers, and what they change; or the step in which the person chooses one."""

    label: str
    """Of the button."""
    answers: Mapping[str, str | int]
    """By their dotted paths; none where the person chooses."""
    step: str = ""
    """The id of the step in which the person chooses; else empty."""
    price: str = ""
    """What they change a month, with a sign; empty where that is nothing or not known."""

    def __str__(self) -> str:
        """Return what the button does, in a sentence."""
        if self.step:
            return f"{self.label}: the button below leads there. Then come back and try again."
        return f"{self.named}: the button below does it and tries again."

    @property
    def named(self) -> str:
        """What the answers do, with what they change a month."""
        return f"{self.label} ({self.price} a month)" if self.price else self.label

    def taken(self, draft: Draft) -> Go | StartDeploy:
        """Write the answers into a draft; return what tries again, or leads to the step."""
        if self.step:
            return Go(self.step, returns=True)
        self.take(draft)
        return StartDeploy()

    def take(self, draft: Draft) -> None:
        """Write the answers into a draft."""
        for path, value in self.answers.items():
            draft.set(path, value)


def other_answer(outcome: Outcome, session: Session) -> OtherAnswer | None:
    """Return the answer that may avoid what has failed; None where none is known."""
    instead = outcome.cause.instead if outcome.cause else None
    return offered(instead, session) if instead else None


def offered(instead: Instead, session: Session) -> OtherAnswer | None:
    """Return other answers as a button; None where the present one has none like it."""
    answers = {path: value for path, value in instead.answers.items() if value is not None}
    label = capital(instead.words)
    for path in instead.answers.keys() - answers.keys():
        if path != "size.database_class":
            step = next(step.id for step in STEPS if path in step.fields)
            return OtherAnswer(label, {}, step)
        answers[path] = alike(session.site.draft.text(path))
        label = f"Use {answers[path]}"
        if not answers[path]:
            return None
    return OtherAnswer(label, answers, price=_price(answers, session))


def _price(answers: Mapping[str, str | int], session: Session) -> str:
    """Return what the answers change a month; empty without prices."""
    now = session.site.draft
    then = Draft(now.answers)
    OtherAnswer("", answers).take(then)
    try:
        before, after = (session.services.estimate(d.site_for_prices()) for d in (now, then))
    except Exception:  # noqa: BLE001 the answer can be changed without a price
        return ""
    change = round(after.expected - before.expected, 2)
    return signed(change, session.money) if before.known and after.known and change else ""
