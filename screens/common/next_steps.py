"""What texts of the engine ask a person to do, in the words of the wizard. Pure.

A terminal shows the same texts, so they name commands and answers of the site file. Here a person
presses a button, or answers a question: by the name of each, never by how a sentence is built.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from solarrally_tui.interview.steps import ASKED
from solarrally_tui.screens.common.parts import in_parts

if TYPE_CHECKING:
    from solarrally_tui.health.report import Report

_OPERATIONS: Final = "Operations"
_ROLE: Final = "Deployer role, on Account"
"""Has the policies that `solarrally policy deploy` prints."""
PLACES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "access": "Hand-over",
        "alerts confirm": "Billing alerts",
        "alerts subscribe": "Billing alerts",
        "chargers add": "First charger",
        "chargers list": "Fleet",
        "chargers replace": "New key, on Fleet",
        "chargers show": "Fleet",
        "deploy": "Deploy",
        "destroy": "Destroy",
        "diagnose": "Diagnosis",
        "drill": f"{_OPERATIONS}, Drill",
        "import": f"{_OPERATIONS}, Import",
        "logs": "Status, Logs",
        "maintain": f"{_OPERATIONS}, Maintain",
        "plan": "Review",
        "policy deploy": _ROLE,
        "recover": f"{_OPERATIONS}, Recover",
        "rollback": f"{_OPERATIONS}, Roll back",
        "rotate": f"{_OPERATIONS}, Rotate",
        "source check": "Application",
        "status": "Status",
        "update": "Update",
        "users": f"{_OPERATIONS}, Users",
    }
)
"""Where the wizard does what a command does."""
_PRESSED: Final = frozenset({"Deploy", "Destroy", "Update"})
"""Buttons; the others are opened."""

_NO_SITE: Final = (
    "again|and|brings|builds|checks|creates|fills|finds|first|for|in|it|lists|or|prints|renews|"
    "says|shows|subscribes|that|to|where|which|with"
)
"""Words after a command that are not the name of a site."""
_COMMAND: Final = re.compile(
    r"(?:\b(?P<run>[Rr]un|[Ww]ith) )?(?:\bsolarrally )"
    rf"(?P<command>{'|'.join(sorted(PLACES, key=len, reverse=True))})\b(?! \S*[/~]| \S+\.toml\b)"
    rf"(?P<words>(?: (?:--[a-z-]+|[A-Z]{{2,}}|(?!(?:{_NO_SITE})\b)[a-z{{][\w{{}}.-]*[\w}}]))*)"
)
_AGAIN: Final = re.compile(
    r"\b(?P<first>[Rr])un "
    r"(?:the same command(?: again)?|(?:solarrally )?(?P<verb>deploy|update|destroy)(?: FILE)? "
    r"again)\b"
)
"""How texts say that a run is to be tried again."""
_SAME: Final = re.compile(r"\bthe same command\b")
_BRACKETED: Final = re.compile(r" ?\((?P<path>[a-z]+\.[a-z_0-9]+)(?: = [^)]*)?\)")
_SET: Final = re.compile(
    r"(?P<set>\b[Ss]et )?(?P<path>\b[a-z]+\.[a-z_0-9]+\b)"
    r"(?: = (?P<value>\"[^\"]*\"|\[[^\]]*\]|\w[\w.-]*\w|\w))?"
)
"""An answer, also as a line of the site file, such as size.backup_days = 7."""
_SITE_FILE: Final = "in the site file"
"""Where the answers are that the wizard does not ask for."""
_TICKS: Final = MappingProxyType({"true": "yes", "false": "no"})
_INSTEAD: Final = MappingProxyType(
    {
        "solarrally policy deploy prints": f"{_ROLE}, has",
        " (region in the site file)": " above",
        "Account in the wizard shows": "Ctrl+R shows",
        "another database class (size.database_class)": "another size on Size: each has its own "
        "class of database",
    }
)
"""What stands only in one text."""


def in_the_wizard(text: str, again: str = "", here: str = "") -> str:
    """Return a text without the command line and the site file.

    again: the button that does what the same command does in a terminal, where there is one.
    here: the step that says it, whose own answers need no place.
    """

    def tried(found: re.Match[str]) -> str:
        return _as(found["first"], again or f"{found['verb'] or 'try'} again")

    said = text
    for words, instead in _INSTEAD.items():
        said = said.replace(words, instead)
    said = said.replace(f" {_SITE_FILE}", "")
    said = _SAME.sub("the same again", _AGAIN.sub(tried, said))
    said = _BRACKETED.sub(_beside, _COMMAND.sub(_place, said))
    return _SET.sub(partial(_answer, here=here), said)


def worded(report: "Report") -> "Report":
    """Return a report whose checks say what to do in the wizard, and name parts of the site."""
    checks = (
        replace(check, line=in_parts(in_the_wizard(check.line), report.site))
        for check in report.checks
    )
    return replace(report, checks=tuple(checks))


def _place(found: re.Match[str]) -> str:
    place = PLACES[found["command"]]
    run = found["run"] or ""
    if run.lower() != "run":
        return f"{run} {place}".lstrip()
    return _as(run[0], f"{'press' if place in _PRESSED else 'open'} {place}")


def _beside(found: re.Match[str]) -> str:
    """Return the place of an answer, where the words before it name the answer already."""
    if found["path"] not in ASKED:
        return f" ({_SITE_FILE})" if _is_answer(found["path"]) else found[0]
    question, step = ASKED[found["path"]]
    is_said = f"on {step.title}" in found.string
    return "" if is_said else f" ({question.label} on {step.title})"


def _answer(found: re.Match[str], here: str) -> str:
    """Return an answer by the label and the step of its question, where the wizard asks it."""
    before = found["set"] or ""
    if found["path"] not in ASKED:
        if not _is_answer(found["path"]):
            return found[0]
        name = found["path"].partition(".")[2].replace("_", " ")
        value = (found["value"] or "").strip('"[]')
        to = f" to {value}" if before and value else f" = {value}" if value else ""
        return f"{before}{name} {_SITE_FILE}{to}"
    question, step = ASKED[found["path"]]
    named = question.label if step.id == here else f"{question.label} on {step.title}"
    if found["value"] is None:
        return f"{before}{named}"
    if before and step.id == here and found["value"] in _TICKS:
        return f"{_as(before[0], 'untick' if found['value'] == 'false' else 'tick')} {named}"
    value = found["value"].strip('"[]')
    words = dict(question.choices).get(value, _TICKS.get(value, value)).partition(";")[0]
    if before:
        return f"{before}{named} to {words or 'nothing'}"
    return f"{question.label} = {words or 'nothing'}"


def _is_answer(path: str) -> bool:
    """Whether a dotted name is one of an answer of the site file."""
    from solarrally_tui.site.model import Site  # noqa: PLC0415 pydantic is slow

    group, _, name = path.partition(".")
    model = getattr(Site.model_fields.get(group), "annotation", None)
    return name in getattr(model, "model_fields", {})


def _as(first: str, words: str) -> str:
    return words[:1].upper() + words[1:] if first.isupper() else words
