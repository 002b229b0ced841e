"""A diagnosis as text for a terminal, as JSON for scripts, and as Markdown for a ticket. Pure."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.checks import PROBES
from solarrally_tui.health.diagnosis.evidence import Evidence
from solarrally_tui.health.diagnosis.model import Candidate, Diagnosis
from solarrally_tui.health.layers import Layer
from solarrally_tui.text.control_characters import harmless
from solarrally_tui.text.enumeration import counted
from solarrally_tui.text.markdown import escape
from solarrally_tui.text.table import wrap

SCHEMA: Final = 1
"""Version of the JSON. It grows when something is renamed or removed."""

_WORDS: Final = 400
"""Characters of AWS's words that a table shows. JSON and Markdown have all of them."""

_HEALTHY_WORDS: Final = 120
"""The same for what is healthy."""

_SLOW: Final = "Slow queries of the last three hours:"
_WRAPPER: Final = 'Resource handler returned message: "'


def to_table(
    diagnosis: Diagnosis, *, details: bool = True, advised: Callable[[str], str] = str
) -> str:
    """Return the diagnosis for a terminal: causes with evidence and next step, and the rest.

    details: whether each thing that is well, or not there yet, has its lines; else they are
    counted. advised: what makes the next step fit where it is read.
    """
    lines = wrap(diagnosis.headline, f"{diagnosis.health.glyph} ")
    for number, cause in enumerate(diagnosis.causes, 1):
        # The first is the headline.
        sure = cause.sure
        head = f"Cause {number}, {sure.value}: {cause.what}" if number > 1 else f"  {sure.meaning}"
        lines += [*wrap(head), *_cause(cause, advised)]
    lines += [""] if not diagnosis.causes else []
    if diagnosis.past:
        lines += ["Earlier causes that no longer show:"]
        for cause in diagnosis.past:
            lines += wrap(f"{cause.what} {cause.evidence[0].when}", "  ")
        lines.append("")
    lines += _kept(diagnosis)
    lines += _slow(diagnosis)
    lines += _listed("Unknown", Severity.UNKNOWN, _unknown(diagnosis, details=details))
    if details:
        lines += _listed("Healthy", Severity.OK, _healthy(diagnosis))
    elif diagnosis.fine:
        count = counted(len(ordered(diagnosis.fine)), "thing is well", "things are well")
        lines += [f"{Severity.OK.glyph} {count}. --details shows each.", ""]
    where = f"{diagnosis.region}, account {diagnosis.account}"
    lines += wrap(f"Asked {diagnosis.asked} sources in {where}.")
    return harmless("\n".join(lines))


def _cause(cause: Candidate, advised: Callable[[str], str]) -> list[str]:
    lines = wrap(shortened(cause.why, _WORDS), "  Why       ")
    lines += wrap(advised(cause.next), "  Next      ")
    for evidence in cause.evidence:
        words = "" if repeats(evidence, cause) else f": {shortened(evidence.words, _WORDS)}"
        lines += wrap(f"{_place(evidence)}{words}", "  Evidence  ")
        # Not wrapped: both are there to be copied.
        lines += [f"            {text}" for text in (evidence.command, evidence.link) if text]
    if cause.effects:
        lines += wrap(_effects(cause), "  Effects   ")
    return [*lines, ""]


def repeats(evidence: Evidence, cause: Candidate) -> bool:
    """Whether the words of a piece of evidence say no more than why the cause is one."""
    return " ".join(cause.why.split()) in " ".join(evidence.words.split())


def _place(evidence: Evidence) -> str:
    parts = (evidence.when, evidence.api, evidence.resource, evidence.state)
    place = " ".join(part for part in parts if part)
    return f"{place}, kept {evidence.kept_when}" if evidence.kept else place


def _effects(cause: Candidate) -> str:
    by_state: dict[str, list[str]] = {}
    for effect in cause.effects:
        word = next((one.word for one in Severity if one == effect.state), effect.state)
        by_state.setdefault(word, []).append(name_of(effect))
    worst = sorted(by_state.items(), key=lambda item: (_WORST.get(item[0], len(_WORST)), item[0]))
    named = ((word, ", ".join(dict.fromkeys(names))) for word, names in worst)
    return "; ".join(f"{word}: {names}" if word else names for word, names in named)


_WORST: Final = {Severity.FAIL.word: 0, Severity.WARN.word: 1}


def _listed(title: str, severity: Severity, texts: list[str]) -> list[str]:
    lines = [line for text in texts for line in wrap(text, f"  {severity.glyph} ")]
    return [f"{title}:", *lines, ""] if lines else []


def _kept(diagnosis: Diagnosis) -> list[str]:
    """Return what a run saw before a rollback, with the lines of logs as they are."""
    if not diagnosis.kept:
        return []
    lines = ["Seen before AWS rolled the stack back:"]
    for evidence in diagnosis.kept:
        lines += wrap(_place(evidence), "  ")
        for line in evidence.words.splitlines():
            lines += wrap(line, "    ")
    return [*lines, ""]


def _slow(diagnosis: Diagnosis) -> list[str]:
    """Return the statements that took long, without values."""
    if not diagnosis.slow:
        return []
    lines = [line for evidence in diagnosis.slow for line in wrap(evidence.words, "  ")]
    return [_SLOW, *lines, ""]


def _healthy(diagnosis: Diagnosis) -> list[str]:
    return [f"{name_of(e)}: {shortened(well(e), _HEALTHY_WORDS)}" for e in ordered(diagnosis.fine)]


def ordered(fine: Sequence[Evidence]) -> list[Evidence]:
    """Return what is well along the way of the data, as Status has it, each thing once.

    What AWS reports of a thing that a check has looked at adds nothing where both are well.
    """
    kinds = [evidence.kind for evidence in fine]
    once = [e for e in fine if f"{_CHECK}{_SAME.get(e.kind, '')}" not in kinds]
    return sorted(once, key=lambda e: _PLACES.get(_of_check(e), len(_PLACES)))


def well(evidence: Evidence) -> str:
    """Return what is well of a thing, for people: AWS's names of its fields stay in the words."""
    return _WELL.get(evidence.kind, evidence.words)


def _of_check(evidence: Evidence) -> str:
    return _SAME.get(evidence.kind) or _BESIDE.get(evidence.kind, evidence.kind[len(_CHECK) :])


_CHECK: Final = "check:"
_PLACES: Final = {
    probe.id: place
    for place, probe in enumerate(
        probe for layer in Layer for probe in PROBES if probe.layer is layer
    )
}
"""The place of a check on Status, by its id."""
_SAME: Final = {"certificate": "certificate", "database": "database", "target": "targets"}
"""The check that looks at the same, by the kind of what AWS reports."""
_BESIDE: Final = {"build": "application", "distribution": "page", "deployment": "service"}
"""The check beside which other things stand, likewise."""
_WELL: Final = {
    "certificate": "It is issued.",
    "database": "It is available.",
    "distribution": "It is deployed and enabled.",
    "target": "It is healthy.",
}


def name_of(evidence: Evidence) -> str:
    """Return what a piece of evidence is about, for people: no id of AWS's where there is a word.

    The id stays in the facts, in JSON and in the place of a cause's evidence.
    """
    if evidence.kind == "build" and evidence.facts.get("what"):
        return f"Build of the {evidence.facts['what']}"
    return _NAMES.get(evidence.kind, evidence.resource)


_NAMES: Final = {
    "alarm": "Alarm",
    "build": "Build",
    "build-log": "Log of the build",
    "database": "Database",
    "deployment": "Deployment of the tasks",
    "distribution": "CloudFront distribution",
    "quota": "Quota",
    "target": "Load balancer target",
    "task": "Task",
}
"""By the kind of evidence, for those whose resource is an id or an address."""


def _unknown(diagnosis: Diagnosis, *, details: bool = True) -> list[str]:
    awaited = {} if details else diagnosis.awaited
    lines = [
        f"{', '.join(titles)}: {why}"
        for why, titles in diagnosis.hidden.items()
        if why not in awaited
    ]
    return [*lines, f"{not_created(awaited)} --details lists them."] if awaited else lines


def not_created(awaited: Mapping[str, Sequence[str]]) -> str:
    """Return in a sentence how many things the cause has kept from being created."""
    count = sum(map(len, awaited.values()))
    return f"{counted(count, 'check waits', 'checks wait')} for what is not created yet."


def shortened(words: str, limit: int) -> str:
    """Return words in one line of at most limit characters, cut between two words.

    The prefix that CloudFormation puts before every resource's words is left out.
    """
    line = " ".join(words.split()).removeprefix(_WRAPPER)
    if len(line) <= limit:
        return line
    return line[: limit - 2].rsplit(" ", 1)[0] + " …"


def to_json(diagnosis: Diagnosis) -> str:
    """Return the diagnosis as one JSON object, with every word of AWS."""
    return json.dumps(as_object(diagnosis))


def as_object(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return the diagnosis as plain values."""
    return {
        "schema": SCHEMA,
        "site": diagnosis.site,
        "region": diagnosis.region,
        "account": diagnosis.account,
        "time": _timestamp(diagnosis.time),
        "health": diagnosis.health.value,
        "headline": diagnosis.headline,
        "causes": [_cause_object(cause) for cause in diagnosis.causes],
        "past": [_cause_object(cause) for cause in diagnosis.past],
        "kept": [_evidence_object(evidence) for evidence in diagnosis.kept],
        "slow": [_evidence_object(evidence) for evidence in diagnosis.slow],
        "fine": [{"what": e.resource, "words": e.words, "api": e.api} for e in diagnosis.fine],
        "unknown": [{"what": item.title, "why": item.why} for item in diagnosis.unknown],
        "asked": diagnosis.asked,
    }


def _timestamp(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _cause_object(cause: Candidate) -> dict[str, Any]:
    return {
        "id": cause.id,
        "sure": cause.sure.value,
        "what": cause.what,
        "why": cause.why,
        "next": cause.next,
        "source": cause.source,
        "evidence": [_evidence_object(evidence) for evidence in cause.evidence],
        "effects": [_evidence_object(evidence) for evidence in cause.effects],
    }


def _evidence_object(evidence: Evidence) -> dict[str, Any]:
    return {
        "kind": evidence.kind,
        "api": evidence.api,
        "time": _timestamp(evidence.time) if evidence.time else None,
        "kept": _timestamp(evidence.kept) if evidence.kept else None,
        "region": evidence.region,
        "stack": evidence.stack,
        "resource": evidence.resource,
        "type": evidence.type,
        "state": evidence.state,
        "words": evidence.words,
        "command": evidence.command,
        "console": evidence.link,
    }


def to_markdown(diagnosis: Diagnosis) -> str:
    """Return the diagnosis to be pasted into a ticket, with AWS's words in fences."""
    when = diagnosis.time.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    where = f"Region {diagnosis.region}, account {diagnosis.account}"
    lines = [
        f"## {diagnosis.site}: {escape(diagnosis.headline)}",
        "",
        f"Health: {diagnosis.health.word}. Examined {when}, {where}.",
        "",
    ]
    for number, cause in enumerate(diagnosis.causes, 1):
        lines += _section(number, cause)
    for evidence in diagnosis.kept:
        lines += [f"### Seen before the rollback: {escape(_place(evidence))}", ""]
        lines += [*_fenced(evidence.words), ""]
    lines += _bullets(_SLOW.rstrip(":"), [evidence.words for evidence in diagnosis.slow])
    lines += _bullets("Healthy", _healthy(diagnosis))
    lines += _bullets("Unknown", _unknown(diagnosis))
    return harmless("\n".join(lines).rstrip() + "\n")


def _section(number: int, cause: Candidate) -> list[str]:
    lines = [
        f"### Cause {number} ({cause.sure.value}): {escape(cause.what)}",
        "",
        f"**Next:** {escape(cause.next)}",
        "",
    ]
    for evidence in cause.evidence:
        lines += [f"- {escape(_place(evidence))}", "", *_fenced(evidence.words)]
        lines += [f"  <{evidence.link}>"] if evidence.link else []
        lines += _fenced(evidence.command) if evidence.command else []
        lines.append("")
    if cause.effects:
        lines += [f"Effects: {escape(_effects(cause))}.", ""]
    return lines


def _fenced(text: str) -> list[str]:
    """Return a fence that the text itself cannot close."""
    fence = "~~~~~~" if "~~~" not in text else "````````"
    return [f"  {fence}", *(f"  {line}" for line in text.splitlines()), f"  {fence}"]


def _bullets(title: str, lines: list[str]) -> list[str]:
    return [f"### {title}", "", *(f"- {escape(line)}" for line in lines), ""] if lines else []
