"""A site in the account: found by its name from any Region, with its stacks and its task."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.poll import poll
from solarrally_tui.deployed import record
from solarrally_tui.deployed.record import DamagedRecordError, UnknownSiteError, UnnamedSiteError
from solarrally_tui.deployed.site import DeployedSite, SiteStacks
from solarrally_tui.deployed.task import TaskNotStartedError, run_once
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site
from solarrally_tui.site.names import SITE_TAG
from tests.clients import owner
from tests.provisioning.engine_setup import opened

HOME = "eu-central-1"
ACCOUNT = "123456789012"


@pytest.fixture
async def door(account: Account, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    """In another Region than the sites."""
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    async with await Door.open("ap-south-1") as opened:
        yield opened


@pytest.fixture
async def stacks(account: Account) -> AsyncIterator[SiteStacks]:
    """As the root user sees them, who also creates them here: no blueprint describes them."""
    async with opened(owner(account), "ap-south-1") as door:
        async for found in _stacks(door):
            yield found


async def _stacks(door: Door) -> AsyncIterator[SiteStacks]:
    found = SiteStacks.of(site_named("stacked"), door)
    yield found
    for stack_id, stack in (await found.all()).items():
        if stack:
            region = found.region(stack_id)
            await door.call("cloudformation", "delete_stack", region, StackName=stack.id)


def site_named(name: str) -> Site:
    answers = {"name": name, "region": HOME, "tier": "small", "alerts": {"email": "a@b.example"}}
    return from_answers(answers)


async def create_stack(stacks: SiteStacks, stack_id: str, *, retention: int = 7) -> None:
    """Create a stack of one log group, in the Region where the catalogue has it."""
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": retention}}
    template = {
        "Parameters": {"Given": {"Type": "String"}},
        "Resources": {"Log": group},
        "Outputs": {f"{stack_id.capitalize()}Output": {"Value": {"Ref": "Given"}}},
    }
    await stacks.door.call(
        "cloudformation",
        "create_stack",
        stacks.region(stack_id),
        StackName=stacks.name(stack_id),
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": "Given", "ParameterValue": stack_id}],
        Tags=[{"Key": SITE_TAG, "Value": stacks.site}],
    )

    async def ended() -> Any:
        stack = await stacks.find(stack_id)
        return stack if stack and not stack.busy else None

    await poll(ended, every=0.1, limit=30.0)


async def test_a_site_is_opened_by_its_name_and_its_door_is_in_its_region(door: Door) -> None:
    await record.write(door, site_named("opened"), ACCOUNT)
    site = await DeployedSite.open(door, "opened")
    assert (site.name, site.region, site.account) == ("opened", HOME, ACCOUNT)
    assert (site.door.region, site.stacks.door.region) == (HOME, HOME)
    assert site.site == site_named("opened")
    with pytest.raises(UnknownSiteError, match="no site named elsewhere"):
        await DeployedSite.open(door, "elsewhere")
    await record.delete(door, "opened")


async def test_stacks_are_found_in_the_region_of_the_catalogue(stacks: SiteStacks) -> None:
    assert stacks.name("edge") == "solarrally-stacked-edge"
    assert (stacks.region("edge"), stacks.region("global")) == (HOME, "us-east-1")
    for stack_id in ("edge", "global"):
        await create_stack(stacks, stack_id)
    found = await stacks.all()
    assert {id_ for id_, stack in found.items() if stack} == {"edge", "global"}


DAMAGED = {
    "is empty": " ",
    "cannot be read": '{"schema": 1, "site"',
    "cannot be read, a list": "[]",
    "holds answers that are not valid": json.dumps(
        {"schema": 1, "site": {"name": "stacked"}, "region": HOME, "account": ACCOUNT}
    ),
    "is missing": "",
}


@pytest.mark.parametrize("why", DAMAGED)
async def test_a_site_is_found_by_its_stacks_where_its_record_is_of_no_use(
    stacks: SiteStacks, why: str
) -> None:
    await create_stack(stacks, "network")
    await create_stack(stacks, "global")
    door, text = stacks.door.with_region("ap-south-1"), DAMAGED[why]
    if text:
        await put(door, "stacked", text)
    try:
        with pytest.raises(DamagedRecordError) as damaged:
            await DeployedSite.open(door, "stacked")
        plain = damaged.value.plain
        assert why.partition(",")[0] in plain.what
        assert "1 stack in eu-central-1, all complete" in plain.what
        assert "solarrally destroy stacked" in plain.next
        assert await record.region(door, "stacked") == HOME
        assert await record.find(door, "stacked") is None
        # Another site's teardown counts it as one that may use what sites share.
        regions = await record.regions(door, without="other")
        assert not text or {HOME, "ap-south-1"} & set(regions)
        assert await record.write(door, site_named("stacked"), ACCOUNT)
        assert (await record.read(door, "stacked")).region == HOME
    finally:
        await record.delete(door, "stacked")


async def test_a_damaged_record_without_stacks_is_named_and_somebody_elses_stack_is_no_site(
    door: Door, account: Account
) -> None:
    await put(door, "stackless", "{")
    with pytest.raises(DamagedRecordError, match="cannot be read") as damaged:
        await record.read(door, "stackless")
    assert "No stack of it was found" in damaged.value.plain.what
    await record.delete(door, "stackless")
    template = json.dumps({"Resources": {"Log": {"Type": "AWS::Logs::LogGroup"}}})
    name = "solarrally-stackless-network"
    async with opened(owner(account)) as hers:
        await hers.call("cloudformation", "create_stack", StackName=name, TemplateBody=template)
        with pytest.raises(UnknownSiteError):
            await record.read(door, "stackless")
        await hers.call("cloudformation", "delete_stack", StackName=name)


async def put(door: Door, site: str, text: str) -> None:
    name = f"/solarrally/sites/{site}"
    given = {"Name": name, "Value": text, "Type": "String", "Overwrite": True}
    await door.call("ssm", "put_parameter", "us-east-1", **given)


async def test_outputs_are_merged_and_missing_stacks_have_none(stacks: SiteStacks) -> None:
    assert await stacks.outputs("app", "edge") == {}
    for stack_id in ("app", "edge"):
        await create_stack(stacks, stack_id)
    assert await stacks.outputs("app", "data", "edge") == {
        "AppOutput": "app",
        "EdgeOutput": "edge",
    }


async def test_a_stack_that_never_came_to_be_has_no_parameters(stacks: SiteStacks) -> None:
    assert await stacks.parameters("network") == {}
    await create_stack(stacks, "network")
    assert await stacks.parameters("network") == {"Given": "network"}
    await create_stack(stacks, "data", retention=8)  # no retention that CloudWatch Logs knows
    failed = await stacks.find("data")
    assert failed
    assert not failed.is_created
    assert await stacks.parameters("data") == {}


async def test_resources_are_listed_by_type(stacks: SiteStacks) -> None:
    await create_stack(stacks, "app")
    (resource,) = await stacks.resources("app")
    assert (resource.logical_id, resource.is_deleted) == ("Log", False)
    assert await stacks.resource_ids("app", "AWS::Logs::LogGroup") == [resource.physical_id]
    assert await stacks.resource_ids("app", "AWS::S3::Bucket") == []


class Refusing(Door):
    """ECS as it answers without capacity: with a failure, and without an error."""

    def __init__(self) -> None:
        self.region = HOME

    async def call(self, *_: Any, **__: Any) -> dict[str, Any]:
        return {"tasks": [], "failures": [{"reason": "RESOURCE:CPU"}, {"reason": "AGENT"}]}


async def test_a_task_that_ecs_does_not_start_raises_its_reasons() -> None:
    names = (
        "ClusterName",
        "AdministratorTaskArn",
        "TaskSubnetIds",
        "TaskSecurityGroupId",
        "DbClientSecurityGroupId",
        "AssignPublicIp",
    )
    with pytest.raises(TaskNotStartedError, match="RESOURCE:CPU, AGENT"):
        await run_once(Refusing(), dict.fromkeys(names, "x"), limit=1.0)


class Recording(Door):
    """A door to an account with records of some sites."""

    def __init__(self, *sites: str) -> None:
        self._sites = sites

    async def pages(self, *_: Any, **__: Any) -> list[dict[str, str]]:
        return [{"Name": f"/solarrally/sites/{name}"} for name in self._sites]


async def test_a_site_that_nobody_named_is_the_only_one_or_none() -> None:
    assert await record.only(Recording("barn")) == "barn"
    with pytest.raises(UnnamedSiteError) as several:
        await record.only(Recording("home", "barn"))
    assert "this account has several: barn, home." in several.value.plain.what
    with pytest.raises(UnnamedSiteError) as none:
        await record.only(Recording())
    assert "no site yet" in none.value.plain.what


def test_a_file_in_place_of_a_name_gets_the_command_that_takes_a_file() -> None:
    plain = UnknownSiteError("barn.toml", ("barn",)).plain
    assert "solarrally deploy barn.toml" in plain.next
    assert "Check the name" in UnknownSiteError("born", ("barn",)).plain.next


def test_the_name_of_a_deleted_site_says_what_stays_of_it() -> None:
    plain = UnknownSiteError("barn", (), "database snapshot in us-east-1").plain
    assert plain.what == "The site barn is deleted. Its data stays: database snapshot in us-east-1."
    assert "solarrally destroy barn --delete-data barn" in plain.next
