"""What commands print and ask on a terminal. Imports nothing slow: every command imports it."""

import contextlib
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from signal import SIGINT, default_int_handler
from signal import signal as handle
from typing import TYPE_CHECKING, Any, Final, TextIO

from solarrally_tui.commands.shared import transcript
from solarrally_tui.computer import streams
from solarrally_tui.computer.wizard_child import DEMONSTRATION, PROMPT, in_wizard, is_answered
from solarrally_tui.findings.glyphs import SIGNS
from solarrally_tui.text.control_characters import harmless
from solarrally_tui.text.table import cut, fit, terminal_width

if TYPE_CHECKING:
    from solarrally_tui.provisioning.engine.steps import StepError
    from solarrally_tui.site.model import Site
    from solarrally_tui.text.plain import Plain


def say(*parts: str, whole: bool = False) -> None:
    """Print a line for people on standard error; standard output belongs to results.

    whole: never wrap it, as for an event, of which each is one line.
    """
    line = _as_typed_here(" ".join(map(harmless, parts)))
    transcript.current().lines.append(line)
    # In a log, every line stays whole, so that a search finds its words.
    wrapped = not whole and (sys.stderr.isatty() or "COLUMNS" in os.environ)
    _print("stderr", fit(line) if wrapped else line)


def say_over(line: str) -> None:
    """Print a line for people over the one before, on a terminal; an empty one removes it."""
    _print("stderr", f"\r\x1b[K{cut(harmless(line), terminal_width() - 1)}", end="")


def say_without_file(*advice: str) -> None:
    """Where an advice names the site's file, say what those do who deployed with the wizard."""
    if any("deploy FILE" in text for text in advice):
        say("FILE is the site's file. Without one, press Deploy in the wizard instead.")


def show(text: str) -> None:
    """Print a result on standard output."""
    _print("stdout", _as_typed_here(harmless(text)))


def _as_typed_here(text: str) -> str:
    """Return a text with what works where it is read.

    In the wizard these are its own places, with paths from ~ on; beside a demonstration, commands
    with --demo.
    """
    if in_wizard():
        from solarrally_tui.computer.folders import home_folder
        from solarrally_tui.screens.common.next_steps import in_the_wizard

        text = in_the_wizard(text).replace(f"{home_folder()}{os.sep}", f"~{os.sep}")
    if not os.environ.get(DEMONSTRATION):
        return text
    from solarrally_tui.commands.shared.groups import COMMANDS
    from solarrally_tui.deployed.record import IN_THE_WIZARD
    from solarrally_tui.wizard.demo_stage import BESIDE

    text = text.replace(IN_THE_WIZARD, "Or use the wizard in the terminal of the demonstration.")
    # Also where a line was broken between the two words.
    program = rf"\bsolarrally(?=\s+(?:{'|'.join(COMMANDS)})\b)"
    return re.sub(program, f"solarrally {BESIDE}", text)


def show_document(text: str) -> None:
    """Print Markdown or HTML, which can name characters that the output's encoding lacks."""
    if not streams.is_utf8(sys.stdout):
        text = text.encode("ascii", "xmlcharrefreplace").decode("ascii")
    show(text)


def show_picture(rows: Sequence[str]) -> bool:
    """Print a picture of block characters, light on dark, whatever the terminal's colours are.

    Returns whether the output's encoding has them.
    """
    if not streams.is_utf8(sys.stdout):
        return False
    light_on_dark, plain = (
        ("\x1b[38;5;231;48;5;16m", "\x1b[0m") if sys.stdout.isatty() else ("", "")
    )
    for row in rows:
        _print("stdout", f"{light_on_dark}{row}{plain}")
    return True


def show_json(values: Mapping[str, Any]) -> None:
    """Print a line of JSON that comes before the result, such as an event or a round."""
    _print("stdout", harmless(json.dumps(values)))


def start_page() -> None:
    """Let what is shown next stand at the top of the terminal; a file or a pipe gets it below."""
    if sys.stdout.isatty():
        # Home, and clear to the end: lines that stay the same do not flicker.
        _print("stdout", "\x1b[H\x1b[J", end="")


def signal(sequence: str) -> None:
    """Send the terminal a sequence of text.terminal_signals, such as a bell, on standard error."""
    _print("stderr", sequence, end="")


def show_result(values: Mapping[str, Any], status: int) -> int:
    """Print the line of JSON that a command ends with, and return its exit status."""
    show_json({**values, "type": "result", "exit_code": int(status)})
    transcript.current().has_result = True
    return int(status)


_COLOURS: Final = {
    SIGNS[name].glyph: colour
    for name, colour in (
        ("OK", "32"),
        ("WARN", "33"),
        ("FAIL", "31"),
        ("RUNNING", "36"),
        ("WAITING", "90"),
        ("UNUSED", "90"),
    )
}
"""Of the glyphs that a line begins with: green, yellow, red, cyan, grey (ECMA-48, SGR)."""
_GLYPH: Final = re.compile(rf"(?m)^( *)([{''.join(_COLOURS)}])(?= )")
_BAR: Final = re.compile("━+")
_BOLD: Final = re.compile(
    r"(?m)^(?:(?:About |At least )?[\d,]+(?:\.\d+)? [A-Z]{3} a month\b|[A-Z][A-Za-z ,]{2,40}:$)"
)
"""What a monthly price begins with, and a line that is a heading."""


def coloured(text: str, stream: TextIO) -> str:
    """Return the text with glyphs and bars in colour, prices and headings bold.

    As it is where the stream is no terminal that has colours, or NO_COLOR asks for none.
    """
    is_plain = "NO_COLOR" in os.environ or os.environ.get("TERM", "dumb") == "dumb"
    if is_plain or not stream.isatty():
        return text
    text = _BOLD.sub("\x1b[1m\\g<0>\x1b[22m", text)
    text = _BAR.sub("\x1b[34m\\g<0>\x1b[39m", text)
    return _GLYPH.sub(lambda m: f"{m[1]}\x1b[{_COLOURS[m[2]]}m{m[2]}\x1b[39m", text)


def _print(name: streams.Name, text: str, end: str = "\n") -> None:
    """Print a line. A reader that has left, or a full disk, stops no command."""
    text = coloured(text, getattr(sys, name))
    try:
        print(text, file=getattr(sys, name), end=end, flush=True)
    except OSError as error:
        reason = streams.lose(name, error)
        if name == "stdout":
            transcript.current().lost = reason


def explain(plain: "Plain") -> None:
    """Print an error: what happened, why, what to do next, and AWS's own words last."""
    transcript.current().plain = plain
    for part in (plain.what, plain.why, plain.next):
        if part:
            say(part)
    if plain.detail:
        say(f"Detail: {plain.detail}")


def show_refusal(error: "StepError", *, as_json: bool) -> int:
    """Explain why something does not begin, with as_json in a result too; return the status."""
    explain(error.plain)
    if as_json:
        return show_result({"error": str(error.plain)}, error.exit_code)
    return error.exit_code


def is_file(named: str) -> bool:
    """Whether what a command takes as SITE|FILE is a site file, and not a deployed site's name."""
    return named.endswith(".toml") or Path(named).is_file()


def read_site(path: Path) -> "Site | None":
    """Load a site file, or print every problem in it and return None.

    Ends the command as misuse where there is no such file.
    """
    from solarrally_tui.site.files import load
    from solarrally_tui.site.problems import SiteError

    if not path.exists():
        from solarrally_tui.text.suggestion import did_you_mean

        near = did_you_mean(path.name, [file.name for file in path.parent.glob("*.toml")])
        say(f"There is no file {path}.{near}")
        say(f"To write one: solarrally init {path}")
        sys.exit(2)

    try:
        return load(path)
    except SiteError as error:
        say(f"{path} is not a valid site file.")
        for problem in error.problems:
            say(f"  {problem}")
        return None


def confirm(question: str, expected: str) -> bool:
    """Ask for a typed word. Where nobody can answer, and at Ctrl+C, the answer is no.

    In the wizard, another word is asked for again, as its own dialogs do.
    """
    if not is_answered():
        say("There is no terminal to ask on. Add --yes to continue without confirmation.")
        return False
    say(question)
    try:
        with _ended_by_ctrl_c():
            while (answer := input(PROMPT).strip()) != expected:
                if not answer or not in_wizard():
                    return False
                say(f"{SIGNS['WARN'].glyph} That is not {expected}. Nothing was done.")
        return True
    except EOFError:
        return False
    except KeyboardInterrupt:
        _print("stderr", "\n", end="")  # Below what the terminal shows of the key.
        return False


@contextlib.contextmanager
def _ended_by_ctrl_c() -> Iterator[None]:
    """End a question at Ctrl+C. asyncio only cancels its task then, which waits for the answer."""
    before = handle(SIGINT, default_int_handler)
    try:
        yield
    finally:
        handle(SIGINT, before)
