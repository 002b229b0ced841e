"""A plan in plain lines and as JSON: two readers of the same thing, like the events have. Pure."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from solarrally_tui.provisioning.change.plan import Change, Doing, Plan, StackPlan, Standing, Weight
from solarrally_tui.provisioning.change.wording import PAUSES, THINGS

_VALUES: Final = 2
_DISTINCT: Final = 6
"""Sentences a stack shows; the rest is counted."""


def headline(plan: Plan) -> str:
    """Return in one sentence what a deployment would do."""
    if plan.is_new:
        return f"Nothing of this site is there yet. {len(plan.stacks)} stacks are made."
    if plan.is_empty:
        return "The account is as your answers say. There is nothing to change."
    standings = [stack.standing for stack in plan.stacks]
    counted = (
        (standings.count(Standing.NEW), "{} new"),
        (standings.count(Standing.CHANGES), "{} to change"),
        (standings.count(Standing.UNKNOWN), "{} not known yet"),
        (standings.count(Standing.UNCHANGED), "{} as they are"),
    )
    text = ", ".join(words.format(count) for count, words in counted if count)
    rebuilt = " The application is built anew." if plan.builds else ""
    return f"Of {len(standings)} stacks: {text}.{rebuilt}"


def cost(plan: Plan) -> str:
    """Return what the change costs or saves a month; empty for a new site."""
    if plan.is_new:
        return ""
    amount = plan.monthly
    if amount is None:
        return "How the monthly cost changes is not fully known."
    if abs(amount) < 1:
        return "The monthly cost stays the same." if not amount else "It hardly changes the cost."
    word = "more" if amount > 0 else "less"
    return f"That is ${abs(amount):,.0f} a month {word} than now, at list prices."


def sentences(stack: StackPlan) -> list[tuple[Weight, str]]:
    """Return what happens in a stack, each sentence once, what matters most first."""
    ranked = sorted(stack.changes, key=lambda change: change.weight.rank)
    often = Counter(change.words for change in ranked)
    told = list(
        dict.fromkeys(
            (change.weight, sentence(change) if often[change.words] == 1 else change.words)
            for change in ranked
        )
    )
    if len(told) > _DISTINCT:
        more = len(told) - _DISTINCT + 1
        told = [*told[: _DISTINCT - 1], (Weight.QUIET, f"And {more} smaller changes.")]
    return told


def sentence(change: Change) -> str:
    """Return a change in words, with the values that decide it."""
    known = THINGS[change.type].properties if change.type in THINGS else {}
    told = [value for value in change.values if value.before or value.after]
    told.sort(
        key=lambda value: (
            not known.get(value.name, "").startswith(PAUSES),
            value.name not in known,
        )
    )
    pairs = [f"{v.name} {v.before or 'none'} → {v.after or 'none'}" for v in told[:_VALUES]]
    shown = f" ({'; '.join(pairs)})" if pairs else ""
    doubt = " Whether AWS makes it anew is not known."
    in_doubt = change.doing is Doing.CHANGE and not change.certain
    return f"{change.words}{shown}{doubt if in_doubt else ''}"


def lines(plan: Plan) -> Iterator[str]:
    """Yield the plan as plain lines."""
    yield headline(plan)
    yield from (Weight.PAUSE.line(warning) for warning in plan.warnings)
    for stack in plan.stacks:
        reason = f": {stack.reason}" if stack.reason else ""
        yield stack.standing.line(f"{stack.title}, {stack.standing.word}{reason}")
        for weight, words in sentences(stack):
            yield f"    {weight.line(words)}"
    if cost(plan):
        yield cost(plan)
    if plan.dangers:
        yield (
            f"Data would be lost. Deploy refuses this without --confirm-replacement {plan.site}."
        )


def to_json(plan: Plan) -> dict[str, Any]:
    """Return the plan as JSON takes it."""
    return {
        "site": plan.site,
        "new": plan.is_new,
        "empty": plan.is_empty,
        "dangerous": bool(plan.dangers),
        "builds": plan.builds,
        "warnings": list(plan.warnings),
        "monthly": None if plan.monthly is None else str(plan.monthly),
        "stacks": [_stack(stack) for stack in plan.stacks],
        "costs": [
            {
                "stack": each.stack,
                "resource": each.resource,
                "type": each.type,
                "monthly": None if each.monthly is None else str(each.monthly),
            }
            for each in plan.costs
        ],
    }


def _stack(stack: StackPlan) -> dict[str, Any]:
    return {
        "id": stack.id,
        "standing": stack.standing.value,
        "reason": stack.reason,
        "parameters": [
            {"name": v.name, "before": v.before, "after": v.after} for v in stack.parameters
        ],
        "changes": [
            {
                "resource": each.resource,
                "type": each.type,
                "action": each.doing.value,
                "weight": each.weight.value,
                "words": each.words,
                "certain": each.certain,
                "properties": [value.name for value in each.values],
            }
            for each in stack.changes
        ],
    }
