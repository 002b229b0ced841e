"""What shows why a stack fails is kept before AWS rolls it back, and the diagnosis shows it."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.deployed import kept_evidence
from solarrally_tui.deployed.kept_evidence import Item, KeptEvidence
from solarrally_tui.deployed.site import DeployedSite, SiteStacks
from solarrally_tui.health.diagnosis.evidence import ApiCall, Evidence, as_item, evidence_of
from solarrally_tui.health.diagnosis.examine import examine
from solarrally_tui.health.diagnosis.keeping import look
from solarrally_tui.health.diagnosis.model import Diagnosis
from solarrally_tui.health.diagnosis.render import to_json, to_table
from solarrally_tui.provisioning.change import evidence as keeping
from solarrally_tui.provisioning.change.evidence import EvidenceKeeper
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.provisioning.deployment.progress.rollout import TASK
from solarrally_tui.provisioning.engine.events import Event, State
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.model import Site
from solarrally_tui.site.names import GLOBAL_REGION, evidence_name
from tests.clients import owner as root
from tests.provisioning.engine_setup import fault, opened, put_stack, site_named, speed

SITE = "kept-proof"


@pytest.fixture
async def door(account: Account) -> AsyncIterator[Door]:
    async with opened(account) as created:
        yield created


FAILED = {"EventId": "e1", "ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": "no"}


async def test_what_a_rollback_deletes_is_kept_and_gives_the_cause(
    account: Account,
) -> None:
    site = site_named(SITE)
    async with opened(root(account)) as door:
        with fault(account, kind="resource", target=f"solarrally-{SITE}-app/LogGroup", message="x"):
            assert (await deploy(site, door, lambda _: None)).exit_code is Exit.FAILED
        databases = await SiteStacks.of(site, door).resource_ids("data", "AWS::RDS::DBInstance")
        word = secrets.token_hex(8)
        await door.call(
            "rds",
            "modify_db_instance",
            DBInstanceIdentifier=databases[0],
            MasterUserPassword=word,
            ApplyImmediately=True,
        )
        heard = list[Event]()
        outcome = await _crashing(account, site, door, heard)
        assert outcome.exit_code is Exit.FAILED
        assert outcome.cause
        assert f"solarrally diagnose {SITE}" in outcome.cause.next
        # While it went on, the run said how many tasks there were, and why they stopped.
        assert any("of 1 tasks run" in e.reason and "failed" in e.reason for e in heard)
        stopped = [e.reason for e in heard if e.type == TASK]
        assert stopped
        assert all("exited with" in reason for reason in stopped)
        found = await examine(await DeployedSite.open(door, SITE))
        first, shown = found.causes[0], to_table(found)
        assert first.id == "database-password"
        assert first.evidence[0].kept
        assert "password authentication failed" in first.why
        assert {"container", "log-tail"} <= {e.kind for e in _cited_or_not(found) if e.kept}
        assert word not in json.dumps([dict(i) for i in await _kept(door)])
        assert f"kept {first.evidence[0].kept_when}" in shown
        assert "INFO: Waiting for application startup." in shown
        assert json.loads(to_json(found))["kept"][0]["kept"]

        # Once the stack is well, nobody reads it any more.
        put_stack(account, f"solarrally-{SITE}-app", "CREATE_COMPLETE")
        again = await examine(await DeployedSite.open(door, SITE))
        assert not any(evidence.kept for evidence in _cited_or_not(again))


def _cited_or_not(found: Diagnosis) -> list[Evidence]:
    cited = [e for cause in found.causes for e in (*cause.evidence, *cause.effects)]
    return [*cited, *found.kept]


async def _kept(door: Door) -> Sequence[Item]:
    return [item for kept in await kept_evidence.read(door, SITE) for item in kept.items]


async def _crashing(account: Account, site: Site, door: Door, heard: list[Event]) -> Outcome:
    """Deploy at a pace at which a rollback takes some time, as AWS's does."""

    def slower(event: Event) -> None:
        heard.append(event)
        if (event.step, event.resource, event.state) == ("app", "Service", State.RUNNING):
            speed(account, "30")

    try:
        return await deploy(site, door, slower, look=partial(look, site, door))
    finally:
        speed(account, "instant")


CALL = ApiCall("logs", "get_log_events", "us-east-1", {"logStreamName": "task/backend/1"})
TAKEN = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


async def test_what_is_kept_fits_a_free_parameter_and_comes_back_as_it_was(door: Door) -> None:
    secret = secrets.token_hex(16)
    lines = [f"ERROR: {n} {secrets.token_hex(60)}" for n in range(60)]
    seen = [CALL.evidence("log", "password=" + secret, time=TAKEN, facts={"code": "3"})]
    seen += [CALL.evidence("log-tail", line) for line in lines]
    kept = KeptEvidence("app", "e1", TAKEN.isoformat(), tuple(map(as_item, seen)))
    count = await kept_evidence.write(door, SITE, kept)
    assert 10 < count < len(seen)
    assert await kept_evidence.write(door, SITE, kept) == count  # in place of the first
    (back,) = await kept_evidence.read(door, SITE)
    assert (back.stack, back.event, len(back.items)) == ("app", "e1", count)
    first = evidence_of(back.items[0], "solarrally-x-app", TAKEN)
    assert first == replace(seen[0], stack="solarrally-x-app", kept=TAKEN)
    assert secret not in json.dumps([dict(item) for item in back.items])
    name = evidence_name(SITE, "data")
    await door.call(
        "ssm", "put_parameter", GLOBAL_REGION, Name=name, Value="{}", Type="String", Overwrite=True
    )
    assert await kept_evidence.read(door, SITE) == (back,)  # what nobody can read is left out
    assert await kept_evidence.delete(door, SITE) == 2
    assert await kept_evidence.read(door, SITE) == ()


@pytest.mark.parametrize("error", [AwsError("Throttling", "x", "ecs", "y"), KeyError("tasks")])
async def test_what_cannot_be_kept_stops_nothing(door: Door, error: Exception) -> None:
    looked: list[str] = []

    async def look(stack: str) -> Sequence[Item]:
        looked.append(stack)
        raise error

    keeper = EvidenceKeeper(door, SITE, "app", look)
    for event in ({**FAILED, "ResourceStatus": "CREATE_COMPLETE"}, FAILED, FAILED):
        keeper.heard(event)
    assert await keeper.kept() == 0
    assert looked == ["app"]
    assert await EvidenceKeeper(door, SITE, "app", None).kept() == 0


async def test_looking_takes_no_longer_than_its_limit(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_LIMIT", 0.05)

    async def look(_: str) -> Sequence[Item]:
        await asyncio.sleep(60)
        return ()

    keeper = EvidenceKeeper(door, SITE, "app", look)
    keeper.heard({**FAILED, "ResourceStatus": "ROLLBACK_IN_PROGRESS"})
    assert await keeper.kept() == 0
