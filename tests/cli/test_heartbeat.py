"""While a deployment goes on, its time left and its cost are printed, in JSON, too, and logged."""

import asyncio
import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from solarrally_tui.commands.shared import heartbeat
from solarrally_tui.commands.shared.options import RunOptions
from solarrally_tui.commands.shared.runs import report_run
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.provisioning.deployment.progress.durations import durations_file, read
from solarrally_tui.provisioning.engine.events import Emit, State
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.wizard.run_outlook import RunOutlook
from solarrally_tui.wizard.run_progress import RunProgress
from tests.provisioning.engine_setup import site_named

SITE = site_named("sun")
PATIENCE = 60.0
"""Seconds after which no line comes any more, however busy the machine is."""
TOLD = threading.Event()
"""Set once a line is about to come, or none can."""


@pytest.fixture
def deploying(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[bool], int]:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(heartbeat, "_FIRST", 0.05)
    monkeypatch.setattr(heartbeat, "_EVERY", 0.05)
    tells = heartbeat.outlook

    def told(progress: RunProgress) -> RunOutlook:
        TOLD.set()
        return tells(progress)

    TOLD.clear()
    monkeypatch.setattr(heartbeat, "outlook", told)

    async def engine(emit: Emit, _leave: frozenset[str]) -> Outcome:
        narrator = Narrator("sun", emit)
        narrator.step("data", State.RUNNING)
        narrator.stack("data", State.RUNNING, "solarrally-sun-data", "CREATE_IN_PROGRESS")
        await asyncio.sleep(0.6)
        assert await asyncio.to_thread(TOLD.wait, PATIENCE)
        narrator.step("data", State.DONE, "CREATE_COMPLETE")
        return Outcome(Exit.OK, "Done.")

    def deploy(as_json: bool) -> int:
        options = RunOptions(None, None, read_only=False, yes=True, json=as_json, verbose=True)
        return asyncio.run(
            report_run("deploy", "sun", options, engine, (), lambda: estimate(SITE), SITE)
        )

    return deploy


def test_a_line_says_how_long_and_how_much(
    deploying: Callable[[bool], int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert deploying(False) == Exit.OK
    shown = capsys.readouterr()
    line = next(line for line in (shown.err + shown.out).splitlines() if " left." in line)
    assert "About 17 min left." in line or "About 16 min left." in line
    assert "$0.00 so far, $" in line
    assert "a month if stopped." in line
    # What this run has shown is known from the next one on.
    assert 0.5 < read(durations_file())["data"].seconds < PATIENCE


def test_a_forecast_that_fails_stops_no_run(
    deploying: Callable[[bool], int],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object, **__: object) -> None:
        TOLD.set()
        raise OSError("no space left")

    monkeypatch.setattr(heartbeat, "prospects", fails)
    assert deploying(False) == Exit.OK
    assert "Done." in capsys.readouterr().err


def test_json_has_heartbeats_between_its_events_and_so_has_the_log(
    deploying: Callable[[bool], int], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert deploying(True) == Exit.OK
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    beats = [line for line in lines if line["type"] == "heartbeat"]
    assert beats
    assert lines[-1]["type"] == "result"
    assert {"v": 2, "site": "sun", "slow": [], "at_least": False}.items() <= beats[0].items()
    assert 800 < beats[0]["seconds_left"] < 1300
    assert beats[0]["monthly_usd"] > 5
    (log,) = tmp_path.rglob("*.jsonl")
    assert any(json.loads(line)["type"] == "heartbeat" for line in log.read_text().splitlines())
