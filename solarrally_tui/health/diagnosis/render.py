"""A diagnosis as text for a terminal, as JSON for scripts, and as Markdown for a ticket. Pure."""

import json
from datetime import UTC
from textwrap import wrap
from typing import Any, Final

from solarrally_tui.health.diagnosis.evidence import Evidence
from solarrally_tui.health.diagnosis.model import Candidate, Diagnosis
from solarrally_tui.health.render import GLYPHS
from solarrally_tui.text.control_characters import harmless

SCHEMA: Final = 1
"""Of the JSON. Grows when something is renamed or removed."""

_WIDTH: Final = 96
_WORDS: Final = 400
"""Characters of AWS's words that a table shows; JSON and Markdown have all of them."""

_WRAPPER: Final = 'Resource handler returned message: "'


def to_table(told: Diagnosis) -> str:
    """Return the diagnosis for a terminal: cause, why, next, evidence, and the rest."""
    lines = [f"{GLYPHS[told.health]} {told.headline}", ""]
    for number, cause in enumerate(told.causes, 1):
        lines += _cause(number, cause)
    if told.past:
        lines += ["Earlier trouble that no longer shows:"]
        lines += [f"  {each.what} {_time(each)}".rstrip() for each in told.past] + [""]
    lines += _listed("What it is not", [f"✓ {_fine(each)}" for each in told.fine])
    lines += _listed("Not known", [f"? {each}" for each in _unknown(told)])
    lines.append(f"Asked {told.asked} sources in {told.region} and account {told.account}.")
    return harmless("\n".join(lines))


def _cause(number: int, cause: Candidate) -> list[str]:
    lines = [f"Cause {number}, {cause.sure.value}: {cause.what}"]
    lines += _wrapped("Why   ", f"AWS says: {shortened(cause.why, _WORDS)}")
    lines += _wrapped("Next  ", cause.next)
    for each in cause.evidence:
        lines += _wrapped("Seen  ", _seen(each))
        lines += [f"          {each.command}"] if each.command else []
        lines += [f"          {each.link}"] if each.link else []
    if cause.effects:
        lines += _wrapped("Hence ", "; ".join(dict.fromkeys(_effect(e) for e in cause.effects)))
    return [*lines, ""]


def _seen(each: Evidence) -> str:
    place = " ".join(part for part in (each.when, each.api, each.resource, each.state) if part)
    return f"{place}: {shortened(each.words, _WORDS)}"


def _wrapped(label: str, text: str) -> list[str]:
    first, *rest = wrap(text, _WIDTH - 8, break_long_words=False, break_on_hyphens=False) or [""]
    return [f"  {label}{first}", *(f"        {line}" for line in rest)]


def _listed(title: str, lines: list[str]) -> list[str]:
    shown = [f"  {line}" for line in lines]
    return [f"{title}:", *shown, ""] if lines else []


def _fine(each: Evidence) -> str:
    return f"{each.resource}: {shortened(each.words, 120)}"


def _effect(each: Evidence) -> str:
    return f"{each.resource} ({each.state})" if each.state else each.resource


def _time(cause: Candidate) -> str:
    return cause.evidence[0].when


def shortened(words: str, limit: int) -> str:
    """Return words in one line of at most so many characters, cut where a word ends.

    What CloudFormation puts before every resource's words is left out.
    """
    line = " ".join(words.split()).removeprefix(_WRAPPER)
    if len(line) <= limit:
        return line
    return line[: limit - 2].rsplit(" ", 1)[0] + " …"


def _unknown(told: Diagnosis) -> list[str]:
    return [f"{', '.join(titles)}: {why}" for why, titles in told.hidden.items()]


def to_json(told: Diagnosis) -> str:
    """Return the diagnosis as one JSON object, every word of AWS in it."""
    return json.dumps(as_object(told))


def as_object(told: Diagnosis) -> dict[str, Any]:
    """Return the diagnosis as plain values."""
    return {
        "schema": SCHEMA,
        "site": told.site,
        "region": told.region,
        "account": told.account,
        "time": told.time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "health": told.health.value,
        "headline": told.headline,
        "causes": [_cause_object(each) for each in told.causes],
        "past": [_cause_object(each) for each in told.past],
        "fine": [
            {"what": each.resource, "words": each.words, "api": each.api} for each in told.fine
        ],
        "unknown": [{"what": each.title, "why": each.why} for each in told.unknown],
        "asked": told.asked,
    }


def _cause_object(cause: Candidate) -> dict[str, Any]:
    return {
        "id": cause.id,
        "sure": cause.sure.value,
        "what": cause.what,
        "why": cause.why,
        "next": cause.next,
        "source": cause.source,
        "evidence": [_evidence_object(each) for each in cause.evidence],
        "effects": [_evidence_object(each) for each in cause.effects],
    }


def _evidence_object(each: Evidence) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "api": each.api,
        "time": each.time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if each.time else None,
        "region": each.region,
        "stack": each.stack,
        "resource": each.resource,
        "type": each.type,
        "state": each.state,
        "words": each.words,
        "command": each.command,
        "console": each.link,
    }


def to_markdown(told: Diagnosis) -> str:
    """Return the diagnosis to be pasted into a ticket. AWS's words stand in fences."""
    when = told.time.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    lines = [
        f"## {told.site}: {_plain(told.headline)}",
        "",
        f"Health {told.health.value}, seen {when}, Region {told.region}, account {told.account}.",
        "",
    ]
    for number, cause in enumerate(told.causes, 1):
        lines += _section(number, cause)
    lines += _bullets("What it is not", [_fine(each) for each in told.fine])
    lines += _bullets("Not known", _unknown(told))
    return harmless("\n".join(lines).rstrip() + "\n")


def _section(number: int, cause: Candidate) -> list[str]:
    lines = [
        f"### Cause {number} ({cause.sure.value}): {_plain(cause.what)}",
        "",
        f"**Next:** {_plain(cause.next)}",
        "",
    ]
    for each in cause.evidence:
        head = " ".join(part for part in (each.when, each.api, each.resource, each.state) if part)
        lines += [f"- {_plain(head)}", ""]
        lines += _fenced(each.words) + ([_plain(f"  <{each.link}>")] if each.link else [])
        lines += _fenced(each.command) if each.command else []
        lines.append("")
    if cause.effects:
        effects = ", ".join(dict.fromkeys(_effect(each) for each in cause.effects))
        lines += [f"Follows from it: {_plain(effects)}.", ""]
    return lines


def _fenced(text: str) -> list[str]:
    """Return a fence that the text itself cannot close."""
    fence = "~~~~~~" if "~~~" not in text else "````````"
    return [f"  {fence}", *(f"  {line}" for line in text.splitlines()), f"  {fence}"]


def _bullets(title: str, lines: list[str]) -> list[str]:
    return [f"### {title}", "", *(f"- {_plain(line)}" for line in lines), ""] if lines else []


def _plain(text: str) -> str:
    """Keep what somebody else wrote from being read as Markdown or HTML."""
    kept = " ".join(text.split())
    for sign in "\\`*_[]<|#":
        kept = kept.replace(sign, f"\\{sign}")
    return kept
