"""Standard streams that never stop a command: in any encoding, closed, or left by their reader."""

import codecs
import contextlib
import errno
import os
import sys
import unicodedata
from typing import IO, Final, Literal

from solarrally_tui.findings.glyphs import IN_ASCII

Name = Literal["stdout", "stderr"]
NAMES: Final[tuple[Name, Name]] = ("stdout", "stderr")

_HANDLER: Final = "solarrally"
_LIKE: Final = {
    **IN_ASCII,
    **dict(zip("…→←↑↓↵⏎", ".><^v<<", strict=True)),
    **dict.fromkeys(map(chr, range(0x2010, 0x2016)), "-"),
    **dict.fromkeys(map(chr, range(0x2018, 0x201C)), "'"),
    **dict.fromkeys(map(chr, range(0x201C, 0x2020)), '"'),
    **dict(zip("«»÷€£¥©®°\N{MULTIPLICATION SIGN}\N{MINUS SIGN}", "<>/ELYcrox-", strict=True)),
    **dict(zip("ŁłØøĐđıßÆæŒœÞþ", "LlOoDdisAaOoTt", strict=True)),
}
"""ASCII that looks alike, one character for one, so that columns and the screen keep their places.
Never a question mark: that sign means unknown."""

_BLOCKS: Final = range(0x2580, 0x25A0)
_LIGHT_BLOCKS: Final = frozenset("░▁▔▏▕")
_LINES: Final = range(0x2500, 0x2580)
_LEFT: Final = frozenset({errno.EPIPE, errno.ESHUTDOWN, errno.EINVAL})
"""What writing to a pipe without a reader raises; on Windows the last one."""


def settle() -> None:
    """Prepare the streams of this process, before anything is printed or read."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # Takes the lowest free number. A file of ours would otherwise become the output.
            os.open(os.devnull, os.O_RDWR)
    sys.stdin = sys.stdin or os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = sys.stdout or os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", encoding="utf-8", closefd=False)
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, _HANDLER), (sys.stderr, _HANDLER)):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors=errors)


def is_utf8(stream: IO[str]) -> bool:
    """Whether a stream writes UTF-8."""
    try:
        return codecs.lookup(getattr(stream, "encoding", None) or "utf-8").name == "utf-8"
    except LookupError:
        return False


def repaired(argument: str) -> str:
    """Return a text of the command line that Python could not decode, as UTF-8."""
    return argument.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def lose(name: Name, error: OSError) -> str:
    """Send a stream that cannot be written to nowhere.

    Returns why in words; an empty text where its reader has left, which is the reader's right.
    """
    stream = getattr(sys, name)
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        with contextlib.suppress(OSError):
            stream.flush()
    except (OSError, ValueError, AttributeError):
        setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 until the end
    return "" if error.errno in _LEFT else error.strerror or str(error)


def flush() -> str:
    """Write out what is still buffered, so that Python does not complain at the end.

    Returns why standard output could not take it, as lose does.
    """
    reasons = {}
    for name in NAMES:
        try:
            getattr(sys, name).flush()
        except (OSError, ValueError) as error:
            reasons[name] = lose(name, error if isinstance(error, OSError) else OSError(0, ""))
    return reasons.get("stdout", "")


def _plainer(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    part = error.object[error.start : error.end]
    return "".join(map(_like, part)), error.end


def _like(character: str) -> str:
    """Return ASCII in place of a character, as many columns wide."""
    if character in _LIKE:
        return _LIKE[character]
    code = ord(character)
    if code in _BLOCKS:
        return "." if character in _LIGHT_BLOCKS else "#"
    if code in _LINES:
        return {"─": "-", "━": "-", "═": "-", "│": "|", "┃": "|", "║": "|"}.get(character, "+")
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return ""
    decomposed = unicodedata.normalize("NFKD", character)[0]
    if decomposed.isascii() and decomposed.isprintable():
        return decomposed
    return "??" if unicodedata.east_asian_width(character) in "WF" else "?"


codecs.register_error(_HANDLER, _plainer)
