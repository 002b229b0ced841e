"""Every table that a command prints keeps to the terminal's width."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WHOLE = re.compile(r"\S*(?:arn:|://|[:/.-]\w+[:/.-])\S*")
"""An ARN, an address or a name that has to be copied."""

COMMANDS = (
    ("estimate", "examples/small.toml"),
    ("estimate", "examples/large.toml", "--compare"),
    ("policy", "support", "--site", "sunny-garage"),
    ("policy", "deploy", "--site", "sunny-garage"),
    ("prices", "show"),
    ("source", "image"),
    ("validate", "examples/large.toml"),
    ("validate", "tests/text/wrong.toml"),
)


@pytest.mark.parametrize("terminal", [60, 80, 120])
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_line_is_longer_than_the_terminal_is_wide(
    words: tuple[str, ...], terminal: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(terminal))
    run = subprocess.run(
        [sys.executable, "-m", "solarrally_tui", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    lines = f"{run.stdout}\n{run.stderr}".splitlines()
    long = [line for line in lines if len(line) > terminal]
    assert [line for line in long if not WHOLE.search(line.split()[-1])] == []
