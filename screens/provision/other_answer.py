"""The answer that a failed deployment may be tried again with, as a button."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from textual.widgets import Button

from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.steps import STEPS
from solarrally_tui.provisioning.engine.outcome import Outcome
from solarrally_tui.screens.common.confirm import ConfirmScreen
from solarrally_tui.screens.common.messages import Go, StartDeploy
from solarrally_tui.screens.common.money import exact, signed
from solarrally_tui.screens.common.words import capital
from solarrally_tui.site.database_classes import alike
from solarrally_tui.text.plain import Instead
from solarrally_tui.wizard.session import Session

if TYPE_CHECKING:
    from textual.app import App
    from textual.screen import Screen

DATABASE_CLASS: Final = "size.database_class"
_COMPUTER: Final = "the same size on another processor"


@dataclass(frozen=True, slots=True)
class Price:
    """What other answers change a month, in the currency that is shown."""

    change: str
    """With a sign."""
    then: str
    """What the site costs with them."""
    rises: bool

    @property
    def sentence(self) -> str:
        """What the site costs then, and how much that is more or less."""
        more = "more" if self.rises else "less"
        return f"The site then costs {self.then} a month, {self.change[1:]} {more} than planned."


@dataclass(frozen=True, slots=True)
class OtherAnswer:
    """Other answers, and what they change; or the step in which the person chooses one."""

    label: str
    """Of the button."""
    answers: Mapping[str, str | int]
    """By their dotted paths; none where the person chooses."""
    step: str = ""
    """The id of the step in which the person chooses; else empty."""
    means: str = ""
    """What the site gains or gives up with them, in a sentence; empty where that is nothing."""
    price: Price | None = None
    """What they change; None where that is nothing or not known."""

    def __str__(self) -> str:
        """Return what the button does, in a sentence."""
        if self.step:
            return f"{self.label}: the button below leads there. Then come back and try again."
        return f"{self.named}: the button below does it and tries again."

    @property
    def named(self) -> str:
        """What the answers do, with what they change a month."""
        about = f", {_COMPUTER}" if DATABASE_CLASS in self.answers and not self.means else ""
        costs = f" ({self.price.change} a month)" if self.price else ""
        return f"{self.label}{about}{costs}"

    @property
    def question(self) -> ConfirmScreen | None:
        """What is asked before; None where the answers neither cost more nor give anything up."""
        if not self.means and (self.price is None or not self.price.rises):
            return None
        means = self.means or f"The database then has {_COMPUTER}."
        text = f"{means}\n\n{self.price.sentence}" if self.price else means
        return ConfirmScreen(f"{self.label}?", text, "Try it", "Not now", prefers_no=True)

    async def agreed(self, app: "App[Any]") -> bool:
        """Ask, where there is something to ask. Return whether to take the answers."""
        question = self.question
        return question is None or await app.push_screen_wait(question)

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


def offer_best(screen: "Screen[Any]", offers: Mapping[str, bool], other: OtherAnswer | None) -> str:
    """Show those buttons that are offered, the best first and bright; return that one's selector.

    offers: by selector, "#again" the last. other: what "#other-answer" does.
    """
    best = next((id_ for id_, is_offered in offers.items() if is_offered), "#again")
    for id_, is_offered in offers.items():
        button = screen.query_one(id_, Button)
        button.display = is_offered
        button.variant = "primary" if id_ == best else "default"
    button = screen.query_one("#other-answer", Button)
    button.label = f" {other.label} " if other else ""
    button.refresh(layout=True)  # another name is as wide as it is
    return best


def offered(instead: Instead, session: Session) -> OtherAnswer | None:
    """Return other answers as a button; None where the present one has none like it."""
    answers = {path: value for path, value in instead.answers.items() if value is not None}
    label = capital(instead.words)
    for path in instead.answers.keys() - answers.keys():
        if path != DATABASE_CLASS:
            step = next(step.id for step in STEPS if path in step.fields)
            return OtherAnswer(label, {}, step)
        answers[path] = alike(session.site.draft.text(path))
        label = f"Use {answers[path]}"
        if not answers[path]:
            return None
    return OtherAnswer(label, answers, means=instead.means, price=_price(answers, session))


def _price(answers: Mapping[str, str | int], session: Session) -> Price | None:
    """Return what the answers change a month; None where that is nothing or not known."""
    now = session.site.draft
    then = Draft(now.answers)
    OtherAnswer("", answers).take(then)
    try:
        before, after = (session.services.estimate(d.site_for_prices()) for d in (now, then))
    except Exception:  # noqa: BLE001 the answer can be changed without a price
        return None
    change = round(after.expected - before.expected, 2)
    if not (before.known and after.known and change):
        return None
    money = session.money
    return Price(signed(change, money), exact(after.expected, money), change > 0)
