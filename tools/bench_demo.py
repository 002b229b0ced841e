"""Time the demonstration as its presenter meets it: until the site is up and its power moves.

Usage: python tools/bench_demo.py [RUNS]

`solarrally demo` runs in a terminal of its own, at the pace that it has by itself, and gets the
keys of somebody who knows the way. Ends with status 1 where a limit is not kept.
"""

import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from rich.cells import cell_len

_RUNS: Final = 5
_SIZE: Final = (40, 120)
_LIMIT_SECONDS: Final = 90.0
_LIMIT_KEYS: Final = 9
_CHANGES: Final = 2
_PATIENCE: Final = 300.0
_COMMAND: Final = (sys.executable, "-m", "solarrally_tui.cli", "demo")

_NEXT, _RIGHT, _ENTER = "\x0e", "\x1b[C", "\r"
Way = tuple[tuple[str, str], ...]
_TO_DEPLOY: Final[Way] = (
    ("● Welcome", _NEXT),
    ("● Account", _NEXT),
    ("● Billing alerts", _NEXT),
    ("● Domain", _NEXT),
    ("● Size", _NEXT),
    ("● Application", _NEXT),
    ("● Review", _NEXT),
    ("Deploy sunny-garage?", _RIGHT),
    ("Deploy sunny-garage?", _ENTER),
)
"""What shows that a key can be pressed, and the key."""
_TO_STATUS: Final[Way] = (
    ("The site is up.", _NEXT),
    ("Add the charger", _ENTER),
    ("evse-1 is registered.", _ENTER),
    ("The page shows evse-1", _ENTER),
)
_POWER: Final = "kW now"
_DIGITS: Final = 4
"""Lines of large digits."""
_TOKENS: Final = re.compile(
    r"\x1b\[(?P<place>[0-9;]*)H|\x1b\[[0-?]*[ -/]*[@-~]"
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[=>78]"
    r"|(?P<cut>\x1b[^\x1b]*$)|(?P<text>[^\x1b\r\n]+)"
)


class Terminal:
    """The demonstration in a terminal of its own, and what that shows."""

    def __init__(self, home: Path) -> None:
        """Start it."""
        self._lines = [[" "] * _SIZE[1] for _ in range(_SIZE[0])]
        self._row = self._column = 0
        self._cut = b""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        folders = {name: str(home) for name in ("HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")}
        self._child, self._fd = pty.fork()
        if self._child == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", *_SIZE, 0, 0))
            variables = kept | folders | {"TERM": "xterm-256color"}
            os.execve(_COMMAND[0], list(_COMMAND), variables)  # noqa: S606 our own program

    def __enter__(self) -> Self:
        """Leave it running for as long as the block lasts."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it. The simulated account ends with the process that started it."""
        os.kill(self._child, signal.SIGKILL)
        os.waitpid(self._child, 0)
        os.close(self._fd)

    def press(self, key: str) -> None:
        """Press a key."""
        os.write(self._fd, key.encode())

    def until(self, look: Callable[[Sequence[str]], str], but: str = "") -> str:
        """Wait until looking at the lines finds something that differs from `but`; return it.

        Raises RuntimeError where it does not come.
        """
        end = time.monotonic() + _PATIENCE
        while (found := look(lines := list(map("".join, self._lines)))) in {"", but}:
            if time.monotonic() > end:
                raise RuntimeError("\n".join((f"nothing came after {but!r}:", *lines)))
            if select.select([self._fd], [], [], 1)[0]:
                self._draw(self._cut + os.read(self._fd, 65536))
        return found

    def _draw(self, sent: bytes) -> None:
        """Draw as a terminal does, as far as Textual asks for: it places the cursor and writes."""
        whole = sent.decode(errors="ignore")
        self._cut = sent[len(whole.encode()) :]  # what ends within a letter
        for token in _TOKENS.finditer(whole):
            if token["place"] is not None:
                row, _, column = token["place"].partition(";")
                self._row, self._column = int(row or 1) - 1, int(column or 1) - 1
            elif token["cut"]:
                self._cut = token["cut"].encode() + self._cut
            elif token["text"] and self._row < _SIZE[0]:
                self._write(self._lines[self._row], token["text"])

    def _write(self, line: list[str], text: str) -> None:
        for letter in text:
            width = cell_len(letter)
            line[self._column : self._column + width] = [letter, "", ""][:width]
            self._column += width


def saying(words: str) -> Callable[[Sequence[str]], str]:
    """Return what looks for words."""
    return lambda lines: next((line for line in lines if words in line), "")


def power(lines: Sequence[str]) -> str:
    """Return the large digits, which stand before the words; empty without."""
    for row, line in enumerate(lines):
        if (column := line.find(_POWER)) >= 0:
            return "\n".join(each[:column] for each in lines[row : row + _DIGITS])
    return ""


@dataclass(frozen=True, slots=True)
class Shown:
    """Seconds from the command to each moment of the story."""

    begun: float
    """The first screen is there."""
    deploying: float
    up: float
    moving: float
    """The power on the screen has changed twice."""


def show(home: Path) -> Shown:
    """Show the main story. Raises RuntimeError where it stops."""
    start, moments = time.monotonic(), list[float]()

    def note() -> None:
        moments.append(time.monotonic() - start)

    with Terminal(home) as terminal:
        for way in (_TO_DEPLOY, _TO_STATUS):
            terminal.until(saying(way[0][0]))
            note()
            for words, key in way:
                terminal.until(saying(words))
                terminal.press(key)
            if way is _TO_DEPLOY:
                note()
        seen = ""
        for _ in range(1 + _CHANGES):
            seen = terminal.until(power, but=seen)
        note()
    return Shown(*moments)


def main() -> int:
    """Show it several times, print how long each took, and judge the median."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else _RUNS
    print("seconds until the first screen, Deploy, the site is up, its power moves")
    taken = list[float]()
    for number in range(runs):
        with tempfile.TemporaryDirectory(prefix="solarrally-bench-") as name:
            shown = show(Path(name))
        taken.append(shown.moving)
        moments = (shown.begun, shown.deploying, shown.up, shown.moving)
        print(f"  {number + 1}: " + "".join(f"{moment:7.1f}" for moment in moments), flush=True)
    median = statistics.median(taken)
    print(f"  median {median:.1f} s, limit {_LIMIT_SECONDS:.0f} s")
    print(f"  keys from the first screen to Deploy: {len(_TO_DEPLOY)}, limit {_LIMIT_KEYS}")
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    return int(median > _LIMIT_SECONDS or len(_TO_DEPLOY) > _LIMIT_KEYS)


if __name__ == "__main__":
    sys.exit(main())
