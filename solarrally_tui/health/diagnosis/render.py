"""A diagnosis as text for a terminal, as JSON for scripts, and as Markdown for a ticket. Pure."""

import json
from datetime import UTC
from typing import Any, Final

from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.diagnosis.evidence import Evidence
from solarrally_tui.health.diagnosis.model import Candidate, Diagnosis
from solarrally_tui.text.control_characters import harmless
from solarrally_tui.text.markdown import escape
from solarrally_tui.text.table import wrap

SCHEMA: Final = 1
"""Of the JSON. Grows when something is renamed or removed."""

_WORDS: Final = 400
"""Characters of AWS's words that a table shows; JSON and Markdown have all of them."""

_WRAPPER: Final = 'Resource handler returned message: "'


def to_table(told: Diagnosis) -> str:
    """Return the diagnosis for a terminal: cause, why, next, evidence, and the rest."""
    lines = [*wrap(told.headline, f"{told.health.glyph} "), ""]
    for number, cause in enumerate(told.causes, 1):
        lines += _cause(number, cause)
    if told.past:
        lines += ["Earlier trouble that no longer shows:"]
        for each in told.past:
            lines += wrap(f"{each.what} {each.evidence[0].when}", "  ")
        lines.append("")
    lines += _listed("What it is not", Severity.OK, [_fine(each) for each in told.fine])
    lines += _listed("Not known", Severity.UNKNOWN, _unknown(told))
    lines += wrap(f"Asked {told.asked} sources in {told.region} and account {told.account}.")
    return harmless("\n".join(lines))


def _cause(number: int, cause: Candidate) -> list[str]:
    lines = wrap(f"Cause {number}, {cause.sure.value}: {cause.what}")
    lines += wrap(f"AWS says: {shortened(cause.why, _WORDS)}", "  Why   ")
    lines += wrap(cause.next, "  Next  ")
    for each in cause.evidence:
        lines += wrap(_seen(each), "  Seen  ")
        lines += [f"          {each.command}"] if each.command else []
        lines += [f"          {each.link}"] if each.link else []
    if cause.effects:
        lines += wrap("; ".join(dict.fromkeys(_effect(e) for e in cause.effects)), "  Hence ")
    return [*lines, ""]


def _seen(each: Evidence) -> str:
    place = " ".join(part for part in (each.when, each.api, each.resource, each.state) if part)
    return f"{place}: {shortened(each.words, _WORDS)}"


def _listed(title: str, severity: Severity, texts: list[str]) -> list[str]:
    lines = [line for text in texts for line in wrap(text, f"  {severity.glyph} ")]
    return [f"{title}:", *lines, ""] if lines else []


def _fine(each: Evidence) -> str:
    return f"{each.resource}: {shortened(each.words, 120)}"


def _effect(each: Evidence) -> str:
    return f"{each.resource} ({each.state})" if each.state else each.resource


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
        f"## {told.site}: {escape(told.headline)}",
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
        f"### Cause {number} ({cause.sure.value}): {escape(cause.what)}",
        "",
        f"**Next:** {escape(cause.next)}",
        "",
    ]
    for each in cause.evidence:
        head = " ".join(part for part in (each.when, each.api, each.resource, each.state) if part)
        lines += [f"- {escape(head)}", ""]
        lines += _fenced(each.words) + ([f"  <{each.link}>"] if each.link else [])
        lines += _fenced(each.command) if each.command else []
        lines.append("")
    if cause.effects:
        effects = ", ".join(dict.fromkeys(_effect(each) for each in cause.effects))
        lines += [f"Follows from it: {escape(effects)}.", ""]
    return lines


def _fenced(text: str) -> list[str]:
    """Return a fence that the text itself cannot close."""
    fence = "~~~~~~" if "~~~" not in text else "````````"
    return [f"  {fence}", *(f"  {line}" for line in text.splitlines()), f"  {fence}"]


def _bullets(title: str, lines: list[str]) -> list[str]:
    return [f"### {title}", "", *(f"- {escape(line)}" for line in lines), ""] if lines else []
