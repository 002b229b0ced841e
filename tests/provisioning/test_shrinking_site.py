"""A site whose answers ask for less, in ways that AWS refuses. One site that each test changes."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.deployed.probe_reports import newest
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.provisioning.preview.preview import preview
from solarrally_tui.provisioning.preview.render import lines
from solarrally_tui.provisioning.teardown.destroy import destroy
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.model import Site
from tests.clients import owner
from tests.provisioning.engine_setup import Heard, deployed, of_site, opened, site_named

NAME = "shrinking"
HOME = "eu-west-1"
KEPT = f"solarrally-{NAME}-kept"
"""A snapshot by hand. The printed policy deletes those that have the site's name."""

EARLIER = f"solarrally-{NAME}-data-database-earlier"
"""A database that a stack made and left behind."""
LARGE: dict[str, Any] = {"zones": 3, "egress": "nat-single", "database_storage_gib": 30}


def sized(**size: Any) -> Site:
    return site_named(NAME, HOME, size=size)


SMALL = sized(zones=3, egress="public-tasks", database_storage_gib=20, waf="off")


@pytest.fixture(scope="module")
def large(account: Account) -> Outcome:
    async def make() -> Outcome:
        async with opened(account, HOME) as door:
            return (await deployed(sized(**LARGE), door))[0]

    return asyncio.run(make())


async def confirmed(site: Site, door: Door, name: str) -> tuple[Outcome, Heard]:
    heard = Heard()
    return await deploy(site, door, heard.append, confirmed=name), heard


@contextlib.asynccontextmanager
async def linked(door: Door, group: str) -> AsyncIterator[list[bool]]:
    """Read all the time whether the probes see the tasks' link to AWS IoT."""
    states: list[bool] = []

    async def watch() -> None:
        while True:
            states.extend(report.linked for report in await newest(door, group))
            await asyncio.sleep(0.3)

    task = asyncio.create_task(watch())
    yield states
    task.cancel()


async def databases(door: Door) -> dict[str, dict[str, Any]]:
    found = await door.pages("rds", "describe_db_instances", "DBInstances", HOME)
    return {found["DBInstanceIdentifier"]: found for found in found}


async def test_fewer_zones_are_refused_before_anything_changes(
    large: Outcome, account: Account
) -> None:
    assert large.exit_code is Exit.OK, large.cause
    async with opened(account, HOME) as door:
        outcome, heard = await deployed(sized(**LARGE | {"zones": 2}), door)
    assert outcome.exit_code is Exit.REFUSED
    assert outcome.cause
    assert "size.zones to 3" in outcome.cause.next
    assert heard.last("record").state is State.WAITING


async def test_what_is_no_longer_wanted_is_let_go_first_and_storage_stays(
    large: Outcome, account: Account
) -> None:
    async with opened(account, HOME) as door, opened(owner(account), HOME) as hers:
        plan = await preview(SMALL, door)
        (warning,) = of_site(plan)
        assert "keeps its 30 GiB" in warning
        assert warning in " ".join(" ".join(lines(plan)).split())
        stacks = SiteStacks(NAME, door)
        network = (await stacks.find("network")).outputs  # type: ignore[union-attr] (it stands)
        async with linked(hers, large.outputs["app"]["LogGroupName"]) as states:
            outcome, heard = await deployed(SMALL, door)
        assert outcome.exit_code is Exit.OK, outcome.cause
        # No task ever lost AWS IoT: all ran in public subnets before NAT and its routes went.
        assert set(states) == {True}
        assert warning in [event.reason for event in heard.of("account")]
        assert [database["AllocatedStorage"] for database in (await databases(door)).values()] == [
            30
        ]
        # AWS could delete everything: nothing is left behind that no stack holds.
        assert outcome.warnings == ()
        assert not [event for event in heard if event.state is State.FAILED]
        acls = await hers.call("wafv2", "list_web_acls", "us-east-1", Scope="CLOUDFRONT")
        assert not [acl for acl in acls["WebACLs"] if NAME in acl["Name"]]
        moved = (await stacks.find("app")).parameters  # type: ignore[union-attr] (it stands)
        assert moved["TaskSubnetIds"] == network["PublicSubnetIds"]
        again, _ = await deployed(SMALL, door)
        assert (again.exit_code, again.changed) == (Exit.OK, False)


async def test_a_replaced_database_leaves_its_snapshot_and_nothing_else(
    large: Outcome, account: Account
) -> None:
    async with opened(account, HOME) as door, opened(owner(account), HOME) as hers:
        (before,) = await databases(door)
        for name, words in (("never-taken", "no database snapshot never-taken"), (KEPT, "lose")):
            if name == KEPT:
                given = {"DBSnapshotIdentifier": KEPT, "DBInstanceIdentifier": before}
                await hers.call("rds", "create_db_snapshot", HOME, **given)
            outcome, _ = await confirmed(_restored(name), door, "another-home")
            assert outcome.exit_code is Exit.REFUSED
            assert words in outcome.summary
            assert list(await databases(door)) == [before]
        assert "--confirm-replacement shrinking" in str(outcome.cause)

        outcome, _ = await confirmed(_restored(KEPT), door, NAME)
        assert outcome.exit_code is Exit.OK, outcome.cause
        assert outcome.warnings == ()
        ((after, database),) = (await databases(door)).items()
        assert after != before
        assert database["DeletionProtection"]
        assert database["AllocatedStorage"] == 30
        snapshots = await hers.pages("rds", "describe_db_snapshots", "DBSnapshots", HOME)
        taken = [s for s in snapshots if s["DBInstanceIdentifier"] == before]
        assert len(taken) == 2


def _restored(snapshot: str) -> Site:
    size = SMALL.size.model_copy(update={"database_snapshot": snapshot})
    return SMALL.model_copy(update={"size": size})


async def test_a_protection_that_was_lifted_is_put_back(large: Outcome, account: Account) -> None:
    async with opened(account, HOME) as door, opened(owner(account), HOME) as hers:
        (name,) = await databases(door)
        given = {"DBInstanceIdentifier": name, "DeletionProtection": False}
        await hers.call("rds", "modify_db_instance", HOME, ApplyImmediately=True, **given)
        outcome, _ = await deployed(_restored(KEPT), door)
        assert (outcome.exit_code, outcome.changed) == (Exit.OK, True)
        assert (await databases(door))[name]["DeletionProtection"]


def _keeping(*, trail: bool, days: int) -> Site:
    devices = SMALL.devices.model_copy(update={"archive_days": days})
    rules = SMALL.governance.model_copy(update={"trail": trail, "backup_plan_days": days})
    # The price book does not have all of it in this Region.
    alerts = SMALL.alerts.model_copy(update={"monthly_budget_usd": 100})
    update = {"alerts": alerts, "devices": devices, "governance": rules}
    return _restored(KEPT).model_copy(update=update)


@pytest.mark.torture
async def test_an_option_that_keeps_something_is_switched_off_and_on_again(
    large: Outcome, account: Account
) -> None:
    on, off = _keeping(trail=True, days=30), _keeping(trail=False, days=0)

    async def existing(door: Door) -> set[str]:
        buckets = (await door.call("s3", "list_buckets", HOME))["Buckets"]
        vaults = await door.pages("backup", "list_backup_vaults", "BackupVaultList", HOME)
        names = {each["Name"] for each in buckets} | {each["BackupVaultName"] for each in vaults}
        return {
            name for name in names if re.search("--(audit|archive)-|shrinking-[0-9a-f]{8}$", name)
        }

    async with opened(account, HOME) as door, opened(owner(account), HOME) as hers:
        found = []
        for site in (on, off, on):
            planned = await preview(site, door)
            assert not [stack.reason for stack in planned.stacks if stack.reason]
            outcome, _ = await deployed(site, door)
            assert outcome.exit_code is Exit.OK, outcome.cause
            assert outcome.warnings == ()
            found.append(await existing(hers))
        more = [len(later) - len(earlier) for earlier, later in pairwise(found)]
        assert more == [0, 3]
        assert all(earlier <= later for earlier, later in pairwise(found))
        again, _ = await deployed(on, door)
        assert (again.exit_code, again.changed) == (Exit.OK, False)


async def test_destroy_finds_what_no_stack_holds(large: Outcome, account: Account) -> None:
    async with opened(account, HOME) as door, opened(owner(account), HOME) as hers:
        (database,) = (await databases(door)).values()
        groups = [group["VpcSecurityGroupId"] for group in database["VpcSecurityGroups"]]
        await hers.call(
            "rds",
            "create_db_instance",
            HOME,
            DBInstanceIdentifier=EARLIER,
            DBInstanceClass="db.t4g.micro",
            Engine="postgres",
            AllocatedStorage=20,
            MasterUsername="u",
            MasterUserPassword="password",
            DeletionProtection=True,
            VpcSecurityGroupIds=groups,
            Tags=database["TagList"],
        )
        given = {"DBSnapshotIdentifier": "by-hand", "DBInstanceIdentifier": EARLIER}
        await hers.call("rds", "create_db_snapshot", HOME, **given)
        balancers = await hers.pages("elbv2", "describe_load_balancers", "LoadBalancers", HOME)
        await hers.call(
            "cloudfront",
            "create_vpc_origin",
            VpcOriginEndpointConfig={
                "Name": f"solarrally-{NAME}-https",
                "Arn": balancers[0]["LoadBalancerArn"],
                "HTTPPort": 80,
                "HTTPSPort": 443,
                "OriginProtocolPolicy": "https-only",
            },
            Tags={"Items": database["TagList"]},
        )
        heard = Heard()
        outcome = await destroy(NAME, door, heard.append, delete_data=False)
        assert outcome.exit_code is Exit.OK, outcome.cause
        assert await databases(door) == {}
        kept = {kept.identifier for kept in outcome.kept if kept.what == "database snapshot"}
        assert any(identifier.startswith(f"{EARLIER}-snapshot-") for identifier in kept)
        outcome = await destroy(NAME, door, heard.append, delete_data=True)
        assert outcome.exit_code is Exit.OK, outcome.cause
        # The printed policy does not reach a snapshot whose name somebody else chose.
        assert [kept.identifier for kept in outcome.kept] == ["by-hand"]
        (warning,) = outcome.warnings
        assert "snapshot by-hand stays" in warning.what
        await hers.call("rds", "delete_db_snapshot", HOME, DBSnapshotIdentifier="by-hand")
        outcome = await destroy(NAME, door, heard.append, delete_data=True)
        assert (outcome.exit_code, outcome.kept) == (Exit.OK, ()), outcome.cause
