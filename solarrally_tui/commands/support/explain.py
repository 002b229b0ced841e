"""solarrally explain: what the words of AWS, of a registry or of a container mean."""

import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import CommonOptions, add_json, carry_out
from solarrally_tui.commands.shared.terminal import say, show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.findings.reasons.table import Explanation

_MOST_BYTES: Final = 1_000_000
"""Bytes that are read: the last ones of a file, the first ones of standard input."""

_MARKS: Final = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
"""How texts of PowerShell begin, and what they are written in."""


@dataclass(frozen=True, slots=True)
class Options(CommonOptions):
    """What explain takes."""

    text: list[str]
    log: Path | None
    json: bool


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    parser.epilog = (
        "exit status: 0 known, 12 not known, 2 usage. Needs no network and no account. JSON: kind, "
        "cause, what, why, next."
    )
    given = parser.add_mutually_exclusive_group()
    given.add_argument(
        "text", nargs="*", default=[], metavar="TEXT", help="what was said; - reads standard input"
    )
    given.add_argument("--log", type=Path, metavar="FILE", help="read the log of a container")
    add_json(parser)
    carry_out(
        parser,
        run,
        Options,
        example="solarrally explain 'You have attempted to create more VPCs than allowed'\n"
        "solarrally explain --log backend.log",
    )


def run(options: Options) -> int:
    """Explain words, and return whether they are known."""
    from solarrally_tui.health.diagnosis.pasted import explain, explain_log

    try:
        text = _read(options)
    except OSError as error:
        say(f"{options.log} cannot be read: {error.strerror}.")
        return Exit.USAGE
    if not text.strip():
        say("Give the words to explain, - to read them from standard input, or --log FILE.")
        return Exit.USAGE
    found = explain(text) if options.log is None else explain_log(text)
    status = Exit.OK if found else Exit.UNKNOWN
    if options.json:
        return show_result(asdict(found) if found else _UNKNOWN, status)
    show(_as_lines(found))
    return status


def _read(options: Options) -> str:
    if options.log is not None:
        with options.log.open("rb") as file:
            start = file.read(2)
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _MOST_BYTES) // 2 * 2)
            return _decoded(file.read(_MOST_BYTES), start)
    if options.text not in ([], ["-"]):
        return " ".join(options.text)
    if not options.text and sys.stdin.isatty():
        return ""
    given = sys.stdin.buffer.read(_MOST_BYTES)
    return _decoded(given, given)


def _decoded(content: bytes, start: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")
    return content.decode(encoding, errors="replace")


_UNKNOWN: Final = {
    "kind": "unknown",
    "cause": "",
    "what": "No reason is known for these words.",
    "why": "",
    "next": "solarrally diagnose SITE reads more of a site than these words. AWS Support and the "
    "documentation of the service that they name know more.",
}


def _as_lines(found: "Explanation | None") -> str:
    from solarrally_tui.text.table import wrap

    if found is None:
        return "\n".join([*wrap(_UNKNOWN["what"]), *wrap(_UNKNOWN["next"])])
    parts = {"Why": found.why, "Next": found.next, "Kind": found.kind}
    told = [line for name, text in parts.items() for line in wrap(text, f"  {name + ':':<6}")]
    return "\n".join([*wrap(found.what), *told])
