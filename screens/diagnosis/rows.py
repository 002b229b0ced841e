"""A diagnosis as the lines of its screen. Pure."""

from dataclasses import dataclass
from enum import Enum
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from textual.content import Content

from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.diagnosis.render import (
    name_of,
    not_created,
    ordered,
    repeats,
    shortened,
    well,
)
from solarrally_tui.health.report import Pending
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.screens.common.next_steps import in_the_wizard
from solarrally_tui.screens.common.words import DIM, colour, mark
from solarrally_tui.screens.diagnosis.next_step import next_step
from solarrally_tui.text.enumeration import counted
from solarrally_tui.text.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from solarrally_tui.health.diagnosis.evidence import Evidence
    from solarrally_tui.health.diagnosis.model import Candidate, Diagnosis

_WORDS: Final = 400
"""Characters of AWS's words in a list; Enter shows all of them."""
_INDENT: Final = 2
_FEW: Final = 3
"""Effects that have a line each."""
_LEAST: Final = 20
"""Columns that words have, however narrow the terminal is."""

_BLIND: Final = "AWS does not see inside a charger: the charger's own log shows that."
"""What AWS cannot report, however well the site is."""
_STYLES: Final = {
    "certain": "$text-error",
    "likely": "$text-warning",
    "possible": "$text-warning",
}


class Fold(Enum):
    """What one line stands for until somebody opens it."""

    EFFECTS = "effects"
    UNKNOWN = "unknown"
    WELL = "well"


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
    folds: Fold | None = None
    """What Enter shows, or hides again."""

    @property
    def height(self) -> int:
        """Lines that it takes."""
        return self.shown.plain.count("\n") + 1


def card(diagnosis: "Diagnosis", cause: "Candidate | None", ways: "Sequence[str]" = ()) -> Content:
    """Return the answer: what happened, and what to do. The evidence below says why.

    ways: what to do, the best first; none for what the cause itself says.
    """
    style = f"bold {colour(diagnosis.health)}"
    if cause is None:
        past = f"\nEarlier: {diagnosis.past[0].what}" if diagnosis.past else ""
        return Content.assemble(
            (diagnosis.health.line(diagnosis.headline), style),
            f"\n{counted(diagnosis.asked, 'source')} were read at "
            f"{diagnosis.time.astimezone():%H:%M:%S}. {_BLIND}",
            (past, DIM),
        )
    first, *others = ways or [next_step(cause)]
    return Content.assemble(
        (diagnosis.health.line(cause.what), style),
        (f"\n{cause.sure.meaning}", _STYLES[cause.sure.value]),
        ("\nNext: ", DIM),
        (first, "bold"),
        *(Content.assemble(("\nOr: ", DIM), other) for other in others),
    )


def rows(
    diagnosis: "Diagnosis",
    shown: int,
    width: int,
    *,
    unfolded: "Collection[Fold]" = (),
    apart: bool = False,
) -> list[Row]:
    """Return all lines: evidence, other causes, effects, what is past or kept, unknown, healthy.

    width: columns, for the words that do not fit into one line. unfolded: what has a line each,
    instead of one for all. apart: whether a blank line comes before each heading but the first.
    """
    sections: list[tuple[str, list[Row]]] = []

    def listed(evidence: "Iterable[Evidence]", *said: str) -> list[Row]:
        return [_evidence(one, width, said) for one in evidence]

    if shown < len(diagnosis.causes):
        cause = diagnosis.causes[shown]
        said = f"{cause.what} {cause.next}"
        others = [
            _other(number, other, width)
            for number, other in enumerate(diagnosis.causes)
            if number != shown
        ]
        sections += [
            ("Evidence", _evident(cause, width, said)),
            ("Other causes", others),
            (
                "Effects",
                _effects(
                    listed(cause.effects, said, *map(_bare, cause.evidence)),
                    unfolded=Fold.EFFECTS in unfolded,
                ),
            ),
        ]
    sections += [
        ("Earlier", listed(e for past in diagnosis.past for e in past.evidence)),
        ("Seen before the rollback", listed(diagnosis.kept)),
        ("Slow queries", listed(diagnosis.slow)),
        ("Unknown", _unknown(diagnosis, width, unfolded=Fold.UNKNOWN in unfolded)),
        ("Healthy", _healthy(ordered(diagnosis.fine), width, unfolded=Fold.WELL in unfolded)),
    ]
    lines: list[Row] = []
    for title, below in sections:
        if below:
            blank = "\n" if apart and lines else ""
            heading = Row(Content.styled(f"{blank}{title}", f"bold {DIM}"), heading=True)
            lines += [heading, *below]
    return lines


def _effects(listed: list[Row], *, unfolded: bool) -> list[Row]:
    """Return what follows from the cause; many things in one line, until somebody opens it."""
    if len(listed) <= _FEW:
        return listed
    does = "Enter hides them." if unfolded else "Enter lists them."
    words = "\n".join(row.shown.plain for row in listed)
    said = Content.styled(f"{len(listed)} other findings follow from this. {does}", DIM)
    return [Row(said, "What follows", words, folds=Fold.EFFECTS), *(listed if unfolded else ())]


def _healthy(fine: "Sequence[Evidence]", width: int, *, unfolded: bool) -> list[Row]:
    if not fine:
        return []
    names = max(len(name_of(one)) for one in fine) + 2
    listed = [_fine(one, names, width) for one in fine]
    count = f"{len(fine)} {'things are' if len(fine) > 1 else 'thing is'} well."
    does = "Enter hides them." if unfolded else "Enter shows each."
    head = Content.assemble(mark(Severity.OK), f"{count} {does}")
    words = "\n".join(row.shown.plain for row in listed)
    return [Row(head, "What is well", words, folds=Fold.WELL), *(listed if unfolded else ())]


def _evident(cause: "Candidate", width: int, said: str) -> list[Row]:
    """Return what a cause rests on, the words that show it once."""
    first, *others = cause.evidence
    why = [one.words if repeats(one, cause) else "" for one in others]
    return [
        _evidence(first, width, (said,)),
        *(_evidence(one, width, (said, again)) for one, again in zip(others, why, strict=True)),
    ]


def _evidence(evidence: "Evidence", width: int, said: "Sequence[str]") -> Row:
    """Return where something was seen, and the words, where they were not said above.

    A check has its sign before its name; what AWS reports has AWS's word for the state behind it.
    """
    time = f"{evidence.when[11:19]} " if evidence.when else ""
    name, state = name_of(evidence), evidence.state
    is_missing = evidence.kind == "stack-missing" and bool(state)
    sign = next((mark(one) for one in Severity if one == state), ("", ""))
    missing = (f"{State.WAITING.glyph} ", DIM) if is_missing else ("", "")
    named = name if sign[0] or state.casefold() == name.casefold() else f"{name} {state}".rstrip()
    head = Content.assemble((time, DIM), missing, sign, (named, "bold"))
    words = _bare(evidence)
    # The name and the state say it, and AWS's words name the stack.
    is_said = is_missing or any(words.rstrip(".") in text for text in said)
    return _of_evidence(_entry(head, "" if is_said else words, width), evidence)


def _bare(evidence: "Evidence") -> str:
    """Return the words without the state and the name that stand before them."""
    words = in_the_wizard(evidence.words).removeprefix(evidence.state).lstrip(": \n")
    return shortened(words.removeprefix(f"{evidence.resource}: "), _WORDS)


def _entry(head: Content, words: str, width: int, style: str = "") -> Content:
    """Return a line of a list: what it is about, then words, below it where they do not fit."""
    if not words:
        return head
    if head.cell_length + len(words) + 2 <= width:
        gap = " " if head.plain.endswith(":") else "  "
        return Content.assemble(head, gap, (words, style))
    lines = wrap(words, max(width - _INDENT, _LEAST), break_on_hyphens=False)
    below = "".join(f"\n{' ' * _INDENT}{line}" for line in lines)
    return Content.assemble(head, (below, style))


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
    return Row(shown, name_of(e), e.words, e.command, e.link, known)


def _other(number: int, cause: "Candidate", width: int) -> Row:
    sure = cause.sure.value
    head = Content.styled(f"{sure:<9}", _STYLES[sure])
    return Row(_entry(head, cause.what, width), cause.what, cause.why, cause=number)


def _unknown(diagnosis: "Diagnosis", width: int, *, unfolded: bool) -> list[Row]:
    """Return what could not be seen, and why; in one line what is not there yet for the cause."""
    follows = diagnosis.awaited
    others = {why: t for why, t in diagnosis.hidden.items() if why not in follows}
    listed = [_unseen(why, titles, width) for why, titles in others.items()]
    below = [_unseen(why, titles, width) for why, titles in follows.items()]
    if len(below) <= 1:
        return [*listed, *below]
    does = "Enter hides them." if unfolded else "Enter lists them."
    said = f"{not_created(follows)} {does}"
    head = Content.assemble(mark(Severity.UNKNOWN), (said, DIM))
    words = "\n".join(row.shown.plain for row in below)
    fold = Row(head, "What could not be seen", words, folds=Fold.UNKNOWN)
    return [*listed, fold, *(below if unfolded else ())]


def _unseen(why: str, titles: "Sequence[str]", width: int) -> Row:
    named = ", ".join(titles)
    head = Content.assemble(mark(Severity.UNKNOWN), f"{named}:")
    facts = tuple(("Unknown", title) for title in titles)
    return Row(_entry(head, in_the_wizard(why), width, DIM), named, why, facts=facts)


def _fine(evidence: "Evidence", names: int, width: int) -> Row:
    """Return a thing that is well; its first sentence where all do not fit: Enter shows them.

    names: columns for what it is called.
    """
    state = next((one for one in Pending if one == evidence.state), Severity.OK)
    head = Content.assemble(mark(state), name_of(evidence).ljust(names))
    room = max(width - head.cell_length, _LEAST)
    words = shortened(in_the_wizard(well(evidence)), _WORDS)
    words = words if len(words) <= room else sentences(words)[0]
    lines = [Content.styled(one, DIM) for one in wrap(words, room, break_on_hyphens=False)]
    said = Content.styled(f"\n{' ' * head.cell_length}", DIM).join(lines)
    return _of_evidence(head + said, evidence)
