"""Size: a tier, the number of chargers, and what it costs a month."""

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from solarrally_tui.screens.draft import fits
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.money import by_service, estimate_of
from solarrally_tui.screens.steps import BY_ID
from solarrally_tui.screens.widgets.bars import CostBars
from solarrally_tui.screens.widgets.field import Field, in_words
from solarrally_tui.screens.widgets.tier_cards import TierCards
from solarrally_tui.screens.words import dollars
from solarrally_tui.site.problems import Problem
from solarrally_tui.site.tiers import Tier

_BARS, _MANY_BARS, ROOMY = 5, 8, 34


class SizeScreen(StepScreen):
    """Asks how large, and prices every keystroke."""

    STEP: ClassVar[str] = "size"
    CSS_PATH = "size.tcss"
    TITLE_TEXT: ClassVar[str] = "Size"
    AUTO_FOCUS = "#tiers"
    ABOUT: ClassVar[bool] = False
    HELP_TEXT: ClassVar[str] = (
        "Small is for a home or a shop. It runs one server and one database; when AWS replaces "
        "one of them, the site is away for some minutes.\n\n"
        "Medium keeps two servers and a standby database in two buildings, so that one may "
        "fail.\n\n"
        "Large adds room, private networking and longer backups.\n\n"
        "The price is an estimate of the AWS list price without tax, free plans and credits. It "
        "is computed from the very templates that are deployed. The first amount is what we "
        "expect; the range covers little and much use.\n\n"
        "You can change the size later by running the wizard again. Changing the database's "
        "size interrupts the site for a few minutes."
    )

    def body(self) -> ComposeResult:
        """Show the tiers, two fields and the bars."""
        yield TierCards(self._tier)
        with Horizontal(id="sizes"):
            yield self._number("size.chargers", "Chargers")
            yield self._number("size.interval_seconds", "Seconds between messages")
        yield Static(id="size-note")
        yield Static("Where the money goes", classes="field-label")
        yield CostBars()
        yield Static(id="price-note")

    def _number(self, path: str, label: str) -> Field:
        return Field(path, label, value=self.session.draft.text(path), quiet=True)

    @property
    def _tier(self) -> Tier:
        value = self.session.draft.get("tier")
        return Tier(value) if value in set(Tier) else Tier.SMALL

    def on_mount(self) -> None:
        """Price what the draft holds."""
        self.reprice()

    def reprice(self) -> None:
        """Estimate the three tiers and the draft anew. Takes milliseconds; no network."""
        estimates = {
            tier: estimate_of(self.session, None if tier is self._tier else tier) for tier in Tier
        }
        self.query_one(TierCards).show(estimates)
        mine = estimates[self._tier]
        self.query_one(CostBars).show(
            by_service(mine, _BARS if self.app.size.height < ROOMY else _MANY_BARS) if mine else ()
        )
        note = self.query_one("#price-note", Static)
        if mine is None:
            note.update(Content(self._no_price()))
        else:
            note.update(
                Content(
                    f"{dollars(mine.expected)} a month in {mine.region}, list prices of "
                    f"{mine.prices_as_of}. Without tax and support plans."
                )
            )
        self._show_note()

    def _no_price(self) -> str:
        if self.session.draft.problems_in(BY_ID[self.STEP].fields):
            return "There is no price while an answer above is not valid."
        return f"The price table does not know {self.session.draft.text('region')} yet."

    def _show_note(self) -> None:
        problems = self.session.draft.problems_in(BY_ID[self.STEP].fields)
        note = self.query_one("#size-note", Static)
        note.set_class(bool(problems), "-wrong")
        note.update(Content(_explained(problems) if problems else self._rate()))
        for field in self.query(Field):
            field.show_problem(problems.get(field.path))

    def _rate(self) -> str:
        site = self.session.draft.site_for_prices()
        rate = f"{site.messages_per_second:,.1f} messages a second in all."
        if fits(site.tier, site.size.chargers):
            return rate
        better = next(tier for tier in Tier if fits(tier, site.size.chargers))
        return f"{rate} ▲ {better.value.title()} fits this number better."

    @on(TierCards.Chosen)
    def _tier_chosen(self, event: TierCards.Chosen) -> None:
        self.session.draft.choose_tier(event.tier)
        for field in self.query(Field):
            field.input.value = self.session.draft.text(field.path)
        self.reprice()

    def take(self, field: Field, text: str) -> None:
        """Write a size, explain it at once when it is wrong, and price again."""
        self.session.draft.set(field.path, text.strip())
        self.reprice()


def _explained(problems: Mapping[str, Problem]) -> str:
    words = " ".join(in_words(problem) for problem in problems.values())
    return "! " + words.replace("interval_seconds =", "seconds between messages:")
