"""`--leave`, and the question at a terminal: a run continues without what AWS is stuck with."""

import asyncio
import json
import sys
from dataclasses import dataclass

import pytest

from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.cli import main
from solarrally_tui.commands.shared import runs
from solarrally_tui.commands.shared.options import RunOptions
from solarrally_tui.commands.shared.runs import report_run
from solarrally_tui.provisioning.engine.events import Emit
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome

PLACE = "network/Vpc"
WORDS = Plain(what="Stuck.", why="In use.", next="Fix it.")
STUCK = Outcome(Exit.FAILED, "Stuck.", WORDS, stuck=(PLACE,))


@dataclass
class Engine:
    """Ends stuck until it is asked to leave what it is stuck with."""

    asked: list[frozenset[str]]

    async def run(self, _: Emit, leave: frozenset[str]) -> Outcome:
        self.asked.append(leave)
        return Outcome(Exit.OK, "Done.") if PLACE in leave else STUCK


def ended(engine: Engine, *leave: str, yes: bool = False, as_json: bool = False) -> int:
    options = RunOptions(
        profile=None, credentials=None, read_only=False, yes=yes, json=as_json, verbose=True
    )
    return asyncio.run(report_run("destroy", "sun", options, engine.run, leave))


@pytest.mark.parametrize(("typed", "status"), [("sun", Exit.OK), ("", Exit.FAILED)])
def test_at_a_terminal_it_asks_once_with_the_name(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    typed: str,
    status: Exit,
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: typed)
    engine = Engine([])
    assert ended(engine) == status
    assert f"Type sun to continue without {PLACE}" in capsys.readouterr().err
    assert engine.asked == [frozenset(), frozenset({PLACE})][: 2 if typed else 1]


def test_a_read_only_session_refuses_before_a_run_starts() -> None:
    options = RunOptions(
        profile=None, credentials=None, read_only=True, yes=True, json=False, verbose=True
    )
    engine = Engine([])
    with pytest.raises(AwsError) as refused:
        asyncio.run(report_run("destroy", "sun", options, engine.run))
    assert refused.value.plain.why == "This session is read-only."
    assert engine.asked == []


@pytest.mark.parametrize("unattended", [{"yes": True}, {"as_json": True}, {}])
def test_unattended_it_never_asks(
    capsys: pytest.CaptureFixture[str], unattended: dict[str, bool]
) -> None:
    engine = Engine([])
    assert ended(engine, **unattended) == Exit.FAILED
    assert engine.asked == [frozenset()]
    shown = capsys.readouterr()
    assert "continue without" not in shown.err
    if "as_json" in unattended:
        assert json.loads(shown.out.splitlines()[-1])["stuck"] == [PLACE]


def test_what_the_option_names_is_left_at_once() -> None:
    engine = Engine([])
    assert ended(engine, PLACE, yes=True) == Exit.OK
    assert engine.asked == [frozenset({PLACE})]


@pytest.mark.parametrize("place", ["Vpc", "network/", "/Vpc", "networks/Vpc"])
def test_what_names_no_stack_is_refused(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["destroy", "sun", "--yes", "--leave", place])
    assert caught.value.code == Exit.USAGE
    assert "is not STACK/RESOURCE" in capsys.readouterr().err


@pytest.mark.parametrize(("long", "is_terminal"), [(0.0, True), (0.0, False), (60.0, True)])
def test_the_end_of_a_long_run_rings_on_a_terminal(
    long: float,
    is_terminal: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(runs, "_LONG", long)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    monkeypatch.setenv("TERM", "xterm")
    assert ended(Engine([]), PLACE, yes=True) == Exit.OK
    rang = "\x1b]777;notify;SolarRally;sun is deleted.\a\a" in capsys.readouterr().err
    assert rang is (is_terminal and not long)
