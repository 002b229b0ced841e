"""The answers as Review lists them, and how they differ from those of the deployed site."""

from collections.abc import Callable
from typing import Final

from textual.content import Content
from textual.widgets.option_list import Option

from solarrally_tui.findings.severity import Severity
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.regions import REGIONS
from solarrally_tui.interview.steps import QUESTIONS
from solarrally_tui.screens.common.words import DIM, mark

_LISTED: Final = frozenset(
    {
        "name",
        "region",
        "tier",
        "alerts.email",
        "alerts.budget",
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
    return [
        f"{asked.label}: {_words(before, asked.path)} → {_words(now, asked.path)}."
        + (f" {asked.later}" if meaning else "")
        for step in QUESTIONS
        for asked in step.questions
        if before.text(asked.path) != now.text(asked.path)
    ]


def _words(draft: Draft, path: str) -> str:
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
    if text("alerts.budget") == "False":
        shown_budget = "none"
    return (
        ("welcome", "Name", text("name")),
        ("account", "Region", _place(text("region"))),
        ("billing", "Alerts to", text("alerts.email")),
        ("billing", "Budget", shown_budget),
        ("domain", "Address", f"{text('domain.name') or 'from AWS'}, {_viewing(text)}"),
        ("size", "Size", text("tier").title()),
        ("size", "Chargers", f"{text('size.chargers')}, every {text('size.interval_seconds')} s"),
        ("application", "Source", _short(text("application.repository"))),
        ("application", "Commit", text("application.commit")[:12]),
    )


def others(draft: Draft) -> list[tuple[str, str, str]]:
    """Return (step, question, answer) of other answers that differ from their defaults."""
    plain = Draft({"tier": draft.text("tier")})
    return [
        (step.id, asked.label, _words(draft, asked.path))
        for step in QUESTIONS
        for asked in step.questions
        if asked.path not in _LISTED and draft.text(asked.path) != plain.text(asked.path)
    ]


def row(step: str, what: str, value: str, *, wrong: bool) -> Option:
    """Return one line of the list; choosing it leads to its step."""
    bad = wrong or not value
    sign, style = mark(Severity.WARN) if bad else ("  ", "")
    words = Content.assemble(
        (sign, style), (f"{what:<10} ", DIM), (value or "missing", "$text-warning" if bad else "")
    )
    return Option(words, id=f"{step}/{what}")


def _viewing(text: Callable[[str], str]) -> str:
    who = {"addresses": "listed IP addresses only", "public": "open to everyone"}
    viewing = who.get(text("access.viewing"), "with a password")
    opened = text("access.open_registration").lower() == "true"
    return f"{viewing}, open registration" if opened else viewing


def _place(region: str) -> str:
    return f"{REGIONS[region]}, {region}" if region in REGIONS else region


def _short(repository: str) -> str:
    return repository.removeprefix("https://").removeprefix("github.com/").removesuffix(".git")
