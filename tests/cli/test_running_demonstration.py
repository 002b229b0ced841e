"""A command in another terminal finds the demonstration that runs, and says when there is none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from solarrally_tui.chargers.simulation.profiles import TRAITS, Profile, turns
from solarrally_tui.commands.demonstration.charging import SEED
from solarrally_tui.commands.demonstration.running import announced
from solarrally_tui.commands.demonstration.scenarios import chargers_of
from solarrally_tui.simulator.child import Account


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path


def asked(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a command as in a terminal that knows nothing of an account."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    line = [sys.executable, "-m", "solarrally_tui", *words]
    return subprocess.run(line, capture_output=True, text=True, check=False, env=kept)


def test_another_terminal_finds_the_account_of_the_demonstration(
    account: Account, home: Path
) -> None:
    with announced(account.environment):
        (kept,) = home.rglob("demonstration.json")
        assert kept.stat().st_mode & 0o077 == 0
        found = asked("sites", "--demo", "--json")
    assert found.returncode == 0, found.stderr
    assert not list(home.rglob("demonstration.json"))


def test_without_a_demonstration_nothing_is_asked(home: Path) -> None:
    answer = asked("status", "barn", "--demo")
    assert answer.returncode == 4
    assert "No demonstration runs on this computer." in answer.stderr
    answer = asked("status", "barn", "--demo", "--profile", "work")
    assert (answer.returncode, "Leave out --profile" in answer.stderr) == (2, True)
    with announced({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}):  # it was killed
        assert "No demonstration runs" in asked("status", "barn", "--demo").stderr


def test_a_newer_demonstration_stays_the_one_that_is_found(home: Path) -> None:
    with announced({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}):
        newer = announced({"AWS_ENDPOINT_URL": "http://127.0.0.1:10"})
        newer.__enter__()
    assert list(home.rglob("demonstration.json"))
    newer.__exit__(None, None, None)
    assert not list(home.rglob("demonstration.json"))


def test_the_chargers_of_the_demonstration_begin_well() -> None:
    first = [
        next(turns(TRAITS[Profile.DAY], SEED, name, 10.0)).reading
        for name in chargers_of("sunny-garage")
    ]
    assert {reading["status"] for reading in first} == {"charging"}
    assert [reading["energy_source"] for reading in first].count("solar") == 4
