"""First charger as text: its files, its way to the page, and its power. Pure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from textual.content import Content

from solarrally_tui.chargers.proof import WORDS, Proof, summary
from solarrally_tui.findings.glyphs import SIGNS, Tone
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common.words import DIM, explained, sentence
from solarrally_tui.screens.presenter import STORIES, Story
from solarrally_tui.screens.widgets.live_power import course_of
from solarrally_tui.text.enumeration import enumerated
from solarrally_tui.text.plain import Plain

if TYPE_CHECKING:
    from solarrally_tui.chargers.intake.roster import RosterProblem

_NAMED: Final = 4
"""Chargers that a sentence names."""
_POWERS: Final = 48
"""Messages that the sparkline shows."""


def files_of(name: str) -> tuple[tuple[str, str], ...]:
    """Return the files of a charger by their names, and what each is for."""
    return (
        (f"{name}.key.pem", f"private key: anyone who has it can send as {name}"),
        (f"{name}.cert.pem", "certificate, signed by AWS IoT"),
        ("root-ca.pem", "Amazon's certificate, by which it knows AWS IoT"),
        (f"{name}.json", "address to connect to, for this program"),
        ("README.txt", "how to connect, and what a message looks like"),
    )


def listed_files(name: str) -> Content:
    """Return the files of a charger in two columns."""
    files = files_of(name)
    width = max(len(file) for file, _ in files) + 2
    return Content("\n").join(
        Content.assemble(file.ljust(width), (use, DIM)) for file, use in files
    )


def wrong_names(problems: "Sequence[RosterProblem]") -> Content:
    """Return what is wrong with the names that were typed."""
    return Content("\n").join(sentence(Severity.WARN, problem.what) for problem in problems)


def registered(names: Sequence[str]) -> str:
    """Say that chargers are registered."""
    if len(names) == 1:
        return f"{names[0]} is registered."
    return f"{len(names)} chargers are registered: {enumerated(names, _NAMED)}."


def already_there(names: Sequence[str]) -> Plain:
    """Say that chargers were there before."""
    one = len(names) == 1
    return Plain(
        what=f"{enumerated(names, _NAMED)} {'exists' if one else 'exist'} already.",
        why=f"{'It keeps its' if one else 'They keep their'} key.",
        next="Choose another name." if one else "Choose other names.",
    )


def hops(proof: Proof) -> Content:
    """Return a line for each hop, and at the end what was seen or what to do."""
    lines = [
        sentence(Severity.OK, f"{WORDS[hop]:<24}{_rounded(milliseconds):>8} ms")
        for hop, milliseconds in proof.milliseconds.items()
    ]
    if proof.present:
        lines.append(Content.styled(f"{SIGNS['WAITING'].glyph} {WORDS[proof.present]} …", DIM))
    if proof.plain:
        lines.append(sentence(Severity.FAIL, WORDS[proof.failed]))
        lines.append(explained(proof.plain))
    if proof.is_proven:
        lines.append(sentence(Severity.OK, summary(proof), bold=True))
    return Content("\n").join(lines)


def _rounded(milliseconds: float) -> str:
    """Return whole milliseconds: a message may reach the page before AWS IoT acknowledges it."""
    return f"{milliseconds:.0f}" if milliseconds >= 1 else "<1"


def power(powers: Sequence[float], charger: str, *, is_over: bool = False) -> Content:
    """Return the power of a charger as the page receives it, now and before; 0 once it is over."""
    shown = (*powers, 0.0) if is_over else powers
    now = (f"{shown[-1]:5.1f} kW ", "bold")
    how = f"{charger} has stopped charging" if is_over else f"{charger} at the page"
    return Content.assemble(now, course_of(shown, _POWERS), (f", {how}", DIM))


def story(proof: Proof | None) -> Story:
    """Return what presenter mode says of a proof; None before there is one."""
    if proof is None:
        return STORIES["charger"]
    if proof.is_proven:
        return Story("PROVED", summary(proof), Tone.SUCCESS)
    if proof.failed:
        why = proof.plain.what if proof.plain else "AWS did not answer."
        return Story("NOT PROVED", f"{WORDS[proof.failed]}: {why}", Tone.ERROR)
    return Story("PROOF", f"A message is on its way: {WORDS[proof.present]}.")
