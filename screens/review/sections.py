"""What the sections of Review show: changes, permissions, cost and time. No widgets."""

import textwrap
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import chain, repeat
from typing import TYPE_CHECKING, Final

from textual.content import Content

from solarrally_tui.architecture.diagram import box_of
from solarrally_tui.aws.errors import Plain
from solarrally_tui.blueprints.catalogue import blueprint
from solarrally_tui.findings.glyphs import Signed
from solarrally_tui.findings.severity import Severity
from solarrally_tui.pricing.breakdown import REST
from solarrally_tui.pricing.money import USD, Money
from solarrally_tui.provisioning.change.plan import (
    CostChange,
    Effect,
    Plan,
    StackPlan,
    Standing,
    Weight,
)
from solarrally_tui.provisioning.change.wording import in_words as type_in_words
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.preview.outlook import minutes
from solarrally_tui.provisioning.preview.render import STOPPED, cost, headline, obstacles, sentences
from solarrally_tui.provisioning.preview.render import duration as in_words
from solarrally_tui.screens.common.money import amount, exact, signed, with_cents, your_rate
from solarrally_tui.screens.common.next_steps import in_the_wizard
from solarrally_tui.screens.common.words import DATA, DIM, capital, colour, mark, seconds, sentence
from solarrally_tui.screens.size.cost_table import WORDS, cents_by_part
from solarrally_tui.screens.widgets.facts import Table, drawn
from solarrally_tui.text.enumeration import counted, enumerated
from solarrally_tui.wizard.model import Who

if TYPE_CHECKING:
    from solarrally_tui.pricing.metering.estimate_lines import Estimate
    from solarrally_tui.provisioning.preview.inventory import Inventory, Permission, StackContents

_TITLE: Final = 26
_GAP: Final = 3
"""Columns between who uses a role and what for."""
_HANGS: Final = 4
"""Columns before each line of a sentence."""
_ONE_LINE: Final = 70
"""Columns from which a stack's title and its contents share a line."""
_COUNTED: Final = 82
"""Columns from which the line also says how many resources that are."""
_SHOWN_COSTS: Final = 6
_BAR: Final = 40
"""Columns of the longest bar."""
WIDE: Final = 140
"""Columns from which the answers have a column of their own."""

LOSES: Final = "Data would be lost"


@dataclass(frozen=True, slots=True)
class Preview:
    """How far the preview of a deployment is."""

    plan: Plan | None = None
    trouble: Plain | None = None
    """Why there is no plan."""
    working: bool = False
    asks: str = ""
    """What is said while AWS is asked."""
    idle: str = "Sign in on Account to see what exists already."
    """What is shown before AWS is asked."""

    @property
    def line(self) -> Content:
        """Return in one line what a deployment would do, or why that is unknown."""
        if self.working:
            return Content.styled(State.RUNNING.line(self.asks), DIM)
        if self.trouble is not None:
            return sentence(Severity.WARN, f"What changes is unknown. {self.trouble.what}")
        if self.plan is None:
            return Content.styled(self.idle, DIM)
        text = headline(self.plan)
        if self.plan.obstacles:
            titles = ", ".join(each.title for each in self.plan.obstacles)
            return sentence(Severity.FAIL, f"The account is not ready: {titles}.", bold=True)
        if self.plan.dangers:
            return sentence(Weight.DANGER, f"{LOSES}. {text}", bold=True)
        if self.plan.trouble is not None:
            return sentence(Severity.WARN, f"{text} AWS was not asked.")
        return sentence(Severity.OK, text) if self.plan.is_empty else Content(text)


def changes(
    preview: Preview, inventory: "Inventory | None", answers: Sequence[str], columns: int
) -> Content:
    """Return what happens to each stack, after the answers that are different."""
    parts: list[Content] = []
    if preview.trouble is not None:
        parts += [
            Content(text)
            for text in (preview.trouble.why, in_the_wizard(preview.trouble.next))
            if text
        ]
    plan = preview.plan
    if plan is not None and plan.obstacles:
        parts += [_hanging(Severity.FAIL, in_the_wizard(text), columns) for text in obstacles(plan)]
        parts.append(Content.styled(STOPPED, DIM))
    if plan is not None and plan.trouble is not None:
        doubt = "Only the templates were compared; what AWS replaces is unknown."
        why = plan.trouble.why or plan.trouble.what
        parts.append(sentence(Severity.WARN, f"{why} {doubt}"))
    if plan is not None:
        parts += [
            _sentence(effect, columns)
            for effect in dict.fromkeys(change.effect for change in plan.dangers)
        ]
        parts += [_sentence(Effect(Weight.PAUSE, text), columns) for text in plan.warnings]
    if answers:
        parts.append(Content.styled("Changed answers", "bold"))
        parts += [Content(Standing.CHANGES.line(answer)) for answer in answers]
    head = "Part by part" if plan and not plan.is_new else "What AWS creates"
    parts.append(Content.styled(head, "bold"))
    kinds = {stack.id: stack for stack in inventory.stacks} if inventory else {}
    if plan is None:
        parts += [_contents_line(Weight.QUIET, stack, columns) for stack in kinds.values()]
    else:
        for stack in sorted(plan.stacks, key=_weight):
            if stack.standing is not Standing.UNCHANGED:
                parts += _stack(stack, kinds.get(stack.id), columns)
        parts += _untouched(plan)
    return Content("\n").join(parts)


def _weight(stack: StackPlan) -> int:
    """Return the place of a stack in the list: what matters most first, otherwise in order."""
    return min((change.effect.weight.rank for change in stack.changes), default=len(Weight))


def _stack(stack: StackPlan, contents: "StackContents | None", columns: int) -> list[Content]:
    if stack.standing is Standing.NEW and contents is not None:
        return [_contents_line(stack.standing, contents, columns)]
    there = f", {counted(stack.there, 'resource exists', 'resources exist')}" if stack.there else ""
    words = f", {stack.standing.word}{there}"
    lines = [
        Content.assemble(
            mark(stack.standing), (stack.title, "bold"), (words, colour(stack.standing))
        )
    ]
    if stack.reason:
        lines.append(Content.styled(f"    {stack.reason}", DIM))
    return [*lines, *(_sentence(effect, columns) for effect in sentences(stack))]


def _untouched(plan: Plan) -> list[Content]:
    same = [stack for stack in plan.stacks if stack.standing is Standing.UNCHANGED]
    count = sum(stack.there for stack in same)
    if not same:
        return []
    titles = ", ".join(stack.title for stack in same)
    return [
        Content.assemble(
            (Standing.UNCHANGED.line("Unchanged  "), colour(Standing.UNCHANGED)),
            (f"{titles}: {counted(count, 'resource')}", DIM),
        )
    ]


def _sentence(effect: Effect, columns: int) -> Content:
    return _hanging(effect.weight, effect.text, columns, bold=effect.weight is Weight.DANGER)


def _hanging(state: Signed, text: str, columns: int, *, bold: bool = False) -> Content:
    """Return a sentence behind its sign, each further line below the first."""
    style = colour(state)
    sign = f"  {state.glyph} "
    shown = f"\n{' ' * _HANGS}".join(textwrap.wrap(text, max(columns - _HANGS, 20)))
    if bold:
        return Content.styled(f"{sign}{shown}", f"bold {style}")
    return Content.assemble((sign, style), shown)


def _contents_line(state: Signed, stack: "StackContents", columns: int) -> Content:
    """Return what a stack is for, and how much it consists of."""
    count = counted(stack.count, "resource")
    if columns < _ONE_LINE:
        return Content.assemble(mark(state), stack.title, f"\n    {stack.purpose}", f", {count}")
    between = " " * (_TITLE - len(stack.title))
    room = columns - _TITLE - 2 - len(count)
    said = f"{stack.purpose:<{room}}{count}" if columns >= _COUNTED else stack.purpose
    return Content.assemble(mark(state), stack.title, between, (said, DIM))


def permissions(inventory: "Inventory | None", columns: int) -> Content:
    """Return every role and policy with who uses it and what for."""
    if inventory is None:
        return Content("Known once every answer is valid.")
    listed = inventory.permissions
    people = "" if any(one.by_person for one in listed) else " No person signs in with them."
    lines = [Content(f"Deploy creates these roles and policies.{people}")]
    wide = max(len(one.used_by) for one in listed) + _GAP
    for used_by in dict.fromkeys(one.used_by for one in listed):
        lines.append(Content())
        texts = [_permission(one, columns - wide) for one in listed if one.used_by == used_by]
        heads = chain([(capital(used_by).ljust(wide), "bold")], repeat((" " * wide, "")))
        rows = chain.from_iterable(text.split("\n") for text in texts)
        lines += [Content.assemble(head, row) for head, row in zip(heads, rows, strict=False)]
    return Content("\n").join(lines)


def _permission(one: "Permission", columns: int) -> Content:
    """Return the name of a role or policy, dim, what it is for and allows, in so many columns."""
    may = f"May {enumerated(one.may, len(one.may))}." if one.may else ""
    more = f"Has {enumerated(one.policies, len(one.policies))}." if one.policies else ""
    said = " ".join(filter(None, (f"{one.name}:", f"{one.purpose}.", may, more)))
    text = "\n".join(textwrap.wrap(said, max(columns, 20), break_on_hyphens=False))
    return Content(text).stylize(DIM, 0, text.find(":") + 1)


@dataclass(frozen=True, slots=True)
class Times:
    """How long a deployment takes, in seconds, and who is signed in until when."""

    low: float
    high: float
    who: Who | None
    now: datetime


def money(plan: Plan | None, estimate: "Estimate", shown: Money) -> Content:
    """Return where the monthly cost goes and what differs, in a currency."""
    parts: list[Content] = []
    if plan is not None and cost(plan):
        parts.append(Content.styled(cost(plan, shown), "bold"))
        parts += _moved(plan.costs, shown)
    costs = sorted(cents_by_part(estimate, shown).items(), key=lambda pair: -pair[1])
    rest = sum((value for _, value in costs[_SHOWN_COSTS:]), Decimal(0))
    named = [(WORDS[part], value) for part, value in costs[:_SHOWN_COSTS]]
    named += [(REST, rest)] if rest else []
    rate = f"  {your_rate(shown)}" if shown.foreign else ""
    parts.append(Content.assemble(("Where it goes, a month", "bold"), (rate, DIM)))
    dearest = max((value for _, value in named), default=Decimal(0))
    wide = max((len(name) for name, _ in named), default=0) + _GAP
    parts += [
        Content.assemble(line.pad_right(wide - len(name)), ("█" * _bar(value, dearest), DATA))
        for line, (name, value) in zip(
            _priced([(with_cents(value, shown), name) for name, value in named]), named, strict=True
        )
    ]
    return Content("\n").join(parts)


def _bar(value: Decimal, dearest: Decimal) -> int:
    """Return the columns of the bar of an amount."""
    return round(_BAR * value / dearest) if dearest else 0


def _moved(costs: Sequence[CostChange], shown: Money) -> list[Content]:
    """Return what costs more or less, under the names that the monthly costs have."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for service, usd in (each for change in costs for each in change.services):
        sums[WORDS[box_of(service)]] += usd
    named = sorted(sums.items(), key=lambda pair: -abs(pair[1]))
    rest = sum((usd for _, usd in named[_SHOWN_COSTS:]), Decimal(0))
    if rest:
        named = [*named[:_SHOWN_COSTS], (REST, rest)]
    unknown = (
        type_in_words(change.type) if change.type else blueprint(change.stack).title
        for change in costs
        if change.monthly is None
    )
    rows = [(signed(usd, shown), name) for name, usd in named]
    return _priced([*rows, *(("not known", name) for name in dict.fromkeys(unknown))])


def _priced(rows: Sequence[tuple[str, str]]) -> list[Content]:
    """Return names behind their amounts, which stand in a column."""
    wide = max((len(price) for price, _ in rows), default=0)
    return [Content(f"  {price:>{wide}}  {name}") for price, name in rows]


def difference(plan: Plan | None, shown: Money) -> str:
    """Return how much more or less a month that is than now; empty for a new site."""
    if plan is None or plan.is_new or not plan.monthly or abs(plan.monthly) < 1:
        return ""
    word = "more" if plan.monthly > 0 else "less"
    return f", {amount(abs(plan.monthly), shown)} {word} than now. "


def paid_once(build: Decimal | None, shown: Money) -> str:
    """Return what is paid only once, in a currency. build: USD for building the application."""
    cent = Decimal("0.01")
    if build is None:
        price = "An unknown amount"
    else:
        price = f"Less than {exact(cent, USD)}" if build < cent else f"About {exact(build, shown)}"
    return f"{price}, to build the application."


def duration(plan: Plan | None, low: float, high: float) -> str:
    """Return how long a deployment takes, as a sentence. low, high: seconds of what is left."""
    first = (round(low / 60), round(high / 60))
    return in_words(first if plan is None else minutes(plan, (low, high)))


def records_to_add(name: str, columns: int) -> Content:
    """Return that the deployment of a name with DNS elsewhere waits for a person."""
    text = f"It waits for you: Provision shows the DNS records of {name} to add at your provider."
    return _hanging(Severity.WARN, text, columns)


def beside(build: str, times: Times | None, columns: int) -> Content:
    """Return what is paid once, and whether the sign-in lasts until the deployment has ended."""
    lasts, too_short = _sign_in(times) if times else ("", False)
    said = (("Paid once", build), ("Your sign-in", "" if too_short else lasts))
    rows = [(Content.styled(title, "bold"), text) for title, text in said if text]
    lines = drawn(Table("", rows), columns) if rows else []
    lines += [_hanging(Severity.WARN, lasts, columns)] if too_short else []
    return Content("\n").join(lines)


def _sign_in(times: Times) -> tuple[str, bool]:
    """Return how long the sign-in lasts, and whether that may be too short."""
    who = times.who
    if who is None:
        return "You are not signed in.", False
    if who.expires is None:
        known = "The root user's keys never expire." if who.is_root else "When it ends is unknown."
        return "It is renewed while you are signed in." if who.renewed else known, False
    left = (who.expires - times.now).total_seconds()
    if left > times.high:
        return f"It lasts another {seconds(left)}, longer than deploying takes.", False
    over = "has ended" if left <= 0 else f"ends in {seconds(left)}, maybe before the deployment"
    return (
        f"Your sign-in session {over}. AWS finishes the parts it has begun. Sign in and start "
        "again, and this program resumes."
    ), True
