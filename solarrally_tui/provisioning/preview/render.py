"""A plan as plain lines and as JSON. Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from solarrally_tui.findings.severity import Severity
from solarrally_tui.pricing.money import USD, Money
from solarrally_tui.provisioning.change.plan import (
    Change,
    Doing,
    Effect,
    Plan,
    StackPlan,
    Standing,
    Weight,
)
from solarrally_tui.provisioning.change.wording import PROPERTIES, RESOURCE_TYPES, ResourceType
from solarrally_tui.provisioning.preview.outlook import Outlook
from solarrally_tui.text.table import wrap

STOPPED: Final = "Deploy stops at this before anything is created."
_VALUES: Final = 2
_DISTINCT: Final = 6
"""Sentences a stack shows; the rest is counted."""
_COUNTED: Final = (
    (Standing.NEW, "is new", "are new"),
    (Standing.CHANGES, "changes", "change"),
    (Standing.UNKNOWN, "is not known yet", "are not known yet"),
    (Standing.UNCHANGED, "stays the same", "stay the same"),
)
"""What one stack, and what several stacks of a standing do."""
_LAST: Final = len(Weight)


def headline(plan: Plan) -> str:
    """Return in one sentence what a deployment would do."""
    if plan.is_new:
        return f"Nothing of this site exists yet. AWS creates its {len(plan.stacks)} parts."
    if plan.is_empty:
        return "The account matches your answers. There is nothing to change."
    counts = Counter(stack.standing for stack in plan.stacks)
    parts = [
        (counts[standing], one if counts[standing] == 1 else many)
        for standing, one, many in _COUNTED
        if counts[standing]
    ]
    (first, verb), *rest = parts
    text = "; ".join(
        [f"{first} of {len(plan.stacks)} parts {verb}", *(f"{n} {verb}" for n, verb in rest)]
    )
    return f"{text}.{' The application is rebuilt.' if plan.builds else ''}"


def cost(plan: Plan, shown: Money = USD) -> str:
    """Return what the change costs or saves a month; empty for a new site, which has a total.

    shown: the currency.
    """
    if plan.is_new:
        return ""
    amount = plan.monthly
    if amount is None:
        return "The change in monthly cost is not fully known."
    if abs(amount) < 1:
        return f"The monthly cost {'hardly changes' if amount else 'stays the same'}."
    word = "more" if amount > 0 else "less"
    return f"The site then costs {shown.whole(abs(amount))} a month {word} than now."


def money(plan: Plan, expected: Outlook) -> str:
    """Return what the whole site then costs a month, and how much more than now."""
    total = expected.cost
    if not total.known:
        reasons = " ".join(each.reason for each in total.unknown)
        return f"What the site costs is not known. {reasons} {cost(plan)}".rstrip()
    least = "" if total.complete else "at least "
    sentence = (
        f"The site then costs {least}{USD.show(total.expected)} USD a month{_more(plan)}, at list "
        f"prices, between {USD.show(total.low)} and {USD.show(total.high)}."
    )
    return f"{sentence} {cost(plan)}" if not plan.is_new and plan.monthly is None else sentence


def _more(plan: Plan) -> str:
    """Return how much more than now, as a part of a sentence; empty for a new site."""
    if plan.is_new or plan.monthly is None:
        return ""
    amount = USD.cents(plan.monthly)
    if not amount:
        return ", as now"
    return f", {abs(amount):,.2f} {'more' if amount > 0 else 'less'} than now"


def duration(minutes: tuple[int, int]) -> str:
    """Return how long a deployment takes, as a sentence."""
    low, high = minutes
    if low == high:
        return f"Takes about {'a minute' if low == 1 else f'{low} minutes'}."
    return f"Takes about {low} to {high} minutes."


def sentences(stack: StackPlan) -> list[Effect]:
    """Return what happens in a stack, each sentence once, what matters most first."""
    ranked = sorted(stack.changes, key=lambda change: change.effect.weight.rank)
    valued = {change: with_values(change) for change in ranked}
    often = Counter(text for text, _ in {(c.effect.text, said) for c, said in valued.items()})
    effects = list(
        dict.fromkeys(
            change.effect if often[change.effect.text] > 1 else said
            for change, said in valued.items()
        )
    )
    if len(effects) > _DISTINCT:
        more = len(effects) - _DISTINCT + 1
        rest = Effect(Weight.QUIET, f"And {more} smaller changes.")
        return [*effects[: _DISTINCT - 1], rest]
    return effects


def with_values(change: Change) -> Effect:
    """Return a change's effect together with the values that decide it."""
    known = RESOURCE_TYPES.get(change.type, ResourceType("")).properties
    values = [value for value in change.values if value.before or value.after]
    values.sort(key=lambda value: known[value.name].weight.rank if value.name in known else _LAST)
    told = [value for value in values if value.name in PROPERTIES]
    told += [value for value in values if value not in told][: max(_VALUES - len(told), 0)]
    pairs = [
        f"{PROPERTIES.get(v.name, v.name)} {_value(v.before)} → {_value(v.after)}" for v in told
    ]
    shown = f" ({'; '.join(pairs)})" if pairs else ""
    in_doubt = change.doing is Doing.CHANGE and not change.certain
    doubt = " It is not known whether AWS replaces it." if in_doubt else ""
    return Effect(change.effect.weight, f"{change.effect.text}{shown}{doubt}")


def _value(text: str) -> str:
    return {"": "none", "true": "yes", "false": "no"}.get(text, text)


def obstacles(plan: Plan) -> list[str]:
    """Return what stops the deployment and how to fix it; a fix that several share comes last."""
    later = [{other.fix for other in plan.obstacles[i + 1 :]} for i in range(len(plan.obstacles))]
    return [
        f"{each.title}: {each.line} {'' if each.fix in rest else each.fix}".rstrip()
        for each, rest in zip(plan.obstacles, later, strict=True)
    ]


def lines(plan: Plan, expected: Outlook | None = None) -> Iterator[str]:
    """Yield the plan as plain lines, with the money and the minutes that are expected."""
    yield from wrap(headline(plan))
    for text in obstacles(plan):
        yield from wrap(text, f"{Severity.FAIL.glyph} ")
    if plan.obstacles:
        yield from wrap(STOPPED)
    for warning in plan.warnings:
        yield from wrap(warning, f"{Weight.PAUSE.glyph} ")
    yield from _stacks(plan)
    if expected:
        yield from wrap(f"{money(plan, expected)} {duration(expected.minutes)}")
        if expected.hub:
            yield from wrap(expected.hub)
    elif cost(plan):
        yield from wrap(cost(plan))
    if plan.dangers:
        yield from wrap(
            f"Data would be lost. Deploy refuses this without --confirm-replacement {plan.site}."
        )


def _stacks(plan: Plan) -> Iterator[str]:
    """Yield what happens to each stack; of a new site those that are created in one list."""
    simple = [s.title for s in plan.stacks if plan.is_new and not (s.changes or s.reason)]
    if simple:
        yield from wrap(", ".join(simple), f"{Standing.NEW.glyph} ")
    for stack in plan.stacks:
        if stack.title in simple or stack.standing is Standing.UNCHANGED:
            continue  # the headline counts them
        reason = f": {stack.reason}" if stack.reason else ""
        text = f"{stack.title}, {stack.standing.word}{reason}"
        yield from wrap(text, f"{stack.standing.glyph} ")
        for effect in sentences(stack):
            yield from wrap(effect.text, f"    {effect.weight.glyph} ")


def to_json(plan: Plan, expected: Outlook | None = None) -> dict[str, Any]:
    """Return the plan as JSON takes it. Amounts are null where they are not known, never zero."""
    return {
        "site": plan.site,
        "new": plan.is_new,
        "empty": plan.is_empty,
        "dangerous": bool(plan.dangers),
        "builds": plan.builds,
        "obstacles": [
            {"id": each.id, "title": each.title, "line": each.line, "fix": each.fix}
            for each in plan.obstacles
        ],
        "warnings": list(plan.warnings),
        "monthly": None if plan.monthly is None else str(plan.monthly),
        **(_expected(expected) if expected else {}),
        "stacks": [_stack(stack) for stack in plan.stacks],
        "costs": [
            {
                "stack": row.stack,
                "resource": row.resource,
                "type": row.type,
                "monthly": None if row.monthly is None else str(row.monthly),
            }
            for row in plan.costs
        ],
    }


def _expected(expected: Outlook) -> dict[str, Any]:
    cost, (low, high) = expected.cost, expected.minutes
    amounts = {"low": cost.low, "expected": cost.expected, "high": cost.high}
    return {
        "minutes": {"low": low, "high": high},
        "total": {
            **{name: str(usd) if cost.known else None for name, usd in amounts.items()},
            "complete": cost.complete,
        },
    }


def _stack(stack: StackPlan) -> dict[str, Any]:
    return {
        "id": stack.id,
        "standing": stack.standing.value,
        "reason": stack.reason,
        "parameters": [asdict(value) for value in stack.parameters],
        "changes": [
            {
                "resource": change.resource,
                "type": change.type,
                "action": change.doing.value,
                "weight": change.effect.weight.value,
                "words": change.effect.text,
                "certain": change.certain,
                "properties": [value.name for value in change.values],
            }
            for change in stack.changes
        ],
    }
