"""First charger as text: its files, its way to the page, and its power. Pure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from textual.content import Content

from solarrally_tui.chargers.message import FIELDS, TOPIC
from solarrally_tui.chargers.proof import WORDS, Proof
from solarrally_tui.findings.glyphs import SIGNS, Tone
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common.words import DATA, DIM, explained, sentence
from solarrally_tui.screens.presenter import STORIES, Story
from solarrally_tui.screens.widgets.chart import chart
from solarrally_tui.screens.widgets.facts import Table
from solarrally_tui.text.enumeration import counted, enumerated
from solarrally_tui.text.plain import Plain
from solarrally_tui.text.sparkline import scale
from solarrally_tui.wizard.model import following

if TYPE_CHECKING:
    from solarrally_tui.chargers.intake.roster import RosterProblem

_NAMED: Final = 4
"""Chargers that a sentence names."""
_LINES: Final = 6
"""Chargers whose proofs show at once."""
_SECONDS: Final = 32
"""The messages of a proof and of the half minute after it: one a second."""
_LOWEST: Final = 5
"""Lines of the power with its chart, at least."""
_MARKS: Final = tuple((each / _SECONDS, f"{each} s") for each in range(0, _SECONDS, 10))


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


def how_it_sends(site: str, name: str) -> Table:
    """Return what a charger needs to send, as its README.txt says it in full."""
    keys = ", ".join(field.name for field in FIELDS)
    rows = (
        ("Protocol", "MQTT 3.1.1 over TLS 1.2 or newer, QoS 1, to the address in its files"),
        ("Client id", f"{name}, and no other"),
        ("Topic", TOPIC.replace("SITE", site).replace("NAME", name)),
        ("Message", f"JSON with {keys}"),
        ("To check", "solarrally chargers check FILE"),
    )
    return Table("How a charger sends", rows)


def wrong_names(problems: "Sequence[RosterProblem]") -> Content:
    """Return what is wrong with the names that were typed."""
    return Content("\n").join(sentence(Severity.WARN, problem.what) for problem in problems)


def too_many(count: int, sized: int) -> Content:
    """Warn above what is to be added where the site is sized for fewer chargers; else nothing."""
    if count <= sized:
        return Content("")
    said = f"The site is sized and priced for {counted(sized, 'charger')}. Size changes that."
    return sentence(Severity.WARN, said) + Content("\n")


def registered(names: Sequence[str]) -> str:
    """Say that chargers are registered."""
    if len(names) == 1:
        return f"{names[0]} is registered."
    return f"{len(names)} chargers are registered: {named(names)}."


def named(names: Sequence[str]) -> str:
    """Return names in few words: those that follow each other as a range."""
    runs: list[list[str]] = []
    for name in names:
        if runs and following(runs[-1][-1]) == name:
            runs[-1].append(name)
        else:
            runs.append([name])
    told = [[f"{run[0]} to {run[-1]}"] if len(run) > 2 else run for run in runs]
    return enumerated([each for run in told for each in run], _NAMED)


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
        sentence(Severity.OK, f"{WORDS[hop]:<24}{_rounded(milliseconds):>8} ms{_why(milliseconds)}")
        for hop, milliseconds in proof.milliseconds.items()
    ]
    if proof.present:
        lines.append(Content.styled(f"{SIGNS['WAITING'].glyph} {WORDS[proof.present]} …", DIM))
    if proof.plain:
        lines.append(sentence(Severity.FAIL, WORDS[proof.failed]))
        lines.append(explained(proof.plain))
    if proof.is_proven:
        seen = f"The page shows {proof.charger}. Its message took {proof.total:.0f} ms in all."
        lines.append(sentence(Severity.OK, seen, bold=True))
    return Content("\n").join(lines)


def several(
    names: Sequence[str], proofs: Sequence[Proof], present: Proof | None, *, goes_on: bool
) -> Content:
    """Return a line for each charger, and at the end whether the page shows them all.

    proofs: of those that were tried. present: of the one that is tried now. goes_on: whether the
    others are tried after it. Of many, those around the present one show.
    """
    ended = {proof.charger: proof for proof in proofs}
    if present is not None:
        ended.setdefault(present.charger, present)
    first = max(min(len(proofs) - _LINES // 2, len(names) - _LINES), 0)
    width = max(map(len, names)) + 3
    later = "waits" if goes_on else "not proved yet"
    lines = [_line(name, ended.get(name), width, later) for name in names[first : first + _LINES]]
    failed = next((proof for proof in proofs if proof.failed), None)
    proved = sum(proof.is_proven for proof in proofs)
    if failed is not None:
        lines.append(explained(failed.plain) if failed.plain else Content(""))
        if rest := names[len(proofs) :]:
            lines.append(Content.styled(f"Not tried: {named(rest)}.", DIM))
    elif proved == len(names):
        lines.append(sentence(Severity.OK, f"The page shows all {proved}.", bold=True))
    else:
        so_far = " so far." if goes_on else ". The proof was stopped before the others."
        lines.append(Content(f"{proved} of {len(names)} proved{so_far}"))
    return Content("\n").join(lines)


def _line(name: str, proof: Proof | None, width: int, later: str) -> Content:
    """Return how far one of several chargers has come. later: said of one that is not tried."""
    if proof is None:
        return Content.styled(f"{SIGNS['WAITING'].glyph} {name:<{width}}{later}", DIM)
    if proof.failed:
        return sentence(Severity.FAIL, f"{name:<{width}}{WORDS[proof.failed]}")
    if proof.is_proven:
        return sentence(Severity.OK, f"{name:<{width}}at the page after {proof.total:.0f} ms")
    running = f"{SIGNS['RUNNING'].glyph} {name:<{width}}{WORDS[proof.present]} …"
    return Content.styled(running, DATA)


def _rounded(milliseconds: float) -> str:
    """Return whole milliseconds."""
    return f"{milliseconds:.0f}" if milliseconds >= 1 or not milliseconds else "<1"


def _why(milliseconds: float) -> str:
    """Say why a hop took no time: the page may have a message before it is acknowledged."""
    return "" if milliseconds else "  there before the acknowledgement"


def power(
    powers: Sequence[float], charger: str, size: tuple[int, int], *, is_over: bool = False
) -> Content:
    """Return the power of a charger as the page receives it, now and since its proof.

    size: columns and lines; a chart takes five lines at least. is_over: it has stopped charging.
    """
    peak = max(powers)
    now = (
        f": {charger} has stopped. It drew {peak:.1f} kW at most."
        if is_over
        else f", from {charger}"
    )
    head = Content.assemble(
        (f"{0.0 if is_over else powers[-1]:.1f} kW", f"bold {DATA}"), f" at the page now{now}"
    )
    if size[1] < _LOWEST:
        return head
    shown = [*powers, *[0.0] * is_over][-_SECONDS:]
    later = [None] * (_SECONDS - len(shown))
    of = (scale(shown), "kW")
    drawn = chart([*shown, *later], (size[0], size[1] - 1), of, _MARKS, DATA)
    return Content("\n").join([head, *drawn])


def story(present: Proof | None, proofs: Sequence[Proof], names: Sequence[str]) -> Story:
    """Return what presenter mode says of proofs: no word that is on the screen above.

    present: the proof that is shown; None before there is one. names: all that are to be proved.
    """
    if present is None:
        return STORIES["charger"]
    if present.failed:
        text = "The hops before that one work. Nobody has to guess where it ends."
        return Story("NOT PROVED", text, Tone.ERROR)
    proved = sum(proof.is_proven for proof in proofs)
    if present.is_proven and proved >= len(names):
        sign = "PROVED" if proved == 1 else f"ALL {proved} PROVED"
        return Story(
            sign, "Measured at the page itself, hop by hop. Nothing here is assumed.", Tone.SUCCESS
        )
    text = "One real message takes the way that every charger's messages take."
    return Story("PROOF" if len(names) == 1 else f"{proved} OF {len(names)} PROVED", text)
