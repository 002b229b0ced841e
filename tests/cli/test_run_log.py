"""The log of a run: kept where that is possible, and never in the way of the run."""

import asyncio
from pathlib import Path

import platformdirs
import pytest

from solarrally_tui.commands.shared.event_readers import RunLogFile, now, print_brief
from solarrally_tui.commands.shared.options import RunOptions
from solarrally_tui.commands.shared.runs import report_run
from solarrally_tui.provisioning.engine.events import Emit, Event, State
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome

EVENT = Event(now(), "garage", "account", State.DONE)
OPTIONS = RunOptions(
    profile=None, credentials=None, read_only=False, yes=True, json=False, verbose=True
)


async def deploy(emit: Emit, _leave: frozenset[str]) -> Outcome:
    emit(EVENT)
    emit(EVENT)
    return Outcome(Exit.OK, "Site garage is deployed.")


def run() -> int:
    return asyncio.run(report_run("deploy", "garage", OPTIONS, deploy))


def shown(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was printed without the line breaks of a terminal."""
    return " ".join(capsys.readouterr().err.split())


def test_a_log_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(platformdirs, "user_log_dir", lambda _: str(tmp_path))
    assert run() == Exit.OK
    (log,) = tmp_path.glob("*-deploy-garage-*.jsonl")
    assert len(log.read_text().splitlines()) == 2
    assert f"Log: {log}" in shown(capsys)


def test_a_run_goes_on_where_no_log_can_be_created(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    in_the_way = tmp_path / "home"
    in_the_way.touch()
    monkeypatch.setattr(platformdirs, "user_log_dir", lambda _: str(in_the_way / "logs"))
    assert run() == Exit.OK
    lines = shown(capsys)
    assert "Site garage is deployed." in lines
    assert f"No log is kept: Not a directory ({in_the_way}/logs)." in lines


def test_a_run_goes_on_when_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class FullDisk(RunLogFile):
        def __init__(self, command: str, site: str) -> None:
            super().__init__(command, site)
            self._file = Path("/dev/full").open("w", encoding="utf-8")  # noqa: SIM115 a log

    monkeypatch.setattr(platformdirs, "user_log_dir", lambda _: str(tmp_path))
    monkeypatch.setattr("solarrally_tui.commands.shared.runs.RunLogFile", FullDisk)
    assert run() == Exit.OK
    assert "No log is kept: No space left on device." in shown(capsys)


def test_brief_is_what_ends_what_waits_and_what_fails(capsys: pytest.CaptureFixture[str]) -> None:
    about = {"stack": "solarrally-barn-data", "type": "AWS::RDS::DBInstance"}
    hidden = Event(now(), "barn", "data", State.DONE, resource="Database", **about)
    failed = Event(now(), "barn", "data", State.FAILED, resource="Database", **about)
    begins, ends = (Event(now(), "barn", "data", state) for state in (State.RUNNING, State.DONE))
    waits = Event(now(), "barn", "iot", State.RUNNING, reason="Trying again in 30 s: In use.")
    for event in (begins, hidden, failed, waits, ends):
        print_brief(event)
    lines = [line.strip() for line in capsys.readouterr().err.splitlines()]
    assert lines == [
        "\N{BALLOT X} Database  AWS::RDS::DBInstance",
        "\N{BLACK CIRCLE} Charger identities: working  Trying again in 30 s: In use.",
        "\N{CHECK MARK} Database: done",
    ]
