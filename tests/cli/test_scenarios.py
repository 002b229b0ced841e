"""The stories of a demonstration: each is told by the account, and ends as its text says."""

import asyncio
import json
import urllib.request
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.commands.demonstration import stage as stage_module
from solarrally_tui.commands.demonstration.scenarios import BY_ID, SCENARIOS
from solarrally_tui.commands.demonstration.stage import SimulatedStage
from solarrally_tui.interview import steps
from solarrally_tui.interview.draft import Draft
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.provisioning.engine.events import Event, State
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.simulator.child import Account


@pytest.fixture
async def stage(
    account: Account, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[SimulatedStage]:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    stage = SimulatedStage(account.endpoint_url, "happy", "instant", tmp_path)
    yield stage
    await stage.play("happy")
    await stage.normal()


def told(account: Account, path: str) -> Any:
    with urllib.request.urlopen(f"{account.endpoint_url}/_solarrally/{path}") as answer:
        return json.load(answer)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.id)
async def test_the_account_takes_every_scenario_and_forgets_the_last(
    stage: SimulatedStage, account: Account, scenario: Any
) -> None:
    await stage.play("bad-image")
    await stage.play(scenario.id)
    faults = told(account, "faults")["faults"]
    assert [fault["target"] for fault in faults] == [fault["target"] for fault in scenario.faults]
    assert stage.current == scenario.id
    assert stage.screen in steps.BY_ID
    assert (stage.keys is None) is (scenario.id == "root-user")


async def test_the_pace_stops_doubles_and_goes_back(
    account: Account, stage: SimulatedStage, tmp_path: Path
) -> None:
    stage = SimulatedStage(account.endpoint_url, "happy", "30", tmp_path)
    await stage.normal()
    assert (stage.pace, told(account, "speed")["speed"]) == ("30x", 30.0)
    await stage.faster()
    assert (stage.pace, told(account, "speed")["speed"]) == ("60x", 60.0)
    await stage.pause()
    assert stage.pace == "paused"
    assert told(account, "speed")["speed"] < 0.001
    await stage.pause()
    assert (stage.pace, told(account, "speed")["speed"]) == ("60x", 60.0)
    for _ in range(4):
        await stage.faster()
    assert (stage.pace, told(account, "speed")["speed"]) == ("instant", "instant")


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("scenario", "first"),
    [
        pytest.param("bad-image", Exit.FAILED, marks=pytest.mark.torture),
        ("expired-session", Exit.OUT_OF_SIGHT),
    ],
)
async def test_a_story_stops_and_trying_again_ends_well(
    stage: SimulatedStage, scenario: str, first: Exit
) -> None:
    await stage.play(scenario)
    draft = Draft(
        {
            "name": f"tale-{scenario}"[:20],
            "region": "us-east-1",
            "tier": "small",
            "alerts": {"email": "ops@example.com"},
        }
    )
    async with await Door.open("us-east-1", keys=stage.keys) as door:
        stopped = await deploy(draft.site(), door, lambda _: None)
        assert stopped.exit_code is first
        assert stopped.cause is not None
        if scenario != "expired-session":
            words = str(BY_ID[scenario].faults[0]["message"])
            assert words[:40] in stopped.cause.detail + stopped.cause.why
        else:
            with pytest.raises(AwsError, match="expired"):
                await door.identity()
            await stage.sign_in()
    async with await Door.open("us-east-1", keys=stage.keys) as door:
        again = await deploy(draft.site(), door, lambda _: None)
    assert again.exit_code is Exit.OK, again.cause


async def test_a_scenario_brings_the_zone_and_the_answers_that_it_needs(
    stage: SimulatedStage,
) -> None:
    await stage.play("slow-certificate")
    assert stage.answers == {"domain.name": "charging.example.com"}
    async with await Door.open("us-east-1") as door:
        zones = await door.pages("route53", "list_hosted_zones", "HostedZones")
    assert "example.com." in {zone["Name"] for zone in zones}


async def test_a_fault_that_ends_by_itself_ends_after_deploy_has_begun(
    stage: SimulatedStage, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = BY_ID["slow-certificate"]
    monkeypatch.setattr(stage_module, "BY_ID", {**BY_ID, slow.id: replace(slow, lift_after=0.2)})
    await stage.play(slow.id)
    await asyncio.sleep(0.4)
    assert told(account, "faults")["faults"]
    stage.begun()
    await asyncio.sleep(0.6)
    assert not told(account, "faults")["faults"]


async def test_dns_elsewhere_is_set_while_the_wizard_waits_whatever_is_played(
    stage: SimulatedStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage_module, "RECORDS_AFTER", 0.1)
    await stage.play("happy")
    draft = Draft(
        {
            "name": "tale-elsewhere",
            "region": "us-east-1",
            "tier": "small",
            "alerts": {"email": "ops@example.com"},
        }
    )
    for path, value in BY_ID["external-dns"].answers.items():
        draft.set(path, value)
    asked: list[str] = []

    def hear(event: Event) -> None:
        if event.state is State.WAITING_FOR_YOU:
            asked.append(event.reason)
            stage.begun()

    async with await Door.open("us-east-1") as door:
        outcome = await deploy(draft.site(), door, hear)
    assert outcome.exit_code is Exit.OK, outcome.cause
    assert "type CNAME" in asked[0]
