"""The answers as Review lists them, and how they differ from those of the deployed site."""

import re
import textwrap
from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Final

from textual.content import Content
from textual.widgets.option_list import Option

from solarrally_tui.findings.severity import Severity
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.regions import REGIONS
from solarrally_tui.interview.steps import QUESTIONS, question
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
        "size.chargers",
        "size.interval_seconds",
        "application.repository",
        "application.commit",
        "application.admin_email",
    }
)
_ALWAYS: Final = frozenset(
    {
        "alerts.warn_percent",
        "alerts.forecast_percent",
        "alerts.anomaly_detection",
        "access.open_registration",
        "size.multi_az",
        "size.egress",
        "size.waf",
        "size.backup_days",
        "size.shape",
    }
)
"""What is asked of every site, or decides what it is, and is listed whatever its answer."""

_NAMES: Final = (10, 17)
"""Columns of the questions: at least, and at most. A longer one takes further lines."""
_NAMES_ALONE, _ALONE = 32, 70
"""At most where the list has the width of the screen, and from how many columns on it has."""


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
    """Return an answer in words: of one that is picked, what it is and not what it means."""
    value = draft.get(path)
    if isinstance(value, bool):
        return "on" if value else "off"
    text = draft.text(path)
    if path == "tier":
        return text  # the words of a size are for whom it is
    return re.split("[;,]", dict(question(path).choices).get(text, ""))[0] or text or "none"


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
        ("application", "Administrator", text("application.admin_email") or text("alerts.email")),
    )


def others(draft: Draft, refused: frozenset[str] = frozenset()) -> list[tuple[str, str, str]]:
    """Return (step, question, answer) of other answers: of every site, or not the default.

    refused: paths of answers that would stop a deployment, listed whatever they are.
    """
    plain = Draft({"tier": draft.text("tier")})
    return [
        (step.id, asked.label, _words(draft, asked.path))
        for step in QUESTIONS
        for asked in step.questions
        if asked.path not in _LISTED
        and (asked.path in refused | _ALWAYS or draft.text(asked.path) != plain.text(asked.path))
    ]


def rows(
    listed: Sequence[tuple[str, str, str]], is_wrong: Callable[[str, str], bool], columns: int
) -> list[Option]:
    """Return the rows of the list, with their values in a column; each leads to its step.

    listed: (step, question, answer) of each. is_wrong: whether to mark a question of a step.
    """
    least, most = _NAMES
    most = _NAMES_ALONE if columns >= _ALONE else most
    wide = min(max([least, *(len(what) for _, what, _ in listed)]), most)
    sizes = wide, columns - wide
    return [
        _row(step, what, value, sizes, wrong=is_wrong(step, what)) for step, what, value in listed
    ]


def _row(step: str, what: str, value: str, sizes: tuple[int, int], *, wrong: bool) -> Option:
    """Return a row: what is longer than its column goes on in that column. sizes: of the two."""
    bad = wrong or not value
    sign, style = mark(Severity.WARN) if bad else ("  ", "")
    wide, room = sizes
    names = textwrap.wrap(what, wide)
    values = textwrap.wrap(value or "missing", max(room - len(sign) - 1, 1))
    lines = [
        Content.assemble((f"{name:<{wide}} ", DIM), (text, "$text-warning" if bad else ""))
        for name, text in zip_longest(names, values, fillvalue="")
    ]
    words = Content.assemble((sign, style), Content(f"\n{' ' * len(sign)}").join(lines))
    return Option(words, id=f"{step}/{what}")


def _viewing(text: Callable[[str], str]) -> str:
    who = {"addresses": "listed IP addresses only", "public": "open to everyone"}
    return who.get(text("access.viewing"), "with a password")


def _place(region: str) -> str:
    return f"{REGIONS[region]}, {region}" if region in REGIONS else region


def _short(repository: str) -> str:
    return repository.removeprefix("https://").removeprefix("github.com/").removesuffix(".git")
