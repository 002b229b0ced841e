"""The answers as Review lists them, and what is different from those of the deployed site."""

from collections.abc import Callable
from typing import Final

from textual.content import Content
from textual.widgets.option_list import Option

from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.steps import QUESTIONS
from solarrally_tui.screens.common.words import DIM

_LISTED: Final = frozenset(
    {
        "name",
        "region",
        "tier",
        "alerts.email",
        "alerts.monthly_budget_usd",
        "domain.name",
        "access.viewing",
        "access.open_registration",
        "size.chargers",
        "size.interval_seconds",
        "application.repository",
        "application.commit",
    }
)


def changes(before: Draft, now: Draft, *, meaning: bool) -> list[str]:
    """Return each answer that differs; meaning: with what its change means for the site."""
    asked = [each for step in QUESTIONS for each in step.questions]
    return [
        f"{each.label}: {_said(before, each.path)} becomes {_said(now, each.path)}."
        + (f" {each.later}" if meaning else "")
        for each in asked
        if before.text(each.path) != now.text(each.path)
    ]


def _said(draft: Draft, path: str) -> str:
    """Return an answer in words."""
    value = draft.get(path)
    if isinstance(value, bool):
        return "on" if value else "off"
    return draft.text(path) or "none"


def answers(text: Callable[[str], str], budget: int | None) -> tuple[tuple[str, str, str], ...]:
    """Return (step, question, answer) for each line of the review."""
    own_budget = text("alerts.monthly_budget_usd")
    proposed = f"${budget} (high estimate)" if budget else "the high estimate"
    shown_budget = f"${own_budget}" if own_budget else proposed
    return (
        ("welcome", "Name", text("name")),
        ("account", "Region", text("region")),
        ("billing", "Alerts to", text("alerts.email")),
        ("billing", "Budget", shown_budget),
        ("domain", "Address", f"{text('domain.name') or 'from AWS'}, {_viewing(text)}"),
        ("size", "Tier", text("tier")),
        ("size", "Chargers", f"{text('size.chargers')}, every {text('size.interval_seconds')} s"),
        ("application", "Source", _short(text("application.repository"))),
        ("application", "Commit", text("application.commit")[:12]),
    )


def others(draft: Draft) -> list[tuple[str, str, str]]:
    """Return (step, question, answer) for what the review's own lines leave out, if it was said."""
    plain = Draft({"tier": draft.text("tier")})
    return [
        (step.id, each.label, _said(draft, each.path))
        for step in QUESTIONS
        for each in step.questions
        if each.path not in _LISTED and draft.text(each.path) != plain.text(each.path)
    ]


def row(step: str, what: str, value: str, *, wrong: bool) -> Option:
    """Return one line of the list; choosing it leads to its step."""
    shown = value or "missing"
    style = "$text-warning" if wrong or not value else ""
    mark = "▲ " if wrong or not value else "  "
    return Option(
        Content.assemble((mark, "$text-warning"), (f"{what:<10} ", DIM), (shown, style)),
        id=f"{step}/{what}",
    )


def _viewing(text: Callable[[str], str]) -> str:
    how = {"addresses": "seen from listed addresses", "public": "seen by everybody"}
    seen = how.get(text("access.viewing"), "seen by password")
    opened = text("access.open_registration").lower() == "true"
    return f"{seen}, open registration" if opened else seen


def _short(repository: str) -> str:
    return repository.removeprefix("https://").removeprefix("github.com/").removesuffix(".git")
