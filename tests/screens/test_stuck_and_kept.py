"""Provision after a run that left something: what AWS is stuck with, and what a deletion kept."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from solarrally_tui.aws.console import console
from solarrally_tui.aws.errors import Plain
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit, Kept, Outcome
from solarrally_tui.provisioning.teardown.deleted_sites import DeletedSite
from solarrally_tui.screens.provision.time_chart import time_chart
from solarrally_tui.wizard.run_outlook import as_shown
from solarrally_tui.wizard.run_progress import RunProgress
from tests.screens.scripted.services import Scripted, at
from tests.screens.support import Open, walk

Shown = Callable[..., bool]
START = 1767348000.0
SMALL, LARGE = (80, 24), (120, 40)
STUCK = Outcome(
    Exit.FAILED,
    "The stack solarrally-sunny-garage-network could not be deleted.",
    Plain(
        what="The stack solarrally-sunny-garage-network could not be deleted.",
        why="AWS cannot delete Vpc (AWS::EC2::VPC): The vpc 'vpc-0a1b' has dependencies.",
        next="Remove what AWS names above, then run the same command again. To delete everything "
        "else and keep paying for it, run it with --leave network/Vpc.",
    ),
    stuck=("network/Vpc",),
)
LOGS = console("log-group", "us-east-1", id="AWSIotLogsV2")
TOPIC = "arn:aws:sns:us-east-1:123456789012:orphan"
TAGGED = console("topic", "us-east-1", id=TOPIC)
KEPT = Outcome(
    Exit.OK,
    "Site sunny-garage is deleted. 4 things stay, for 1.94 USD a month at most.",
    kept=(
        Kept(
            "database snapshot",
            "solarrally-sunny-garage-data-database-1x2y3z-snapshot-0a1b2c3d4e5f",
            Decimal("1.90"),
        ),
        Kept("audit log bucket", "solarrally-sunny-garage--audit-1x2y3z", Decimal("0.04")),
        Kept("log of AWS IoT, of the whole Region", "AWSIotLogsV2", Decimal(0), LOGS, alone=True),
        Kept("topic (sns)", TOPIC, Decimal(0), TAGGED),
    ),
)


def ended(outcome: Outcome) -> RunProgress:
    run = RunProgress(
        Scripted().steps(destroys=True),
        destroys=True,
        site="sunny-garage",
        clock=lambda: START,
    )
    run.clock = lambda: START + 201
    for step in ("observe", "edge", "app", "data"):
        run.take(at(3, step, State.RUNNING))
        run.take(at(90, step, State.DONE))
    run.take(at(91, "network", State.RUNNING))
    run.take(at(95, "network", State.RUNNING, "Vpc", "AWS::EC2::VPC"))
    if outcome.stuck:
        words = "The vpc 'vpc-0a1b' has dependencies and cannot be deleted."
        run.take(at(199, "network", State.FAILED, "Vpc", "AWS::EC2::VPC", words))
    state = State.DONE if outcome.exit_code is Exit.OK else State.FAILED
    run.take(at(200, "network", state))
    run.finish(outcome)
    return run


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_what_aws_cannot_delete(shown: Shown, size: tuple[int, int]) -> None:
    assert shown("provision", size, run=ended(STUCK))


@pytest.mark.parametrize("size", [SMALL, LARGE, (200, 60)])
def test_what_a_deletion_keeps(shown: Shown, size: tuple[int, int]) -> None:
    assert shown("provision", size, run=ended(KEPT))


def test_the_question_before_something_is_left(shown: Shown) -> None:
    assert shown("provision", SMALL, "tab", "enter", run=ended(STUCK))


async def test_leaving_takes_the_name_and_runs_again_without_it(
    at: Open, services: Scripted
) -> None:
    async with at("provision", SMALL, run=ended(STUCK)) as (_, pilot):
        await walk(pilot, "tab", "enter", seconds=0.2)
        await walk(pilot, *"no", "enter", seconds=0.2)
        assert services.destroyed == []
        await walk(pilot, "backspace", "backspace", *"sunny-garage", "enter", seconds=0.3)
        assert services.destroyed == ["sunny-garage"]
        assert services.left == {"network/Vpc"}


async def test_the_kept_data_is_deleted_when_its_name_is_typed(
    at: Open, services: Scripted
) -> None:
    services.outcome = replace(KEPT, kept=())
    async with at("provision", SMALL, run=ended(KEPT)) as (app, pilot):
        app.screen.query_one("#delete-data").focus()
        await walk(pilot, "enter", seconds=0.2)
        await walk(pilot, *"sunny-garage", "enter", seconds=0.3)
        assert services.data_deleted


def test_the_times_of_a_run_that_has_ended_stay_as_they_were() -> None:
    run = ended(KEPT)
    drawn = time_chart(run, as_shown(run), 170).plain
    run.clock = lambda: START + 9999
    assert time_chart(run, as_shown(run), 170).plain == drawn
    assert drawn.rstrip().endswith("end")


@pytest.mark.parametrize("size", [SMALL, LARGE, (200, 60)])
def test_each_kept_thing_has_its_price(shown: Shown, size: tuple[int, int]) -> None:
    assert shown("provision", size, "k", run=ended(KEPT))


async def test_all_the_data_is_deleted_at_once_and_nothing_that_is_not_the_sites(
    at: Open, services: Scripted
) -> None:
    async with at("provision", LARGE, run=ended(KEPT)) as (_, pilot):
        text = await walk(pilot, "k", "tab", "tab", "enter", seconds=0.2)
        assert "Delete all the data?" in text
        text = await walk(pilot, *"sunny-garage", "enter", seconds=0.4)
        assert services.kept_deleted == [kept.identifier for kept in KEPT.kept[:2]]
        assert "✓ 2 things deleted." in text
        assert "Delete all the data" not in text.split("Close")[0]


async def test_welcome_lists_what_stays_of_deleted_sites_and_deletes_it(
    at: Open, services: Scripted
) -> None:
    services.gone = (DeletedSite("old-barn", "us-east-1", KEPT.kept),)
    async with at("welcome", LARGE) as (_, pilot):
        text = await walk(pilot, seconds=0.4)
        assert "old-barn" in text
        assert "▲ deleted, its data stays · $1.94 a month at most" in text
        assert "What stays of old-barn" in await walk(pilot, "tab", "enter", seconds=0.3)
        await walk(pilot, "enter", seconds=0.2)
        services.gone = ()
        await walk(pilot, *"old-barn", "enter", seconds=0.3)
        assert services.kept_deleted == [KEPT.kept[0].identifier]
        text = await walk(pilot, "escape", seconds=0.4)
        assert "its data stays" not in text


async def test_one_kept_thing_is_deleted_when_the_name_is_typed(
    at: Open, services: Scripted
) -> None:
    async with at("provision", LARGE, run=ended(KEPT)) as (app, pilot):
        assert "● Destroy" in await walk(pilot, seconds=0.2)
        await walk(pilot, "k", "enter", seconds=0.2)
        assert "$1.90 a month. Nobody can restore it afterwards." in await walk(pilot, seconds=0.1)
        await walk(pilot, *"sunny", "enter", seconds=0.2)
        assert services.kept_deleted == []
        text = await walk(pilot, *"-garage", "enter", seconds=0.4)
        assert services.kept_deleted == [KEPT.kept[0].identifier]
        assert "✓ The database snapshot is deleted." in text
        services.kept_refused = "These credentials may not delete it."
        await walk(pilot, "enter", seconds=0.2)
        text = await walk(pilot, *"sunny-garage", "enter", seconds=0.4)
        assert "▲ The audit log bucket was not deleted. These credentials may not" in text
        assert "Enter copies the address" in await walk(pilot, "end", "enter", seconds=0.2)
        assert app.clipboard == TAGGED
        text = await walk(pilot, "escape", seconds=0.4)
        assert "These stay, for $0.04 a month at most by their sizes now" in text
        assert app.session.site.run is not None
