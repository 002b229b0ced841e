"""The program on a terminal of its own, as somebody at a keyboard meets it."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from pathlib import Path
from typing import Final, Self

from solarrally_tui.simulator.child import Account

PATIENCE: Final = 100.0
"""Seconds after which what a test waits for will not come, however busy the machine is."""
_SIZE: Final = (40, 110)
_SEQUENCES: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[=>])")


class Terminal:
    """Starts the program, types, and waits for words. Ends it where a test stops before."""

    def __init__(self, account: Account, home: Path, *words: str) -> None:
        folders = {name: str(home) for name in ("HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")}
        variables = account.applied_to(os.environ) | folders | {"TERM": "xterm-256color"}
        self._child, self._fd = pty.fork()
        if self._child == 0:
            os.chdir(home)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", *_SIZE, 0, 0))
            command = [sys.executable, "-m", "solarrally_tui", *words]
            os.execve(command[0], command, variables)
        self._seen, self._status = b"", -1

    def until(self, words: str) -> str:
        """Wait for words after the last ones; return what was shown before them."""
        end = time.monotonic() + PATIENCE
        while words not in (text := self._text()):
            assert time.monotonic() < end, f"never saw {words!r}:\n{text[-2000:]}"
            assert self._read(), f"it has ended without {words!r}:\n{text[-2000:]}"
        before, _, after = text.partition(words)
        self._seen = after.encode()
        return before

    def press(self, *keys: str) -> None:
        """Press keys."""
        os.write(self._fd, "".join(keys).encode())

    def ended(self) -> int:
        """Wait for the end of the program; return its exit status."""
        while self._read():
            pass
        self._status = os.waitstatus_to_exitcode(os.waitpid(self._child, 0)[1])
        return self._status

    def _text(self) -> str:
        return _SEQUENCES.sub("", self._seen.decode("utf-8", "replace"))

    def _read(self) -> bool:
        """Read what there is, after a moment at the latest; return whether the program lives."""
        if select.select([self._fd], [], [], 1)[0]:
            try:
                self._seen += os.read(self._fd, 65536)
            except OSError:  # the last writer has left
                return False
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._status < 0:
            os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
        os.close(self._fd)
