"""Each status of a stack times deploy, status, diagnose and destroy: the table of operations.md.

The stacks are small ones with names and tags of a site, put into each status by hand.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.poll import poll
from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.deployed import record, stack
from solarrally_tui.deployed.site import DeployedSite, SiteStacks
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.deployed.stack_status import STATUSES, Deploying, Destroying, StackStatus
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.diagnosis.examine import examine
from solarrally_tui.health.observed_site import observe
from solarrally_tui.health.probes import stacks as probe
from solarrally_tui.health.report import Observation
from solarrally_tui.provisioning.change import buckets
from solarrally_tui.provisioning.change.change_set import Wanted
from solarrally_tui.provisioning.change.stack_step import Brought, StackStep
from solarrally_tui.provisioning.engine.events import Event
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.provisioning.teardown import step_actions
from solarrally_tui.provisioning.teardown.destroy import destroy
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.names import SITE_TAG, stack_name
from tests import clients
from tests.provisioning.engine_setup import Heard, fault, opened, put_stack, site_named

SITE = "statuses"
HOME = "us-east-1"
TOPIC = {"Topic": {"Type": "AWS::SNS::Topic"}}
BUCKET = {"Kept": {"Type": "AWS::S3::Bucket"}}
EACH = pytest.mark.parametrize("status", STATUSES.values(), ids=STATUSES)
WORDS = "Rate exceeded for the operation."


@pytest.fixture
async def own_door(own_account: Account) -> AsyncIterator[Door]:
    """The root user's: the stacks here are of no blueprint."""
    async with opened(clients.owner(own_account)) as created:
        yield created


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Delete a stack again at once: what is stuck here stays stuck."""
    monkeypatch.setattr(step_actions, "_PAUSES", (0.0,))


async def made(door: Door, resources: dict[str, Any], part: str = "iot") -> Stack:
    name, body = stack_name(SITE, part), json.dumps({"Resources": resources})
    tags = [{"Key": SITE_TAG, "Value": SITE}]
    await door.call("cloudformation", "create_stack", StackName=name, TemplateBody=body, Tags=tags)

    async def settled() -> Stack | None:
        now = await stack.find(door, name, HOME)
        return now if now and not now.busy else None

    return await poll(settled, every=0.15, limit=30.0)


async def in_status(
    account: Account, door: Door, status: StackStatus, part: str = "iot"
) -> Stack | None:
    """A stack of the site in a status; what has to fail in it has failed."""
    name = stack_name(SITE, part)
    if status.name == stack.REVIEW:
        await door.call(
            "cloudformation",
            "create_change_set",
            StackName=name,
            ChangeSetName="solarrally-waits",
            ChangeSetType="CREATE",
            TemplateBody=json.dumps({"Resources": TOPIC}),
            Tags=[{"Key": SITE_TAG, "Value": SITE}],
        )
    else:
        created = await made(door, TOPIC | BUCKET, part)
        if status.name == stack.DELETED:
            await door.call("cloudformation", "delete_stack", StackName=created.name)
            return await _gone(door, created)
        has_failed = status.name.endswith("_FAILED")
        put_stack(account, created.name, status.name, {"Topic": WORDS} if has_failed else {})
    return await stack.find(door, name, HOME)


async def _gone(door: Door, created: Stack) -> None:
    async def gone() -> bool | None:
        return True if await stack.find(door, created.name, HOME) is None else None

    await poll(gone, every=0.15, limit=30.0)


async def brought(
    door: Door, resources: dict[str, Any] | None = None, *, may_lose: bool = False, **more: Any
) -> tuple[Brought, Heard]:
    heard, template = Heard(), json.dumps({"Resources": resources or TOPIC | BUCKET})
    name = stack_name(SITE, "iot")
    wanted = Wanted(SITE, name, HOME, template, {}, may_lose=may_lose, **more)
    return await StackStep(door, Narrator(SITE, heard.append), "iot", wanted).bring(), heard


async def destroyed(door: Door, leave: frozenset[str] = frozenset()) -> tuple[Outcome, Heard]:
    heard = Heard()
    return await destroy(SITE, door, heard.append, delete_data=True, leave=leave), heard


def test_every_status_that_aws_has_is_in_the_table() -> None:
    model = boto3.Session()._session.get_service_model("cloudformation")
    assert set(model.shape_for("StackStatus").enum) == set(STATUSES)


@EACH
async def test_deploy_goes_on_from_each_status(
    own_account: Account, own_door: Door, status: StackStatus
) -> None:
    before = await in_status(own_account, own_door, status)
    topics = await topic_ids(own_door)
    match status.deploy:
        case Deploying.CHANGES:
            brought_, _ = await brought(own_door)
            assert not brought_.changed
            assert brought_.stack == before
        case Deploying.CREATES:
            brought_, _ = await brought(own_door)
            assert brought_.stack.status == "CREATE_COMPLETE"
        case Deploying.WAITS:
            brought_ = await ended(own_account, own_door, status)
            assert brought_.stack.status.endswith("_COMPLETE")
        case Deploying.STARTS_OVER:
            with pytest.raises(StepError) as refused:
                await brought(own_door)
            assert refused.value.exit_code is Exit.REFUSED
            assert f"is in {status.name}" in refused.value.plain.what
            assert "--confirm-replacement" in refused.value.plain.next
            assert await topic_ids(own_door) == topics
            brought_, _ = await brought(own_door, may_lose=True)
            assert before
            assert brought_.stack.id != before.id
        case Deploying.ROLLS_BACK:
            brought_, heard = await brought(own_door)
            assert brought_.changed
            assert brought_.stack.status == "UPDATE_ROLLBACK_COMPLETE"
            assert "Rolling back the last change" in heard.last("iot").reason
        case Deploying.CONTINUES:
            brought_, _ = await brought(own_door)
            assert brought_.stack.status == "UPDATE_ROLLBACK_COMPLETE"
            assert await topic_ids(own_door) == topics
        case Deploying.TRIES:
            with pytest.raises(StepError) as refused:
                await brought(own_door)
            assert f"refuses to change it in {status.name}" in refused.value.plain.what
            assert refused.value.plain.next == status.next
    await deleted(own_door)


async def deleted(door: Door) -> None:
    """Delete the stack, and what it kept, as a person would."""
    name = stack_name(SITE, "iot")
    if (now := await stack.find(door, name, HOME)) is None:
        return
    await door.call("cloudformation", "delete_stack", StackName=name)
    await _gone(door, now)


async def ended(account: Account, door: Door, status: StackStatus) -> Brought:
    """Deploy while an operation of another run is in progress, which ends meanwhile."""
    name = stack_name(SITE, "iot")
    running = asyncio.ensure_future(brought(door))
    await asyncio.sleep(0.4)
    assert not running.done()
    if status.destroy is Destroying.JOINS:
        put_stack(account, name, "DELETE_FAILED")
        await door.call("cloudformation", "delete_stack", StackName=name)
    else:
        doing = status.name.removesuffix("_IN_PROGRESS").removesuffix("_CLEANUP")
        put_stack(account, name, f"{doing.removesuffix('_COMPLETE')}_COMPLETE")
        if "ROLLBACK" in status.name:  # What failed is said once. Running again goes on.
            with pytest.raises(StepError, match=r"rolled it back|as it was before|ended as"):
                await running
            return (await brought(door, may_lose=True))[0]
    return (await running)[0]


async def topic_ids(door: Door) -> set[str]:
    return {topic["TopicArn"] for topic in await door.pages("sns", "list_topics", "Topics")}


@dataclass(frozen=True)
class Met:
    """What the commands do in each status, by its name. One site has a stack in every status."""

    seen: dict[str, Observation]
    """What `status` says of the stack."""
    ways: dict[str, list[str]]
    """What `diagnose` says to do next."""
    waited: set[str]
    """The statuses in which `destroy` waited for an operation."""
    outcomes: list[Outcome]
    left: list[str]
    """The stacks that `destroy` left."""


@pytest.fixture(scope="module")
def met(own_account: Account) -> Met:
    async def meet() -> Met:
        async with opened(clients.owner(own_account)) as door:
            halves = [list(STATUSES)[:12], list(STATUSES)[12:]]
            return merged([await met_half(own_account, door, half) for half in halves])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(step_actions, "_PAUSES", (0.0,))
        return asyncio.run(meet())


def merged(halves: list[Met]) -> Met:
    one, other = halves
    return Met(
        one.seen | other.seen,
        one.ways | other.ways,
        one.waited | other.waited,
        one.outcomes + other.outcomes,
        one.left + other.left,
    )


async def met_half(account: Account, door: Door, names: list[str]) -> Met:
    await record.write(door, site_named(SITE), "123456789012")
    parts = dict(zip(names, (item.id for item in CATALOGUE), strict=False))
    for name, part in parts.items():
        await in_status(account, door, STATUSES[name], part)
    deployed = await DeployedSite.open(door, SITE)
    observed = await observe(deployed)
    seen = {name: probe.judge(observed, part) for name, part in parts.items()}
    found = await examine(deployed)
    ways: dict[str, list[str]] = {name: [] for name in names}
    status_of_stack = {stack_name(SITE, part): name for name, part in parts.items()}
    for cause in found.causes:
        for evidence in (*cause.evidence, *cause.effects):
            if name := status_of_stack.get(evidence.stack):
                ways[name] += [cause.next, evidence.facts.get("then", "")]
    waited: set[str] = set()

    def end(event: Event) -> None:
        """End an operation of another run once `destroy` waits for it."""
        name = next((n for n, part in parts.items() if part == event.step), "")
        if event.reason.startswith("Waiting for the operation in progress") and name not in waited:
            waited.add(name)
            put_stack(account, stack_name(SITE, event.step), "UPDATE_COMPLETE")

    running = asyncio.ensure_future(destroy(SITE, door, end, delete_data=True))
    if part := parts.get("DELETE_IN_PROGRESS"):
        await asyncio.sleep(0.5)
        assert not running.done()
        waited.add("DELETE_IN_PROGRESS")
        put_stack(account, stack_name(SITE, part), "DELETE_FAILED")
    outcome = await running
    left = [name for name, part in parts.items() if await at(door, part)]
    return Met(seen, ways, waited, [outcome], left)


async def at(door: Door, part: str) -> Stack | None:
    return await SiteStacks(SITE, door).find(part)


@EACH
def test_status_says_what_each_status_means_and_what_to_do(met: Met, status: StackStatus) -> None:
    seen = met.seen[status.name]
    assert seen.severity is status.severity
    if status.name == stack.DELETED:  # Without a stack nobody knows that it had one.
        assert "is missing. Run solarrally deploy FILE again." in seen.line
    elif status.severity is not Severity.OK:
        assert status.next in seen.line
        assert status.name in seen.line


@EACH
def test_diagnose_names_the_way_on_from_each_status(met: Met, status: StackStatus) -> None:
    ways = met.ways[status.name]
    if status.severity is Severity.OK:
        assert ways == []
    else:
        wanted = "solarrally deploy" if status.name == stack.DELETED else status.next
        assert any(wanted in way for way in ways), ways


@EACH
def test_destroy_ends_from_each_status(met: Met, status: StackStatus) -> None:
    assert all(outcome.exit_code is Exit.OK for outcome in met.outcomes), met.outcomes
    assert status.name not in met.left
    waits = status.destroy in {Destroying.WAITS, Destroying.JOINS}
    assert (status.name in met.waited) is waits


async def test_a_rollback_that_fails_again_names_what_may_be_left(
    own_account: Account, own_door: Door
) -> None:
    created = await made(own_door, TOPIC | BUCKET)
    put_stack(own_account, created.name, "UPDATE_ROLLBACK_FAILED", {"Topic": WORDS})
    with fault(own_account, kind="resource", target="iot/Topic", message=WORDS):
        with pytest.raises(StepError) as failed:
            await brought(own_door)
        assert failed.value.stuck == ("iot/Topic",)
        assert WORDS in failed.value.plain.why
        assert "--leave iot/Topic" in failed.value.plain.next
        skipped, _ = await brought(own_door, leave=frozenset({"Topic", "Unknown"}))
    (warning,) = skipped.warnings
    assert "Topic of solarrally-statuses-iot was not rolled back" in warning.what
    await deleted(own_door)


async def test_a_failed_update_that_created_data_is_rolled_back_only_when_asked(
    own_account: Account, own_door: Door
) -> None:
    created = await made(own_door, TOPIC)
    log_group = {"Log": {"Type": "AWS::Logs::LogGroup", "DependsOn": "Kept"}}

    async def settled() -> Stack | None:
        now = await stack.find(own_door, created.name, HOME)
        return now if now and now.status == "UPDATE_FAILED" else None

    with fault(own_account, kind="resource", target="iot/Log", message=WORDS):
        await own_door.call(
            "cloudformation",
            "update_stack",
            StackName=created.name,
            TemplateBody=json.dumps({"Resources": TOPIC | BUCKET | log_group}),
            DisableRollback=True,
        )
        await poll(settled, every=0.15, limit=30.0)
    with pytest.raises(StepError) as refused:
        await brought(own_door, TOPIC)
    assert refused.value.exit_code is Exit.REFUSED
    assert "would lose data" in refused.value.plain.what
    rolled_back, _ = await brought(own_door, TOPIC, may_lose=True)
    assert rolled_back.stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert await own_door.pages("s3", "list_buckets", "Buckets") == []
    await deleted(own_door)


async def test_destroy_ends_where_a_bucket_may_not_be_emptied(
    own_account: Account, own_door: Door
) -> None:
    """As where a policy of somebody else denies it: without the way on, destroy would never end."""
    await made(own_door, TOPIC | BUCKET)
    (bucket,) = await SiteStacks(SITE, own_door).resource_ids("iot", "AWS::S3::Bucket")
    await own_door.call("s3", "put_object", Bucket=bucket, Key="k", Body=b"x")
    with fault(own_account, kind="refuse", target="s3.DeleteObjects"):
        stuck, _ = await destroyed(own_door)
        assert stuck.stuck == ("iot/Kept",)
        assert stuck.cause
        assert bucket in stuck.cause.what
        assert "--leave iot/Kept" in stuck.cause.next
        left = frozenset({"iot/Kept"})
        gone = await destroy(SITE, own_door, Heard().append, delete_data=False, leave=left)
    assert gone.exit_code is Exit.OK, gone.cause
    assert bucket in gone.warnings[0].what
    await buckets.delete(own_door, bucket)


async def test_destroy_leaves_what_is_named_and_only_that(
    own_account: Account, own_door: Door
) -> None:
    await made(own_door, TOPIC | BUCKET)
    words = "The topic has a policy that denies its deletion."
    with fault(own_account, kind="deletion", target="iot/Topic", message=words):
        stuck, _ = await destroyed(own_door)
        assert stuck.exit_code is Exit.FAILED
        assert stuck.stuck == ("iot/Topic",)
        assert stuck.cause
        assert words in stuck.cause.why
        assert "--leave iot/Topic" in stuck.cause.next
        gone, _ = await destroyed(own_door, frozenset({"iot/Topic"}))
    assert gone.exit_code is Exit.OK, gone.cause
    (warning,) = gone.warnings
    assert "you chose to leave it" in warning.what
    (arn,) = await topic_ids(own_door)
    assert arn in warning.what
    assert await own_door.pages("s3", "list_buckets", "Buckets") == []
    await own_door.call("sns", "delete_topic", TopicArn=arn)
