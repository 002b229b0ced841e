"""solarrally init FILE: the questions of the wizard, one after the other, into a site file."""

import argparse
import os
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from solarrally_tui.commands.shared.prompts import Asker, asker
from solarrally_tui.commands.shared.terminal import say, show
from solarrally_tui.commands.source import pin
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.problem_text import in_words
from solarrally_tui.interview.questions import Kind, Question
from solarrally_tui.interview.steps import BY_ID, ORDER, Step
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.site.files import save
from solarrally_tui.site.problems import SiteError
from solarrally_tui.site.tiers import Tier

REF = "application.ref"
COMMIT = "application.commit"
_LONGEST = 300
"""Characters of an answer that is typed. An answer of a site is never longer."""


def run(options: argparse.Namespace) -> int:
    """Ask what the options leave open, and write the site file."""
    if options.file.exists() and not options.force:
        say(f"{options.file} exists. Choose another name, or add --force to replace it.")
        return Exit.REFUSED
    try:
        draft = _prepared(options)
    except (OSError, ValueError) as error:
        say(f"{options.answers} cannot be read as answers: {error}.")
        return Exit.INVALID_SITE
    given = _given(draft.answers)
    if REF in given and COMMIT not in given:
        say(pin(draft))
    if not options.defaults and not options.answers and not _can_ask():
        say("There is no terminal to ask on. Use --answers FILE, --defaults or ACCESSIBLE=1.")
        return Exit.USAGE
    if not options.defaults and _can_ask():
        try:
            ask_all(draft, asker(), _given(draft.answers) if options.answers else frozenset())
        except (EOFError, KeyboardInterrupt):
            say("Nothing was written.")
            return Exit.REFUSED
    return _write(draft, options.file)


def _can_ask() -> bool:
    return sys.stdin.isatty() or bool(os.environ.get("ACCESSIBLE"))


def _prepared(options: argparse.Namespace) -> Draft:
    """Return a draft with the given answers on top of the defaults."""
    draft = Draft()
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if region:
        draft.set("region", region)
    if options.answers:
        given = tomllib.loads(options.answers.read_text(encoding="utf-8"))
        draft.answers = _merged(draft.answers, given)
    elif options.defaults:
        draft.set("name", options.file.stem)
    return draft


def _merged(base: Mapping[str, Any], top: Mapping[str, Any]) -> dict[str, Any]:
    both = {
        key: _merged(base[key], value) if isinstance(value, dict) else value
        for key, value in top.items()
        if isinstance(base.get(key), dict)
    }
    return {**base, **top, **both}


def _given(answers: Mapping[str, Any], before: str = "") -> frozenset[str]:
    paths: set[str] = set()
    for key, value in answers.items():
        path = f"{before}{key}"
        paths |= _given(value, f"{path}.") if isinstance(value, dict) else {path}
    return frozenset(paths)


def ask_all(draft: Draft, ask: Asker, known: frozenset[str] = frozenset()) -> None:
    """Ask every question of the registry that matters and is not answered well already."""
    for step, asked in _questions():
        if asked.when is not None and not asked.when(draft):
            continue
        if asked.path in known and not draft.problems_in((asked.path,)):
            continue
        if asked is step.questions[0]:
            say("", step.title)
        _ask(draft, ask, asked)


def _questions() -> Iterator[tuple[Step, Question]]:
    for step_id in ORDER:
        for asked in BY_ID[step_id].questions:
            yield BY_ID[step_id], asked


def _ask(draft: Draft, ask: Asker, asked: Question) -> None:
    if asked.hint:
        say(asked.hint)
    if asked.kind is Kind.TICK:
        draft.set(asked.path, ask.tick(asked.label, bool(draft.get(asked.path))))
    elif asked.kind is Kind.PICK:
        value = draft.text(asked.path)
        known = {each for each, _ in asked.choices}
        choices = asked.choices if value in known else ((value, "as given"), *asked.choices)
        _take(draft, asked.path, ask.pick(asked.label, choices, value))
    else:
        answer = ask.text(
            asked.label, draft.text(asked.path), lambda text: _wrong(draft, asked, text)
        )
        _take(draft, asked.path, answer)
        if answer and asked.path == REF:
            say(pin(draft))


def _take(draft: Draft, path: str, value: str) -> None:
    if path == "tier" and value in set(Tier):
        draft.choose_tier(Tier(value))
    else:
        draft.set(path, value or None)


def _wrong(draft: Draft, asked: Question, text: str) -> str:
    """Return what is wrong with an answer, given those before it."""
    if len(text) > _LONGEST or not text.isprintable():
        return "That is no answer: it is too long, or not plain text."
    trial = Draft(draft.answers)
    _take(trial, asked.path, text)
    problem = trial.problems_in((asked.path,)).get(asked.path)
    return in_words(problem) if problem else ""


def _write(draft: Draft, path: Path) -> int:
    try:
        site = draft.site()
        save(site, path)
    except SiteError as error:
        say("These answers do not describe a site yet.")
        for problem in error.problems:
            say(f"  {problem}")
        return Exit.INVALID_SITE
    except OSError as error:
        say(f"{path} cannot be written: {error.strerror}.")
        return Exit.FAILED
    show(str(path))
    say(f"Its price: solarrally estimate {path}", f"\nTo deploy it: solarrally deploy {path}")
    return Exit.OK
