"""The one handler around every command: words, a documented exit status, and a last JSON line.

Imports nothing slow: what explains an error is imported when there is one.
"""

import asyncio
import contextlib
import logging
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Final

from solarrally_tui.commands.shared import transcript
from solarrally_tui.commands.shared.terminal import explain, say
from solarrally_tui.computer import streams

_INTERNAL: Final = 9
"""Exit.INTERNAL, for the case that even its module cannot be imported."""

_LONGEST: Final = 1000
"""Characters of what was said that a result repeats."""


def settle() -> None:
    """Prepare this process: its streams, and that no library writes a traceback."""
    streams.settle()
    with contextlib.suppress(ValueError, OSError):
        # A job that is cancelled ends as with Ctrl+C: with words, and JSON with a result.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    warnings.simplefilter("ignore")
    for name in ("asyncio", "concurrent.futures"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    logging.lastResort = None
    threading.excepthook = _ignore
    sys.unraisablehook = _ignore
    sys.excepthook = _last_words


def wants_json(words: Sequence[str]) -> bool:
    """Whether a command line asks for JSON, even one that cannot be parsed."""
    return any(
        (len(word) > 3 and "--json".startswith(word))
        or word == "--format=json"
        or (word == "--format" and "json" in words[at + 1 : at + 2])
        for at, word in enumerate(words)
    )


def guarded(work: Callable[[], int], *, as_json: bool) -> int:
    """Do the work of a command; return its exit status, whatever happens."""
    said = transcript.begin()
    try:
        status = _outcome(work)
        if as_json and not said.has_result:
            _print_result(status)
        said.lost = said.lost or streams.flush()
        if said.lost:
            say(f"The output could not be written: {said.lost}.")
            # A run has done its work without it; other commands only print.
            status = status if said.site else status or 6
    except KeyboardInterrupt:
        return 5
    return status


def _outcome(work: Callable[[], int]) -> int:
    try:
        return int(work())
    except SystemExit as ended:  # argparse
        return ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 2
    except (KeyboardInterrupt, asyncio.CancelledError):
        say("Stopped.")
        return 5
    except BaseException as error:  # noqa: BLE001 this is the last handler
        return _explained(_only(error))


def _only(error: BaseException) -> BaseException:
    """Return the first error of a group, which carries nothing of its own."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _explained(error: BaseException) -> int:
    """Print an error in plain words; return its exit status."""
    try:
        from solarrally_tui.commands.shared.failures import described

        plain, status = described(error)
        explain(plain)
        return int(status)
    except Exception:  # noqa: BLE001 a broken installation, or no memory
        missing = error.name if isinstance(error, ImportError) else ""
        say(
            "Internal error in solarrally.",
            f"Detail: {type(error).__name__} {missing or ''}".rstrip(),
        )
        if missing:
            say(f"The package {missing} is missing or damaged. Install solarrally-tui again.")
        return _INTERNAL


def _print_result(status: int) -> None:
    from solarrally_tui.commands.shared.failures import result_of

    with contextlib.suppress(Exception):
        result_of(transcript.current(), status)


def _ignore(_: Any) -> None:
    """Say nothing about a thread or an object that ended badly after its work was over."""


def _last_words(kind: type[BaseException], *_: object) -> None:
    say("Internal error in solarrally.", f"Detail: {kind.__name__}.")
