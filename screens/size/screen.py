"""Size: a tier, the sizes and options, and what each of them costs a month."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Collapsible, Label, Static

from solarrally_tui.findings.severity import Severity
from solarrally_tui.interview.draft import Draft, fits
from solarrally_tui.interview.problem_text import in_words
from solarrally_tui.interview.questions import QuestionKind
from solarrally_tui.interview.steps import BY_ID, question
from solarrally_tui.pricing.breakdown import PartShare
from solarrally_tui.pricing.explain import later_words
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.messages import Go
from solarrally_tui.screens.common.money import (
    amount,
    exact,
    priced,
    signed,
    span,
    total,
    why_no_price,
    your_rate,
)
from solarrally_tui.screens.currency import choose_currency
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.quote import offer
from solarrally_tui.screens.size.bars import CostBars
from solarrally_tui.screens.size.cost_lines import CostLinesScreen, explained, worked_out
from solarrally_tui.screens.size.cost_table import cost_table
from solarrally_tui.screens.size.curve_chart import LINES, CurveChart, CurveScreen, advice
from solarrally_tui.screens.size.tier_cards import TierCards
from solarrally_tui.screens.size.what_if import PricedChoice, in_total, shapes
from solarrally_tui.screens.widgets.choice import Tick
from solarrally_tui.screens.widgets.field import Field
from solarrally_tui.screens.widgets.pick import Pick
from solarrally_tui.screens.widgets.question_widget import asked_by
from solarrally_tui.site.problems import Problem
from solarrally_tui.site.shape_words import IN_WORDS
from solarrally_tui.site.tiers import Shape, Tier
from solarrally_tui.text.enumeration import counted
from solarrally_tui.wizard.session import Session

if TYPE_CHECKING:
    from solarrally_tui.pricing.advice.curve import Curve
    from solarrally_tui.pricing.metering.estimate_lines import Estimate
    from solarrally_tui.site.model import Site
    from solarrally_tui.text.plain import Plain

_BARS, LISTS, TALL = 4, 32, 38
"""Parts in one bar, the rows from which they have a line each, and from which a chart fits."""
_COMPARES: Final = (160, 48)
"""Columns and rows of a terminal with room for all sizes side by side, and for other answers."""
_ROWS, _ROWS_IF_TALL = 3, 5
_SIZES: Final = ("size.chargers", "size.interval_seconds", "region")
_OPTIONS_IN_A_ROW: Final = 4
_REST, _LOW, _HIGH = 29, 8, 16
"""Rows of everything but the chart, and the least and the most that the chart takes."""
_SPARE: Final = 54
"""Rows of a terminal from which on the chart takes what is free below it."""
_REST_OF_LIST: Final = 26
"""Rows of everything but the parts where they have no chart beside them."""
_OF_OTHER_ANSWERS: Final = 0.6
"""How opaque prices are until those of the present answers are there."""
_PRICED_FIRST: Final = ("#tiers", "#price-note", "#bars-part")
_PRICED_LAST: Final = "#curve-part"
_NO_PRICE: Final = "no price available"


class SizeScreen(StepScreen):
    """Asks for the size, and prices every keystroke."""

    STEP: ClassVar[str] = "size"
    CSS_PATH = "size.tcss"
    TITLE_TEXT: ClassVar[str] = "Size"
    PLACED: ClassVar = frozenset({"tier", *_SIZES})
    AUTO_FOCUS = "#tiers"
    FILLS: ClassVar[bool] = True
    BUTTONS: ClassVar = (keys.CURVE, keys.QUOTE)
    BINDINGS: ClassVar = [*BUTTONS, keys.DETAILS]
    HELP_TEXT: ClassVar[str] = (
        "Small is for a home or a shop. It runs one task, which is a running copy of SolarRally, "
        "a second one while it is busy, and one database. When AWS replaces one of them, the site "
        "is down for a few minutes.\n\n"
        "Medium runs two tasks and a standby, a second database that takes over, in two data "
        "centers (Availability Zones), so that one may fail.\n\n"
        "Large adds capacity, private networking and longer backups.\n\n"
        "Under More options, functions of AWS Lambda can run SolarRally in place of tasks. They "
        "cost less while few people look. With the cursor on them, Size says what they give up. A "
        "site keeps what it was made with.\n\n"
        "The price is an estimate at AWS list prices, without tax, free plans and credits. It is "
        "calculated from the templates that are deployed."
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._mine: Estimate | None = None
        self._choices: tuple[PricedChoice, ...] | None = None
        self._curve: Curve | None = None
        self._estimates: Mapping[Tier, Estimate | None] = dict.fromkeys(Tier)
        self._functions: Estimate | None = None
        """What the site would cost as functions, where that is less."""
        self._is_priced = asyncio.Event()
        """Whether the prices are of the answers that are shown."""
        self._has_curve = asyncio.Event()
        """Whether the costs over the number of chargers are, too."""
        self._set_aside = ""
        self._problems: Mapping[str, Problem] = {}

    def body(self) -> ComposeResult:
        """Show the tiers, a row of sizes, rows of options, and the money."""
        yield TierCards(self._tier)
        with Horizontal(id="sizes"):
            yield from map(self.ask, _SIZES)
        yield Static(id="size-note")
        options = list(self.rest())
        with Vertical(id="options"):
            for first in range(0, len(options), _OPTIONS_IN_A_ROW):
                yield Horizontal(*options[first : first + _OPTIONS_IN_A_ROW])
        yield Static(id="explain")
        yield Static(id="price-note")
        with Horizontal(id="charts"):
            with Vertical(id="bars-part"):
                yield CostBars()
                yield Static(id="later")
                yield Static(id="breaks")
            with Vertical(id="curve-part"):
                yield Static(classes="field-label", id="curve-label")
                yield CurveChart()
                yield Static(id="curve-key")
                yield Static(id="answers")

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
        if self.site.just_prices:
            self.query_one("#title", Static).update(Content(self.session.title_of(self.STEP)))
            self.query_one("#next", Button).label = " Name the site "
        self.reprice()
        # The first explanation comes before there is a width to fold it by.
        self.call_after_refresh(self._explain)

    def show_money(self) -> None:
        """Show all amounts in another currency."""
        self.reprice()

    def reprice(self) -> None:
        """Price the three tiers and the draft again.

        What is shown is paler until then: it is of other answers. While an answer is not valid,
        such as one that is being typed, nothing has a price.
        """
        self._problems = self.site.draft.problems_in(BY_ID[self.STEP].fields)
        # On these alone: a class of the screen styles every widget in it again.
        for part in ("#tiers", "#charts"):
            self.query_one(part).set_class(bool(self._problems), "-unpriced")
        self._show_note()
        for group in ("prices", "curve"):
            self.workers.cancel_group(self, group)
        if self._problems:
            self._take_prices(dict.fromkeys(Tier))
            self._show_charts()
            return
        self._is_priced.clear()
        self._has_curve.clear()
        for part in (*_PRICED_FIRST, _PRICED_LAST):
            # No class: that styles every widget in it again.
            self.query_one(part).styles.opacity = _OF_OTHER_ANSWERS
        self._functions = None  # of other answers, and in a title that is not paler
        self._show_tiers()
        self._name_options()
        self.price_all()

    @work(group="prices", exclusive=True)
    async def price_all(self) -> None:
        """Price in a thread: that takes some ten milliseconds. Newer answers end it."""
        draft = Draft(self.site.draft.answers)
        draft.set_aside = dict(self.site.draft.set_aside)
        estimate = self.session.services.estimate
        found, self.site.no_price = await asyncio.to_thread(_of_each, draft, estimate)
        self._take_prices(found)
        await asyncio.sleep(0)  # what is drawn at once is not to take long
        self._show_charts()
        if self.query_one(CostBars).marked:
            self._explain()
        self.draw_curve(draft)

    def _take_prices(self, found: "Mapping[Tier, Estimate | None]") -> None:
        """Show what the answers cost; the charts follow."""
        self._estimates, self._mine, self._choices = found, found[self._tier], None
        self._is_priced.set()
        for part in _PRICED_FIRST:
            self.query_one(part).styles.opacity = None
        self._show_tiers()
        self.query_one("#price-note", Static).update(Content(self._price(self._mine)))
        self._name_options()

    def _price(self, mine: "Estimate | None") -> str:
        if self._problems:
            return ""
        if mine is None:
            return why_no_price(self.session)
        money, rate = self.session.money, your_rate(self.session.money)
        told = (
            f"{amount(mine.expected, money)} is expected, {span(mine, money)} from light to heavy "
            "use, without tax."
            if mine.complete
            else f"{amount(mine.low, money)} or more a month, without tax."
        )
        if not self._has_chart:
            if not rate or not mine.complete:
                return " ".join(filter(None, (told, rate and f"{rate}.")))
            shown = f"{amount(mine.expected, money)}, {span(mine, money)} by use"
            return f"{shown}, without tax. {rate}."  # in one line of a small terminal
        if self._compares and mine.complete:
            told = f"{amount(mine.expected, money)} is expected, without tax."
        adds = mine.unexpected[0]
        most = f"What adds most to heavy use is {adds}." if mine.complete and adds else ""
        since = f"AWS list prices of {mine.prices_as_of} or newer{f'; {rate}' if rate else ''}."
        return " ".join(filter(None, (told, most, since)))

    @property
    def _has_chart(self) -> bool:
        """Whether there is room for the chart beside the bars."""
        return self.has_class("-wide") and self.app.size.height >= TALL

    @property
    def _compares(self) -> bool:
        """Whether there is room for all sizes side by side, and for what other answers change."""
        columns, rows = _COMPARES
        return self.app.size.width >= columns and self.app.size.height >= rows

    def _show_tiers(self) -> None:
        prices = {tier: self._card_price(tier) for tier in Tier}
        cards, for_so_many = self.query_one(TierCards), self._for_so_many()
        if max(map(len, prices.values())) + len(for_so_many) > cards.room:
            for_so_many = ""  # in none of them, so that all keep their rows
        costs = {
            tier: Content.styled(
                f"{price}{for_so_many if self._estimates[tier] else ''}",
                "bold $primary" if tier is self._tier else "bold",
            )
            for tier, price in prices.items()
        }
        cards.show(costs, self._curve)

    def _card_price(self, tier: Tier) -> str:
        cost = self._estimates[tier]
        if cost is None:
            is_waiting = self._problems or not self._is_priced.is_set()
            return "no price yet" if is_waiting else _NO_PRICE
        return f"{total(cost, cost.expected, self.session.money)} a month"

    def _for_so_many(self) -> str:
        """Return for how many chargers the prices are; empty while there are none."""
        if not any(self._estimates.values()):
            return ""
        chargers = self.site.draft.site_for_prices().size.chargers
        counts = counted(chargers, "charger") if self.has_class("-roomy") else f"{chargers:,}"
        return f" for {counts}"

    def _show_charts(self) -> None:
        """Draw where the money goes, as many bars as the terminal has room for."""
        height, money = self.app.size.height, self.session.money
        noted = self.query_one("#size-note").display
        rows = min(max(height - _REST - noted, _LOW), _HIGH)
        listed = min(max(height - _REST_OF_LIST - noted, _BARS), _LOW)
        most = rows if height >= TALL else listed if height >= LISTS else _BARS
        costs = self._estimates if self._compares else {self._tier: self._mine}
        table = cost_table(costs, self._tier, money, most, full=self._compares)
        self.query_one(CostBars).show(table, money, in_one_line=height < LISTS)
        chart = self.query_one(CurveChart)
        chart.styles.height = rows + max(height - _SPARE, 0)
        charts = self.query_one("#charts")
        charts.set_class(self._has_chart, "-with-curve")
        charts.set_class(self._compares, "-compares")
        chart.show(self._curve, money)
        later = later_words(self._mine.later, partial(exact, money=money)) if self._mine else ()
        self.query_one("#later", Static).update(Content(" ".join(later)))
        suits = advice(self._curve) if self._curve else ""
        heading = ("When another size suits\n", "bold")
        self.query_one("#breaks", Static).update(Content.assemble(heading, suits) if suits else "")
        self._show_answers()

    def _show_answers(self) -> None:
        """Say what each other answer would change of the total."""
        if self._mine and self._choices:
            changes = in_total(self._mine, self._choices)
            rows = [f"{signed(usd, self.session.money):>12}  {words}" for words, usd in changes]
            heading = Content.styled("With another answer, a month", "bold")
            told = Content("\n").join([heading, *map(Content, rows)])
            self.query_one("#answers", Static).update(told)

    @work(group="curve", exclusive=True, exit_on_error=False)
    async def draw_curve(self, draft: Draft) -> None:
        """Price the site over its chargers, and with other answers."""
        services = self.session.services
        try:
            self._curve = await asyncio.to_thread(services.curve, draft.site_for_prices())
        except Exception:  # noqa: BLE001 the sizes have their prices without it
            self._curve = None
        costs = await asyncio.to_thread(shapes, draft, services.estimate)
        self._functions = self._offered(costs)
        self._has_curve.set()
        if self._compares:
            self._choices = await worked_out(self.session)
        self._name_options()
        self._show_tiers()
        await asyncio.sleep(0)
        self._show_charts()
        self.query_one(_PRICED_LAST).styles.opacity = None
        marginal = self._marginal()
        self.query_one("#curve-label", Static).update(Content(marginal))
        self.query_one("#curve-key", Static).update(LINES if marginal else "")

    def _offered(self, costs: "Mapping[Shape, Estimate | None]") -> "Estimate | None":
        """Return what the site costs as functions, where that is less and can be chosen."""
        found, mine = costs[Shape.FUNCTIONS], costs[Shape.TASKS]
        chosen = self.site.draft.get("size.shape") == Shape.FUNCTIONS or self.site.deployed
        is_less = found and mine and found.complete and found.expected < mine.expected
        return found if is_less and not chosen else None

    def _name_options(self) -> None:
        cost = None if self._problems else self._functions
        price = amount(cost.expected, self.session.money) if cost else ""
        also = f", among them functions of AWS Lambda: {price} a month" if price else ""
        self.query_one("#more", Collapsible).title = f"More options{also}"

    def _marginal(self) -> str:
        if self._curve is None or not self._curve.known:
            return ""
        more = exact(self._curve.chosen.marginal, self.session.money)
        return f"A month by chargers. One more: {more}"

    def on_resize(self) -> None:
        """Use the room of another terminal size at once."""
        if self.is_mounted:
            self._show_note()
            self._show_tiers()
            self._show_charts()
            self.query_one("#price-note", Static).update(Content(self._price(self._mine)))

    def _show_note(self) -> None:
        problems = self._problems
        note = self.query_one("#size-note", Static)
        text = _explained(problems) if problems else self._advice()
        note.display = bool(text)
        # No class: that styles every option again.
        self.query_one("#options").styles.margin = 0 if text and self.has_class("-short") else None
        note.update(Content(text))
        for field in self.query(Field):
            field.show_problem(problems.get(field.path))

    def _advice(self) -> str:
        """Return which tier suits these chargers better, and what of the answers does not fit."""
        site = self.site.draft.site_for_prices()
        better = next(tier for tier in Tier if fits(tier, site.size.chargers))
        suits = "" if fits(site.tier, site.size.chargers) else better.value.title()
        words = [f"{suits} suits this number better." if suits else "", self._set_aside]
        told = " ".join(filter(None, words))
        return Severity.WARN.line(told) if told else ""

    @on(TierCards.Chosen)
    def _tier_chosen(self, event: TierCards.Chosen) -> None:
        self._set_aside = self.site.draft.choose_tier(event.tier, same_chargers=True)
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
        if asked and asked.path == "size.shape":
            text = self._shapes()
        bars = self.query_one(CostBars)
        self.query_one("#tiers").set_class(bars.has_focus, "-explains")
        if bars.marked and self._mine:
            text = self._explained(self._mine, bars.marked.share)
            # The explanation takes its lines from the body and may cover what it explains.
            self.call_after_refresh(bars.scroll_visible, animate=False)
        explanation = self.query_one("#explain", Static)
        explanation.set_class(not text, "-silent")
        explanation.update(Content(text))
        if asked and self.focused is not None:
            self.call_after_refresh(self._reveal, self.focused)

    def _reveal(self, focused: Widget) -> None:
        """Scroll to what the explanation may cover; below More options with the prices in sight."""
        body, note = self.query_one("#body", VerticalScroll), self.query_one("#price-note")
        rows = focused.region.bottom - note.region.y
        if self.query_one("#more") in focused.ancestors and rows <= body.size.height:
            body.scroll_to_widget(note, top=True, animate=False)
        else:
            focused.scroll_visible(animate=False)

    def _shapes(self) -> str:
        """Say what both shapes cost and what functions give up, before one of them is chosen."""
        money = self.session.money
        told = [
            f"{shape.value} {amount(cost.expected, money) if cost else 'cannot be priced'}"
            for shape, cost in shapes(self.site.draft, self.session.services.estimate).items()
        ]
        costs = f"A month as {', as '.join(told)}."
        return f"{costs} Functions: {IN_WORDS[Shape.FUNCTIONS]} It cannot change later."

    def _explained(self, mine: "Estimate", share: PartShare) -> str:
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

    async def action_curve(self) -> None:
        """Show the costs over the number of chargers, with figures and break points."""
        await self._is_priced.wait()
        if not self._problems:
            await self._has_curve.wait()
        if self._curve is None or not self._curve.known or self._problems:
            self.say("No prices to show.", "warning")
            return
        money, cost = self.session.money, self._functions
        less = f"{amount(cost.expected, money)} a month" if cost else ""
        shown = CurveScreen(self._curve, money, less)
        self.app.push_screen(shown, lambda wanted: choose_currency(self) if wanted else None)

    async def action_details(self) -> None:
        """List every line of the estimate, from the bar with the marker on."""
        await self._is_priced.wait()
        bars = self.query_one(CostBars)
        if self._mine is None:
            self.say("No price to explain.", "warning")
            return
        share = bars.marked.share if bars.marked else None
        self.app.push_screen(CostLinesScreen(self.session, self._mine, share))

    def leave(self) -> None:
        """Continue; who came for prices only has no site yet, and names it first."""
        if self.site.just_prices:
            self.post_message(Go("welcome"))
        else:
            super().leave()

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


def _of_each(
    draft: Draft, estimate: "Callable[[Site], Estimate]"
) -> "tuple[Mapping[Tier, Estimate | None], Plain | None]":
    """Return what a draft would cost in each tier, and why the estimate failed, if it did."""
    mine = draft.get("tier")
    found = {tier: priced(draft, None if tier == mine else tier, estimate) for tier in Tier}
    failed = next((why for _, why in found.values() if why), None)
    return {tier: cost for tier, (cost, _) in found.items()}, failed


def _explained(problems: Mapping[str, Problem]) -> str:
    words = " ".join(in_words(problem) for problem in problems.values())
    return Severity.WARN.line(words.replace("interval_seconds =", "seconds per message:"))
