"""Measure the wizard's start and a cold estimate beside a bare Textual app: until useful text.

Usage: python tools/bench_start.py
"""

import compileall
import fcntl
import os
import pty
import select
import shutil
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path
from typing import Final

_LIMITS: Final = {"wizard": 1.6, "estimate": 2.0}
"""How many times as long as a bare Textual app they may take."""
_PACKAGE: Final = Path(__file__).parents[1] / "solarrally_tui"
_PAIRS: Final = 11
_PATIENCE: Final = 60.0
_SIZE: Final = (24, 80)
_BARE: Final = """
from textual.app import App
from textual.widgets import Static

class Bare(App):
    def compose(self):
        yield Static("bare and ready")

Bare().run()
"""
_WIZARD: Final = (sys.executable, "-m", "solarrally_tui.cli")
_STARTS: Final = {
    "bare": ((sys.executable, "-c", _BARE), b"bare and ready"),
    "wizard": (_WIZARD, b"Name of the site"),
    "estimate": ((*_WIZARD, "estimate"), b"USD a month"),
}


def until_drawn(words: tuple[str, ...], sign: bytes, home: Path) -> tuple[float, float]:
    """Start a program in a terminal of its own; return how long it took to draw the sign.

    In seconds on the clock, and of the processor. Raises RuntimeError where it stays silent.
    """
    begun = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", *_SIZE, 0, 0))
        os.execve(words[0], list(words), _environment(home))  # noqa: S606 our own programs
    try:
        return _drawn(terminal, sign, begun), _used(child)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)


def _environment(home: Path) -> dict[str, str]:
    """Return an environment without credentials, as on a computer of somebody new to AWS."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    folders = {name: str(home) for name in ("HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")}
    return kept | folders | {"TERM": "xterm-256color", "AWS_EC2_METADATA_DISABLED": "true"}


def _drawn(terminal: int, sign: bytes, begun: float) -> float:
    seen = b""
    while time.perf_counter() - begun < _PATIENCE:
        ready, _, _ = select.select([terminal], [], [], 1)
        if ready:
            seen += os.read(terminal, 65536)
            if sign in seen:
                return time.perf_counter() - begun
    raise RuntimeError(f"nothing useful was drawn: {seen[-200:]!r}")


def _used(child: int) -> float:
    """Return seconds that a process had a processor, over all of its threads (Linux)."""
    threads = Path(f"/proc/{child}/task").glob("*/schedstat")
    return sum(int(each.read_text().split()[0]) for each in threads) / 1e9


def main() -> None:
    """Start all in turns, so that a busy machine is equally unfair to all."""
    # As pip does when it installs a package; here Python may be told not to write it. compileall
    # leaves out what a link leads to.
    for folder in (_PACKAGE, *(each.resolve() for each in _PACKAGE.iterdir() if each.is_symlink())):
        compileall.compile_dir(folder, quiet=1)
    home = Path(tempfile.mkdtemp(prefix="solarrally-bench-"))
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in _STARTS}
    try:
        for _ in range(_PAIRS + 1):
            for name, (words, sign) in _STARTS.items():
                taken[name].append(until_drawn(words, sign, home))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(f"until text that is useful is drawn, medians of {_PAIRS} in turns")
    for index, what in enumerate(("clock", "processor")):
        # The first start of each reads from the disk, and is left out.
        median = {
            name: statistics.median(one[index] for one in found[1:])
            for name, found in taken.items()
        }
        print(f"  {what:<10} bare {1000 * median['bare']:6.0f} ms")
        for name, limit in _LIMITS.items():
            ratio = median[name] / median["bare"]
            print(
                f"    {name} {1000 * median[name]:6.0f} ms, / bare: {ratio:.2f}, limit {limit}, "
                f"{ratio / limit:4.0%} of it"
            )
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
