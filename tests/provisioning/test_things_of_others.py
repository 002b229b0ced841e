"""What has a name of a site but is not its own is refused by name, and stays as it is."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.poll import poll
from solarrally_tui.commands.plan import Options, run
from solarrally_tui.commands.shared.guard import guarded
from solarrally_tui.deployed import record, stack
from solarrally_tui.deployed.device_keys import new_key
from solarrally_tui.deployed.ownership import ForeignResourceError
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.diagnosis.examine import examine
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.provisioning.identities.service_role import ServiceRole
from solarrally_tui.provisioning.operations.dump_import import import_dump
from solarrally_tui.provisioning.operations.rotation import rotate
from solarrally_tui.provisioning.preview.preview import preview
from solarrally_tui.provisioning.teardown.destroy import destroy
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.names import SITE_TAG, device_policy, stack_name, thing_group
from tests.provisioning.engine_setup import DUMP, Heard, deployed, seen, site_named

TOPIC = {"Type": "AWS::SNS::Topic"}
FAILS = {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 8}}
"""CloudWatch Logs knows no such retention."""

HOME = "us-east-1"


async def create(
    door: Door, site: str, stack_id: str, *resources: dict[str, Any], **more: Any
) -> stack.Stack:
    """Create a stack with a name of the site, as somebody else would: without its tag."""
    name = stack_name(site, stack_id)
    body = {f"R{n}": resource for n, resource in enumerate(resources or (TOPIC,))}
    template = json.dumps({"Resources": body})
    await door.call("cloudformation", "create_stack", StackName=name, TemplateBody=template, **more)

    async def settled() -> stack.Stack | None:
        now = await stack.find(door, name, HOME)
        return now if now and not now.busy else None

    return await poll(settled, every=0.1, limit=30.0)


async def topics(door: Door) -> int:
    return len(await door.pages("sns", "list_topics", "Topics"))


async def destroyed(name: str, door: Door) -> Outcome:
    return await destroy(name, door, Heard().append, delete_data=True)


def assert_refused(outcome: Outcome, what: str) -> None:
    assert outcome.exit_code is Exit.REFUSED, outcome
    assert outcome.cause
    assert what in outcome.cause.what
    assert SITE_TAG in outcome.cause.why
    assert outcome.cause.next


@pytest.mark.parametrize("tags", [[], [{"Key": SITE_TAG, "Value": "another"}]])
@pytest.mark.parametrize("resources", [(TOPIC,), (TOPIC, FAILS)])
async def test_a_foreign_stack_is_refused_before_anything_is_done(
    own_door: Door,
    own_owner: Door,
    resources: tuple[dict[str, Any], ...],
    tags: list[dict[str, str]],
) -> None:
    foreign = await create(own_owner, "taken", "network", *resources, Tags=tags)
    count = await topics(own_owner)
    for outcome in (
        (await deployed(site_named("taken"), own_door))[0],
        await destroyed("taken", own_door),
    ):
        assert_refused(outcome, f"stack {foreign.name} in {HOME}")
    with pytest.raises(ForeignResourceError, match=foreign.name):
        await preview(site_named("taken"), own_door)
    assert await stack.find(own_door, foreign.name, HOME) == foreign
    assert await topics(own_owner) == count
    assert await record.names(own_door) == ()
    await own_owner.call("cloudformation", "delete_stack", StackName=foreign.name)


async def test_a_foreign_stack_is_named_by_status_rotate_and_import(
    own_door: Door, own_owner: Door, tmp_path: Path
) -> None:
    await record.write(own_door, site_named("taken"), "123456789012")
    foreign = await create(own_owner, "taken", "data")
    dump = tmp_path / "dump.sql"
    dump.write_text(DUMP)
    for outcome in (
        await rotate("taken", own_door, Heard().append),
        await import_dump("taken", dump, own_door, Heard().append),
    ):
        assert_refused(outcome, foreign.name)
    stacks = (await seen("taken", own_door))["stacks"]
    assert stacks.severity is Severity.FAIL
    assert f"{foreign.name} in {HOME} does not belong to the site" in stacks.line
    told = (await examine(await DeployedSite.open(own_door, "taken"))).causes
    words = [e.words for cause in told for e in (*cause.evidence, *cause.effects)]
    assert any(f"{foreign.name} in {HOME} does not belong to the site" in each for each in words)
    await own_owner.call("cloudformation", "delete_stack", StackName=foreign.name)
    await record.delete(own_door, "taken")


async def test_plan_ends_with_the_status_of_a_refusal(
    own_account: Account,
    own_door: Door,
    own_owner: Door,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    foreign = await create(own_owner, "taken", "iot")
    file = tmp_path / "site.toml"
    file.write_text('name="taken"\nregion="us-east-1"\ntier="small"\n[alerts]\nemail="a@b.example"')
    for name, value in own_account.environment.items():
        monkeypatch.setenv(name, value)
    options = Options(profile=None, credentials=None, read_only=True, file=file, json=False)
    ended = await asyncio.to_thread(guarded, lambda: run(options), as_json=False)
    assert ended == Exit.REFUSED
    assert f"{foreign.name} in {HOME} does not belong to the site taken" in capsys.readouterr().err
    await own_owner.call("cloudformation", "delete_stack", StackName=foreign.name)


@pytest.mark.parametrize("tag", ["", "another"])
async def test_a_shell_of_others_is_refused(own_door: Door, own_owner: Door, tag: str) -> None:
    name = stack_name("taken", "network")
    await own_owner.call(
        "cloudformation",
        "create_change_set",
        StackName=name,
        ChangeSetName="theirs",
        ChangeSetType="CREATE",
        TemplateBody=json.dumps({"Resources": {"Topic": TOPIC}}),
        Tags=[{"Key": SITE_TAG, "Value": tag}] if tag else [],
    )
    for outcome in (
        (await deployed(site_named("taken"), own_door))[0],
        await destroyed("taken", own_door),
    ):
        assert_refused(outcome, name)
    assert await stack.find(own_door, name, HOME)
    await own_owner.call("cloudformation", "delete_stack", StackName=name)


async def test_a_foreign_service_role_is_refused(own_door: Door, own_owner: Door) -> None:
    name = "solarrally-taken-cloudformation"
    policy = {"Version": "2012-10-17", "Statement": []}
    await own_owner.call(
        "iam", "create_role", RoleName=name, AssumeRolePolicyDocument=json.dumps(policy)
    )
    for outcome in (
        (await deployed(site_named("taken"), own_door))[0],
        await destroyed("taken", own_door),
    ):
        assert_refused(outcome, f"role {name}")
    assert await own_owner.find("iam", "get_role", RoleName=name)
    assert await record.names(own_door) == ()
    await own_owner.call("iam", "delete_role", RoleName=name)


@pytest.mark.torture
async def test_a_stack_that_still_has_resources_is_not_deleted_unasked(
    own_door: Door, own_owner: Door
) -> None:
    own = {"Tags": [{"Key": SITE_TAG, "Value": "halted"}], "OnFailure": "DO_NOTHING"}
    left = await create(own_owner, "halted", "bootstrap", TOPIC, FAILS | {"DependsOn": "R0"}, **own)
    assert left.status == "CREATE_FAILED"
    site, count = site_named("halted"), await topics(own_owner)

    plan = await preview(site, own_door)
    assert [(change.stack, change.type) for change in plan.dangers] == [
        ("bootstrap", TOPIC["Type"])
    ]
    outcome, heard = await deployed(site, own_door)
    assert outcome.exit_code is Exit.REFUSED
    assert outcome.cause
    assert f"{left.name} is in CREATE_FAILED" in outcome.cause.what
    assert "--confirm-replacement halted" in outcome.cause.next
    assert await stack.find(own_door, left.name, HOME) == left
    assert await topics(own_owner) == count

    agreed = await deploy(site, own_door, heard.append, confirmed="halted")
    assert agreed.exit_code is Exit.OK, agreed.cause
    assert (await preview(site, own_door)).dangers == ()
    gone = await destroyed("halted", own_door)
    assert gone.exit_code is Exit.OK, gone.cause


async def test_destroy_leaves_things_certificates_and_logs_of_others(
    own_door: Door, own_owner: Door
) -> None:
    await record.write(own_door, site_named("taken"), "123456789012")
    await own_owner.call("iot", "create_thing_group", thingGroupName=thing_group("taken"))
    await own_owner.call(
        "iot",
        "create_policy",
        policyName=device_policy("taken"),
        policyDocument=json.dumps({"Version": "2012-10-17", "Statement": []}),
    )
    signing_request = new_key("pump").signing_request
    certificate = await own_owner.call(
        "iot", "create_certificate_from_csr", certificateSigningRequest=signing_request
    )
    arn = certificate["certificateArn"]
    await own_owner.call("iot", "attach_policy", policyName=device_policy("taken"), target=arn)
    for thing in ("pump-1", "pump-2"):
        attributes = {"attributes": {"site": "taken"}}
        await own_owner.call("iot", "create_thing", thingName=thing, attributePayload=attributes)
    await own_owner.call(
        "iot", "add_thing_to_thing_group", thingGroupName=thing_group("taken"), thingName="pump-2"
    )
    foreign = await create(own_owner, "taken", "app", {"Type": "AWS::ECS::Cluster"})
    (cluster,) = await stack.resources(own_door, foreign.id, HOME)
    log_group = f"/aws/ecs/containerinsights/{cluster.physical_id}/performance"
    await own_owner.call("logs", "create_log_group", logGroupName=log_group)
    await own_owner.call("cloudformation", "delete_stack", StackName=foreign.name)

    gone = await destroyed("taken", own_door)
    assert gone.exit_code is Exit.OK, gone.cause
    things = await own_owner.pages("iot", "list_things", "things")
    assert {thing["thingName"] for thing in things} == {"pump-1", "pump-2"}
    assert len(await own_owner.pages("iot", "list_certificates", "certificates")) == 1
    groups = await own_owner.pages(
        "logs", "describe_log_groups", "logGroups", logGroupNamePrefix=log_group
    )
    assert len(groups) == 1


async def test_a_foreign_policy_stays(own_door: Door, own_owner: Door) -> None:
    name = "solarrally-taken-cloudformation-1"
    allow = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    policy = await own_owner.call("iam", "create_policy", PolicyName=name, PolicyDocument=document)
    role = await ServiceRole.of(own_door, "taken")
    with pytest.raises(ForeignResourceError, match=f"policy {name}"):
        await role.ensure(None)
    with pytest.raises(ForeignResourceError, match=f"policy {name}"):
        await role.delete()
    arn = policy["Policy"]["Arn"]
    response = await own_owner.call("iam", "get_policy", PolicyArn=arn)
    assert response["Policy"]["DefaultVersionId"] == "v1"
    await own_owner.call("iam", "delete_policy", PolicyArn=arn)
    await role.delete()
