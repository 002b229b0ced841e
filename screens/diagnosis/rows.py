"""A diagnosis as the lines of its screen. Pure."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from textual.content import Content

from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.diagnosis.render import shortened
from solarrally_tui.screens.common.words import DIM, colour, mark

if TYPE_CHECKING:
    from solarrally_tui.health.diagnosis.evidence import Evidence
    from solarrally_tui.health.diagnosis.model import Candidate, Diagnosis

_ON_CARD: Final = 190
"""Characters that AWS's words and the next step have on the card, at most."""

_LINE: Final = 140
"""Characters of a line's words; the terminal shows fewer where it is narrow."""

_STYLES: Final = {
    "certain": "$text-error",
    "likely": "$text-warning",
    "possible": "$text-warning",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what is shown, and what can be opened and copied."""

    shown: Content
    title: str = ""
    words: str = ""
    """AWS's own words in full."""
    command: str = ""
    link: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    """What else is known, as (name, value)."""
    heading: bool = False
    cause: int | None = None
    """The number of the cause that the line is about."""


def card(diagnosis: "Diagnosis", cause: "Candidate | None", width: int) -> Content:
    """Return the answer: what happened, why, what to do. width: columns of text."""
    style = f"bold {colour(diagnosis.health)}"
    if cause is None:
        past = f"\nEarlier: {diagnosis.past[0].what}" if diagnosis.past else ""
        return Content.assemble((diagnosis.health.line(diagnosis.headline), style), (past, DIM))
    room = min(2 * width - 12, _ON_CARD)
    return Content.assemble(
        (diagnosis.health.line(cause.what), style),
        (f"  · {cause.sure.value}\n", _STYLES[cause.sure.value]),
        ("Why: ", DIM),
        (shortened(cause.why, room), ""),
        ("\nNext: ", DIM),
        (shortened(cause.next, room), "bold"),
    )


def rows(diagnosis: "Diagnosis", shown: int) -> list[Row]:
    """Return all lines: evidence, other causes, effects, what is past or kept, unknown, healthy."""
    lines: list[Row] = []
    if shown < len(diagnosis.causes):
        cause = diagnosis.causes[shown]
        lines += _section("Evidence", [_evidence(e) for e in cause.evidence])
        lines.append(_next(cause))
        lines += _section(
            "Other causes",
            [
                _other(number, other)
                for number, other in enumerate(diagnosis.causes)
                if number != shown
            ],
        )
        lines += _section("Effects", [_evidence(e) for e in cause.effects])
    lines += _section("Earlier", [_evidence(e) for past in diagnosis.past for e in past.evidence])
    lines += _section("Seen before the rollback", [_evidence(e) for e in diagnosis.kept])
    lines += _section("Slow queries", [_evidence(e) for e in diagnosis.slow])
    lines += _section("Unknown", _unknown(diagnosis))
    return lines + _section("Healthy", [_fine(e) for e in diagnosis.fine])


def _section(title: str, lines: list[Row]) -> list[Row]:
    heading = Row(Content.styled(title, f"bold {DIM}"), heading=True)
    return [heading, *lines] if lines else []


def _evidence(evidence: "Evidence") -> Row:
    time = evidence.when[11:19] or "        "
    state = f" {evidence.state}" if evidence.state else ""
    words = shortened(evidence.words, _LINE)
    shown = Content.assemble((f"{time} ", DIM), (f"{evidence.resource}{state} ", "bold"), words)
    return _of_evidence(shown, evidence)


def _of_evidence(shown: Content, evidence: "Evidence") -> Row:
    facts = (
        ("Source", evidence.api),
        ("When", evidence.when),
        ("Kept", evidence.kept_when),
        ("Resource", evidence.resource),
        ("Type", evidence.type),
        ("State", evidence.state),
        ("Stack", evidence.stack),
        ("Region", evidence.region),
    )
    known = tuple((name, value) for name, value in facts if value)
    e = evidence
    return Row(_one_line(shown), e.resource, e.words, e.command, e.link, known)


def _next(cause: "Candidate") -> Row:
    shown = Content.assemble(("Next     ", DIM), (shortened(cause.next, _LINE), "bold"))
    facts = (("Rule", cause.id), ("From", cause.source))
    return Row(_one_line(shown), "Next step", cause.next, facts=facts)


def _other(number: int, cause: "Candidate") -> Row:
    sure = cause.sure.value
    shown = Content.assemble((f"{sure:<9}", _STYLES[sure]), cause.what)
    return Row(_one_line(shown), cause.what, cause.why, cause=number)


def _unknown(diagnosis: "Diagnosis") -> list[Row]:
    return [
        Row(
            _one_line(
                Content.assemble(mark(Severity.UNKNOWN), (", ".join(titles), ""), (f": {why}", DIM))
            ),
            ", ".join(titles),
            why,
            facts=tuple(("Unknown", title) for title in titles),
        )
        for why, titles in diagnosis.hidden.items()
    ]


def _fine(evidence: "Evidence") -> Row:
    words = shortened(evidence.words, _LINE)
    shown = Content.assemble(mark(Severity.OK), f"{evidence.resource} ", (words, DIM))
    return _of_evidence(shown, evidence)


def _one_line(content: Content) -> Content:
    return content.truncate(_LINE + 40, ellipsis=True)
