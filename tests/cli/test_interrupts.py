"""Ctrl+C during a run: what is said about leaving is true, and the run goes on or ends."""

import asyncio
import os
import signal
import sys
from decimal import Decimal

import pytest

from solarrally_tui.commands.shared import terminal
from solarrally_tui.commands.shared.interrupts import asking
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.provisioning.deployment.step_graph import DEPLOYMENT, TITLES
from solarrally_tui.provisioning.engine.events import Event, State
from solarrally_tui.provisioning.engine.narrator import STACK_TYPE
from solarrally_tui.site.files import from_answers
from solarrally_tui.wizard.leaving import Leaving, leaving
from solarrally_tui.wizard.run_progress import RunProgress

SITE = from_answers(
    {"name": "sun", "region": "us-east-1", "tier": "small", "alerts": {"email": "a@b.example"}}
)
TITLED = {step.id: TITLES[step.id] for step in DEPLOYMENT.steps}


def run(destroys: bool = False, **states: State) -> RunProgress:
    progress = RunProgress(TITLED, destroys, "sun")
    for step in TITLED if destroys else ():
        progress.take(Event("", "sun", step, State.WAITING))
    for step, state in states.items():
        name = step.replace("_", "-")
        progress.take(Event("", "sun", name, state))
        if state is State.RUNNING and name not in {"bridge-certificate", "record"}:
            status = "DELETE_IN_PROGRESS" if destroys else "CREATE_IN_PROGRESS"
            progress.take(Event("", "sun", name, state, name, name, STACK_TYPE, status))
    return progress


def test_before_anything_nothing_costs_and_everything_waits() -> None:
    left = leaving(run(), lambda: estimate(SITE))
    assert (left.finishing, left.waiting, left.monthly) == ((), left.total, Decimal(0))
    assert left.total == len(TITLED)


def test_aws_finishes_stacks_and_builds_and_not_what_this_computer_does() -> None:
    progress = run(
        record=State.DONE,
        network=State.RUNNING,
        image_build=State.RUNNING,
        bridge_certificate=State.RUNNING,
    )
    left = leaving(progress, lambda: estimate(SITE))
    assert set(left.finishing) == {TITLES["network"], TITLES["image-build"]}
    assert left.waiting == left.total - 3
    assert f"{left.waiting} of {left.total} steps wait" in left.words
    assert "solarrally destroy sun" in left.resume


def test_it_costs_what_the_begun_stacks_cost_and_a_deletion_what_is_left() -> None:
    lines = estimate(SITE).lines
    fixed = [one for one in lines if one.kind == "fixed" and not one.is_allowance]
    data = sum((line.monthly for line in fixed if line.stack == "data"), Decimal(0))
    assert leaving(run(data=State.RUNNING), lambda: estimate(SITE)).monthly == data > 0
    without = leaving(run(True, app=State.DONE), lambda: estimate(SITE)).monthly
    neither = leaving(run(True, app=State.DONE, data=State.DONE), lambda: estimate(SITE)).monthly
    assert without
    assert without - (neither or 0) == data
    assert "costs money" in leaving(run()).words


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
@pytest.mark.parametrize(("times", "ends"), [(1, False), (2, True)])
def test_the_first_ctrl_c_tells_and_the_second_leaves(
    times: int, ends: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    left = Leaving("sun", False, ("Network",), 4, 9, Decimal(59))

    async def working() -> str:
        with asking(lambda: left, asks=True):
            for _ in range(times):
                os.kill(os.getpid(), signal.SIGINT)
                await asyncio.sleep(0.05)
            return "done"

    if ends:
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(working())
    else:
        assert asyncio.run(working()) == "done"
    said = " ".join(capsys.readouterr().err.split())
    assert "AWS finishes what it has begun: Network. 4 of 9 steps wait" in said
    assert "about $59 a month" in said
    assert "Press Ctrl+C again within 10 seconds to leave" in said


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
def test_unattended_the_first_one_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)

    async def working() -> None:
        with asking(lambda: leaving(run()), asks=True):
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(5)

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(working())


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
def test_ctrl_c_at_a_question_answers_no_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def typed(_: str) -> str:
        signal.raise_signal(signal.SIGINT)
        return "barn"  # as if the question had waited on

    monkeypatch.setattr("builtins.input", typed)
    monkeypatch.setattr(terminal, "is_answered", lambda: True)

    async def asks() -> bool:
        answer = terminal.confirm("Type barn to continue.", "barn")
        await asyncio.sleep(0)
        return answer

    before = signal.getsignal(signal.SIGINT)
    assert asyncio.run(asks()) is False
    assert signal.getsignal(signal.SIGINT) is before
    assert capsys.readouterr().err.endswith("\n\n")
