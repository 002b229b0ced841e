"""Size: a tier, the sizes and options, and what each of them costs a month."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label, Static

from solarrally_tui.findings.severity import Severity
from solarrally_tui.interview.draft import fits
from solarrally_tui.interview.problem_text import in_words
from solarrally_tui.interview.questions import QuestionKind
from solarrally_tui.interview.steps import BY_ID, question
from solarrally_tui.pricing.breakdown import ServiceShare, at_most
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.money import capital, estimate_of, total, why_no_price
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.quote import offer
from solarrally_tui.screens.size.bars import CostBars
from solarrally_tui.screens.size.cost_lines import CostLinesScreen, explained, worked_out
from solarrally_tui.screens.size.tier_cards import TierCards
from solarrally_tui.screens.size.what_if import PricedChoice
from solarrally_tui.screens.widgets.choice import Tick
from solarrally_tui.screens.widgets.field import Field
from solarrally_tui.screens.widgets.pick import Pick
from solarrally_tui.screens.widgets.question_widget import asked_by
from solarrally_tui.site.problems import Problem
from solarrally_tui.site.tiers import Tier
from solarrally_tui.wizard.session import Session

if TYPE_CHECKING:
    from solarrally_tui.pricing.metering.estimate_lines import Estimate

_BARS, _MANY_BARS, ROOMY, TALL = 4, 8, 32, 38
_ROWS, _ROWS_IF_TALL = 3, 5
_SIZES: Final = ("size.chargers", "size.interval_seconds", "region")
_OPTIONS_IN_A_ROW: Final = 4


class SizeScreen(StepScreen):
    """Asks for the size, and prices every keystroke."""

    STEP: ClassVar[str] = "size"
    CSS_PATH = "size.tcss"
    TITLE_TEXT: ClassVar[str] = "Size"
    PLACED: ClassVar = frozenset({"tier", *_SIZES})
    AUTO_FOCUS = "#tiers"
    ABOUT: ClassVar[bool] = False
    BINDINGS: ClassVar = [keys.details("lines", "All costs"), keys.place("quote", "Quote")]
    HELP_TEXT: ClassVar[str] = (
        "Small is for a home or a shop. It runs one task and one database; when AWS replaces one "
        "of them, the site is down for a few minutes.\n\n"
        "Medium runs two tasks and a standby database in two Availability Zones, so that one may "
        "fail.\n\n"
        "Large adds capacity, private networking and longer backups.\n\n"
        "The price is an estimate at AWS list prices, without tax, free plans and credits. It is "
        "calculated from the templates that are deployed. The first amount is the expected one; "
        "the range covers light and heavy use.\n\n"
        "You can change the size later by running the wizard again. Changing the size of the "
        "database interrupts the site for a few minutes."
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._mine: Estimate | None = None
        self._shares: tuple[ServiceShare, ...] = ()
        self._choices: tuple[PricedChoice, ...] | None = None

    def body(self) -> ComposeResult:
        """Show the tiers, a row of sizes, rows of options, and the money."""
        yield TierCards(self._tier)
        with Horizontal(id="sizes"):
            yield from map(self.ask, _SIZES)
        options = list(self.rest())
        with Vertical(id="options"):
            for first in range(0, len(options), _OPTIONS_IN_A_ROW):
                yield Horizontal(*options[first : first + _OPTIONS_IN_A_ROW])
        yield Static(id="explain")
        yield Static(id="size-note")
        yield Static(id="price-note")
        yield Static("Where the money goes", classes="field-label", id="bars-label")
        yield CostBars()

    def ask(self, path: str, placeholder: str = "") -> Widget:
        """Return the widget of a question without its hint; the line below explains."""
        asked, draft = question(path), self.site.draft
        if asked.kind is QuestionKind.PICK:
            return Pick(path, asked.label, asked.choices, draft.text(path), "")
        if asked.kind is QuestionKind.TICK:
            tick = Tick("Yes", bool(draft.get(path)), path=path)
            return Vertical(Label(asked.label, classes="field-label"), tick, classes="field")
        return Field(path, asked.label, value=draft.text(path), placeholder=placeholder, quiet=True)

    @property
    def _tier(self) -> Tier:
        value = self.site.draft.get("tier")
        return Tier(value) if value in set(Tier) else Tier.SMALL

    def on_mount(self) -> None:
        """Price what the draft holds."""
        self.reprice()
        # The first explanation comes before there is a width to fold it by.
        self.call_after_refresh(self._explain)

    def reprice(self) -> None:
        """Estimate the three tiers and the draft again. Takes milliseconds; no network."""
        estimates = {
            tier: estimate_of(self.session, None if tier is self._tier else tier) for tier in Tier
        }
        self.query_one(TierCards).show(estimates)
        mine = estimates[self._tier]
        self._mine, self._choices = mine, None
        self._show_bars()
        note = self.query_one("#price-note", Static)
        if mine is None:
            note.update(Content(why_no_price(self.session)))
        else:
            words = capital(total(mine, mine.expected))
            note.update(
                Content(
                    f"{words} a month in {mine.region}, list prices of {mine.prices_as_of} "
                    "or newer, without tax."
                )
            )
        self._show_note()

    def _show_bars(self) -> None:
        """Draw where the money goes, as many bars as the terminal has room for."""
        height = self.app.size.height
        most = _MANY_BARS if height >= TALL else _BARS
        self._shares = at_most(most, self._mine) if self._mine else ()
        amounts = [(share.words, share.monthly) for share in self._shares]
        self.query_one(CostBars).show(amounts, in_one_line=height < ROOMY)

    def on_resize(self) -> None:
        """Use the room of another terminal size at once."""
        if self.is_mounted:
            self._show_bars()

    def _show_note(self) -> None:
        problems = self.site.draft.problems_in(BY_ID[self.STEP].fields)
        note = self.query_one("#size-note", Static)
        note.set_class(bool(problems), "-wrong")
        note.update(Content(_explained(problems) if problems else self._rate()))
        for field in self.query(Field):
            field.show_problem(problems.get(field.path))

    def _rate(self) -> str:
        site = self.site.draft.site_for_prices()
        rate = f"{site.messages_per_second:,.1f} messages a second in total."
        if fits(site.tier, site.size.chargers):
            return rate
        better = next(tier for tier in Tier if fits(tier, site.size.chargers))
        return f"{rate} {Severity.WARN.line(f'{better.value.title()} suits this number better.')}"

    @on(TierCards.Chosen)
    def _tier_chosen(self, event: TierCards.Chosen) -> None:
        self.site.draft.choose_tier(event.tier, same_chargers=True)
        draft = self.site.draft
        for field in self.query(Field):
            field.input.value = draft.text(field.path)
        for pick in self.query(Pick):
            pick.show(draft.text(pick.path))
        for tick in self.query(Tick):
            tick.show(bool(draft.get(tick.path)))
        self.reprice()

    @on(events.DescendantFocus)
    @on(CostBars.Chosen)
    def _explain(self) -> None:
        asked = asked_by(self.focused)
        text = asked.brief() if asked else ""
        bars = self.query_one(CostBars)
        self.set_class(bars.has_focus, "-explains")
        if self.focused is bars and self._mine and self._shares:
            text = self._explained(self._mine, self._shares[bars.index])
            # The explanation takes its lines from the body and may cover what it explains.
            self.call_after_refresh(bars.scroll_visible, animate=False)
        self.query_one("#explain", Static).update(Content(text))

    def _explained(self, mine: "Estimate", share: ServiceShare) -> str:
        if self._choices is None:
            self.compare()
        rows = _ROWS_IF_TALL if self.app.size.height >= TALL else _ROWS
        width = self.query_one("#explain").content_size.width
        return explained(share, mine, self._choices, (width, rows))

    @work(group="what-if", exclusive=True, exit_on_error=False)
    async def compare(self) -> None:
        """Work out which choices change what, for the bar with the marker."""
        self._choices = await worked_out(self.session)
        self._explain()

    def action_lines(self) -> None:
        """List every line of the estimate, from the bar with the marker on."""
        bars = self.query_one(CostBars)
        if self._mine is None:
            self.say("No price to explain.", "warning")
            return
        share = self._shares[bars.index] if bars.has_focus and self._shares else None
        self.app.push_screen(CostLinesScreen(self.session, self._mine, share))

    def action_quote(self) -> None:
        """Write a quote for a customer."""
        offer(self)

    def answer(self, path: str, value: Any) -> None:
        """Write an option and update the prices."""
        super().answer(path, value)
        self.reprice()

    def take(self, field: Field, text: str) -> None:
        """Write a size, explain at once what is wrong with it, and update the prices."""
        self.site.draft.set(field.path, text.strip())
        self.reprice()


def _explained(problems: Mapping[str, Problem]) -> str:
    words = " ".join(in_words(problem) for problem in problems.values())
    return Severity.WARN.line(words.replace("interval_seconds =", "seconds per message:"))
