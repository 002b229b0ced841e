"""How a command in another terminal finds the demonstration that runs on this computer.

The demonstration writes down where its account answers. Its keys open nothing but that account.
"""

import contextlib
import json
import os
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from solarrally_tui.aws.pace import VARIABLE
from solarrally_tui.computer.folders import state_folder
from solarrally_tui.computer.problem import ComputerError
from solarrally_tui.computer.wizard_child import DEMONSTRATION
from solarrally_tui.site.atomic import write_atomically
from solarrally_tui.text.plain import Plain

_SECONDS: Final = 5.0
_NONE: Final = Plain(
    what="No demonstration runs on this computer.",
    why="--demo uses the simulated account of solarrally demo in another terminal.",
    next="Start it there with solarrally demo, or leave --demo out to use AWS.",
)


@contextlib.contextmanager
def announced(environment: Mapping[str, str]) -> Iterator[None]:
    """Let other terminals find a simulated account meanwhile, by its environment.

    A computer that keeps no such file shows a demonstration all the same.
    """
    path, text = _place(), json.dumps(dict(environment))
    with contextlib.suppress(OSError):
        write_atomically(path, text)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            # Another demonstration may have begun since, and be the one to be found.
            if path.read_text(encoding="utf-8") == text:
                path.unlink()


def use_running() -> None:
    """Point this process at the demonstration that runs. Raises ComputerError where none does."""
    try:
        environment = json.loads(_place().read_text(encoding="utf-8"))
        pace = _pace(environment["AWS_ENDPOINT_URL"])
    except (OSError, ValueError, KeyError, TypeError):
        raise ComputerError(_NONE) from None
    for name in [name for name in os.environ if name.upper().startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(environment | {VARIABLE: pace, DEMONSTRATION: "1"})


def _pace(endpoint_url: str) -> str:
    """Return how fast the account's clock runs now. Raises OSError where nobody answers."""
    address = f"{endpoint_url}/_solarrally/speed"
    with urllib.request.urlopen(address, timeout=_SECONDS) as answer:  # noqa: S310 loopback
        speed = json.load(answer)["speed"]
    return "inf" if speed == "instant" else str(speed)


def _place() -> Path:
    return state_folder() / "demonstration.json"
