"""Two runs on one site: the second one sees the first, from whatever computer."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.blueprints import of_shape
from solarrally_tui.cli import main
from solarrally_tui.deployed import run_lock
from solarrally_tui.deployed.run_lock import (
    BusyError,
    LastRun,
    OvertakenError,
    Run,
    alone,
    present,
)
from solarrally_tui.provisioning.deployment.deploy import deploy, watch
from solarrally_tui.provisioning.engine import followed_run
from solarrally_tui.provisioning.engine.events import Event, State
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.provisioning.operations.dump_import import import_dump
from solarrally_tui.provisioning.operations.rotation import rotate
from solarrally_tui.provisioning.teardown.destroy import destroy
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.files import dumps
from solarrally_tui.site.model import Site
from solarrally_tui.site.names import GLOBAL_REGION, last_run_name, run_name
from tests.provisioning.engine_setup import (
    DUMP,
    Heard,
    StandingSite,
    deployed,
    environment,
    site_named,
)

SITE = "one-at-a-time"
ELSEWHERE = Run("deploy", "arn:aws:iam::1:user/anne", "elsewhere", 1, "2026-11-29 10:00 UTC", "x")


@pytest.fixture
async def door(door: Door) -> AsyncIterator[Door]:
    yield door
    await door.find("ssm", "delete_parameter", GLOBAL_REGION, Name=run_name(SITE))


async def held_by(door: Door, run: Run, site: str = SITE) -> None:
    await door.call(
        "ssm",
        "put_parameter",
        GLOBAL_REGION,
        Name=run_name(site),
        Value=json.dumps(asdict(run)),
        Type="String",
        Overwrite=True,
    )


async def _work() -> str:
    return "done"


def _quiet(_: str) -> None:
    """Nobody listens."""


async def test_of_many_runs_at_the_same_moment_one_works(door: Door) -> None:
    at_work = 0

    async def work() -> str:
        nonlocal at_work
        at_work += 1
        assert at_work == 1
        await asyncio.sleep(1.5)
        at_work -= 1
        return "done"

    runs = [alone(door, SITE, "deploy", work, _quiet) for _ in range(6)]
    ended = await asyncio.gather(*runs, return_exceptions=True)
    assert [one for one in ended if one == "done"] == ["done"]
    assert sum(isinstance(one, BusyError) for one in ended) == 5
    assert await present(door, SITE) is None
    assert await alone(door, SITE, "deploy", _work, _quiet) == "done"


async def test_a_run_of_another_computer_is_named_and_left_alone(door: Door) -> None:
    await held_by(door, ELSEWHERE)
    with pytest.raises(BusyError) as busy:
        await alone(door, SITE, "destroy", _work, _quiet)
    assert busy.value.kind is Kind.BUSY
    words = str(busy.value.plain)
    for told in ("deploy", "user/anne", "elsewhere", "2026-11-29 10:00 UTC", "5 minutes"):
        assert told in words


@pytest.mark.parametrize(
    "dead",
    [
        replace(ELSEWHERE, host=run_lock._host(), process=2**22 + 7),
        replace(ELSEWHERE, host=run_lock._host(), process=0),
    ],
    ids=["killed", "of another process"],
)
async def test_a_killed_run_of_this_computer_is_taken_over_at_once(
    door: Door, dead: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    if dead.process == 0:
        monkeypatch.setattr(run_lock, "STALE_SECONDS", -5.0)  # its last sign of life is old
    await held_by(door, dead)
    said: list[str] = []
    assert await alone(door, SITE, "deploy", _work, said.append) == "done"
    assert "did not end" in said[0]
    assert await present(door, SITE) is None


async def test_of_two_who_take_over_one_works(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    await held_by(door, replace(ELSEWHERE, host=run_lock._host(), process=2**22 + 7))

    async def work() -> str:
        await asyncio.sleep(1.5)
        return "done"

    runs = [alone(door, SITE, "deploy", work, _quiet) for _ in range(4)]
    ended = await asyncio.gather(*runs, return_exceptions=True)
    assert sum(one == "done" for one in ended) == 1
    assert sum(isinstance(one, BusyError) for one in ended) == 3


async def test_a_run_that_slept_while_another_took_over_stops(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_lock, "BEAT_SECONDS", 0.3)
    ended = False

    async def work() -> None:
        nonlocal ended
        try:
            await asyncio.sleep(0.1)
            await held_by(door, ELSEWHERE)
            await asyncio.sleep(20)
        finally:
            ended = True

    with pytest.raises(OvertakenError) as overtaken:
        await alone(door, SITE, "deploy", work, _quiet)
    assert ended
    assert "elsewhere" in str(overtaken.value.plain)


async def test_a_run_shows_that_it_lives_and_leaves_nothing_when_it_is_cancelled(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_lock, "BEAT_SECONDS", 0.05)
    task = asyncio.ensure_future(alone(door, SITE, "deploy", lambda: asyncio.sleep(300), _quiet))
    for _ in range(1200):
        await asyncio.sleep(0.05)
        now = await present(door, SITE)
        if now and now.version > 2:
            break
    assert now
    assert now.version > 2
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await present(door, SITE) is None


async def test_credentials_that_may_not_look_work_and_say_so(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Door.call

    async def call(door: Door, service: str, operation: str, /, *r: Any, **n: Any) -> Any:
        if operation == "put_parameter":
            raise AwsError("AccessDeniedException", "not this", "ssm", operation)
        return await real(door, service, operation, *r, **n)

    monkeypatch.setattr(Door, "call", call)
    said: list[str] = []
    assert await alone(door, SITE, "deploy", _work, said.append) == "done"
    assert "policy" in said[0]


async def test_whoever_would_change_a_site_is_refused_while_another_does(
    standing: StandingSite, owner: Door, tmp_path: Path
) -> None:
    name = standing.site.name
    (tmp_path / "dump.sql").write_text(DUMP)
    await held_by(owner, ELSEWHERE, name)
    try:
        outcomes = [
            (await deployed(standing.site, owner))[0],
            await destroy(name, owner, lambda _: None, delete_data=False),
            await rotate(name, owner, lambda _: None),
            await import_dump(name, tmp_path / "dump.sql", owner, lambda _: None),
        ]
    finally:
        await owner.call("ssm", "delete_parameter", GLOBAL_REGION, Name=run_name(name))
    for outcome in outcomes:
        assert outcome.exit_code is Exit.REFUSED, outcome
        assert outcome.cause
        assert "Another run works on the site" in outcome.cause.what
    assert (await deployed(standing.site, owner))[0].exit_code is Exit.OK


async def test_a_run_that_slept_and_was_not_overtaken_says_so_and_continues(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_lock, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(run_lock, "_AWAY_SECONDS", -5.0)  # as if each beat came after a sleep
    said: list[str] = []

    async def work() -> str:
        while not said:
            await asyncio.sleep(0.02)
        return "done"

    assert await alone(door, SITE, "deploy", work, said.append) == "done"
    assert "this one continues" in said[0]


async def test_a_second_deployment_watches_the_first_and_says_how_it_ended(
    standing: StandingSite, owner: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followed_run, "EVERY", 0.02)
    first = asyncio.ensure_future(deployed(standing.site, owner))
    while await present(owner, standing.site.name) is None:
        await asyncio.sleep(0.02)
    heard = Heard()
    outcome = await deploy(standing.site, owner, heard.append, watches=True)
    assert (await first)[0].exit_code is Exit.OK
    assert (outcome.exit_code, outcome.changed) == (Exit.OK, False), outcome
    assert "another run" in outcome.summary
    (begin,) = [event for event in heard if event.type == "run"]
    assert "deploy by arn:" in begin.reason
    stacks = of_shape(standing.site.size.shape)
    assert {heard.last(item.id).state for item in stacks} == {State.UNCHANGED}
    # The same with other answers: those are not deployed.
    other = site_named(standing.site.name, size={"log_retention_days": 90})
    held = replace(ELSEWHERE, token="noted")
    ended = LastRun("noted", held.title, "2026-11-29 10:30 UTC", 0, "Site x is deployed.")
    assert "differ" in (await _watched(owner, other, held, ended)).summary


@pytest.mark.parametrize(
    ("ended", "exit_code", "words"),
    [
        (LastRun("x", "t", "10:30", 6, "The stack app could not be created."), 6, "app could not"),
        (LastRun("x", "t", "10:30", 7, "The certificate waits for DNS."), 7, "waits for DNS"),
        (LastRun("other", "t", "10:30", 0, "Another one."), 8, "is not known"),
        (None, 8, "is not known"),
    ],
)
async def test_how_a_watched_run_ended_is_never_guessed(
    door: Door, ended: LastRun | None, exit_code: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followed_run, "EVERY", 0.02)
    outcome = await _watched(door, site_named(SITE), ELSEWHERE, ended)
    assert int(outcome.exit_code) == exit_code
    assert words in outcome.summary
    assert not outcome.changed


async def test_a_watched_run_that_dies_stopped_without_ending(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_lock, "STALE_SECONDS", -5.0)
    await held_by(door, ELSEWHERE)
    outcome = await watch(site_named(SITE), door, _hear_nothing, ELSEWHERE)
    assert outcome.exit_code is Exit.OUT_OF_SIGHT
    assert "stopped without ending" in outcome.summary


async def _watched(door: Door, site: Site, run: Run, ended: LastRun | None) -> Outcome:
    """Watch a run of another computer that ends a moment later."""
    await held_by(door, run, site.name)
    watching = asyncio.ensure_future(watch(site, door, _hear_nothing, run))
    await asyncio.sleep(0.3)
    assert not watching.done()
    await run_lock.forget(door, site.name)
    if ended:
        value = json.dumps(asdict(ended))
        name = last_run_name(site.name)
        await door.call(
            "ssm", "put_parameter", GLOBAL_REGION, Name=name, Value=value, Type="String"
        )
    await door.call("ssm", "delete_parameter", GLOBAL_REGION, Name=run_name(site.name))
    return await watching


def _hear_nothing(_: Event) -> None:
    """Nobody listens."""


def _deploying(*options: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["deploy", *options])
    assert isinstance(ended.value.code, int)
    return ended.value.code


async def test_the_command_watches_unattended_only_where_it_is_told_to(
    standing: StandingSite,
    account: Account,
    owner: Door,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(followed_run, "EVERY", 0.02)
    name, file = standing.site.name, tmp_path / "site.toml"
    file.write_text(dumps(standing.site))
    await held_by(owner, ELSEWHERE, name)
    with environment(account):
        assert await asyncio.to_thread(_deploying, str(file), "--yes") == 5
        assert "--watch" in capsys.readouterr().err
        watching = asyncio.to_thread(_deploying, str(file), "--yes", "--watch", "--json")
        watched = asyncio.ensure_future(watching)
        await asyncio.sleep(2)
        ended = LastRun("x", ELSEWHERE.title, "10:30", 0, "Site engine-home is deployed.")
        await run_lock._put(owner, name, last_run_name(name), asdict(ended))
        await owner.call("ssm", "delete_parameter", GLOBAL_REGION, Name=run_name(name))
        assert await watched == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (said,) = [line for line in lines if line["type"] == "run"]
    assert said["reason"] == ELSEWHERE.title
    assert "this one watched" in lines[-1]["reason"]
