"""The role that CloudFormation works with: made, looked at, used, repaired and removed."""

import asyncio
import json
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.blueprints import of_shape
from solarrally_tui.deployed import record
from solarrally_tui.policy import service_role as permissions
from solarrally_tui.policy.scope import Scope
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.provisioning.deployment.step_graph import deployment
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.identities import managed_policy
from solarrally_tui.provisioning.identities.service_role import ServiceRole
from solarrally_tui.provisioning.teardown.destroy import destroy
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.model import Site
from solarrally_tui.site.names import SITE_TAG, stack_name
from solarrally_tui.site.tiers import Shape
from tests.provisioning.engine_setup import (
    Heard,
    StandingSite,
    deployed,
    fault,
    site_named,
    speed,
)

ROLE = "arn:aws:iam::{}:role/solarrally-{}-cloudformation"


async def roles_of_stacks(site: Site, door: Door) -> dict[str, str]:
    """The role of every stack of a site, as CloudFormation tells it."""
    found = {}
    for item in of_shape(site.size.shape):
        region = None if item.region == "home" else item.region
        response = await door.call(
            "cloudformation", "describe_stacks", region, StackName=stack_name(site.name, item.id)
        )
        found[item.id] = response["Stacks"][0].get("RoleARN", "")
    return found


async def of_site(site: str, door: Door) -> set[str]:
    """Roles and managed policies that carry a site's name."""
    roles = await door.pages("iam", "list_roles", "Roles")
    policies = await door.pages("iam", "list_policies", "Policies", Scope="Local")
    names = {item["RoleName"] for item in roles} | {item["PolicyName"] for item in policies}
    return {name for name in names if name.startswith(f"solarrally-{site}-")}


async def attached_to(site: str, door: Door) -> dict[str, Any]:
    """Name and document in force of every policy of the role."""
    name, found = f"solarrally-{site}-cloudformation", {}
    for item in await door.pages(
        "iam", "list_attached_role_policies", "AttachedPolicies", RoleName=name
    ):
        response = await door.call("iam", "get_policy", PolicyArn=item["PolicyArn"])
        version = await door.call(
            "iam",
            "get_policy_version",
            PolicyArn=item["PolicyArn"],
            VersionId=response["Policy"]["DefaultVersionId"],
        )
        found[item["PolicyName"]] = version["PolicyVersion"]["Document"]
    return found


def wanted_of(site: str, account: str, boundary: str = "") -> dict[str, Any]:
    created = permissions.policies(Scope(site, "aws", account, "us-east-1", boundary=boundary))
    return {policy.name: json.loads(json.dumps(policy.document)) for policy in created}


async def account_of(door: Door) -> str:
    return (await door.identity()).account


async def test_all_stacks_but_the_first_are_deployed_with_the_role(
    standing: StandingSite, door: Door
) -> None:
    role = ROLE.format(await account_of(door), "engine-home")
    found = await roles_of_stacks(standing.site, door)
    stacks = of_shape(standing.site.size.shape)
    assert found == {item.id: "" if item.id == "bootstrap" else role for item in stacks}
    assert standing.heard.last("service-role").state is State.DONE


async def test_the_role_has_the_generated_policies_and_trusts_cloudformation(
    standing: StandingSite, door: Door
) -> None:
    response = await door.call("iam", "get_role", RoleName="solarrally-engine-home-cloudformation")
    assert response["Role"]["AssumeRolePolicyDocument"] == permissions.TRUST
    assert response["Role"]["Tags"] == [{"Key": "solarrally:site", "Value": "engine-home"}]
    wanted = wanted_of("engine-home", await account_of(door))
    assert 1 < len(wanted) <= 10
    assert await attached_to("engine-home", door) == wanted


@pytest.mark.parametrize("shape", list(Shape))
def test_nothing_but_the_first_stack_begins_before_the_role_is_there(shape: Shape) -> None:
    needs = {step.id: step.needs for step in deployment(shape).steps}
    for item in of_shape(shape):
        assert ({"service-role", "bootstrap"} <= needs[item.id]) is (item.id != "bootstrap")


async def test_a_role_that_was_tampered_with_is_put_right(own_door: Door, own_owner: Door) -> None:
    own = await ServiceRole.of(own_door, "tampered")
    account, name = await account_of(own_door), own.role.name
    first = await own.ensure("")
    assert set(first) == {name, *wanted_of("tampered", account)}
    assert await own.ensure("") == ()

    stem = f"arn:aws:iam::{account}:policy/{name}"
    deny = {"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}
    nothing = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    tags = [{"Key": SITE_TAG, "Value": "tampered"}]
    await own_owner.call("iam", "detach_role_policy", RoleName=name, PolicyArn=f"{stem}-1")
    await own_owner.call(
        "iam", "create_policy", PolicyName=f"{name}-9", PolicyDocument=nothing, Tags=tags
    )
    await own_owner.call("iam", "attach_role_policy", RoleName=name, PolicyArn=f"{stem}-9")
    other = json.loads(json.dumps(permissions.TRUST).replace("cloudformation", "ec2"))
    await own_owner.call(
        "iam", "update_assume_role_policy", RoleName=name, PolicyDocument=json.dumps(other)
    )
    for _ in range(4):
        await own_owner.call(
            "iam",
            "create_policy_version",
            PolicyArn=f"{stem}-2",
            PolicyDocument=nothing,
            SetAsDefault=True,
        )
    bound = f"arn:aws:iam::{account}:policy/{name}-1"
    narrower, plain = wanted_of("tampered", account, bound), wanted_of("tampered", account)
    narrowed = {each for each in narrower if narrower[each] != plain[each]}
    assert narrowed
    assert set(await own.ensure(bound)) == {name, f"{name}-2", *narrowed}
    assert await attached_to("tampered", own_door) == narrower
    response = await own_owner.call("iam", "get_role", RoleName=name)
    assert response["Role"]["AssumeRolePolicyDocument"] == permissions.TRUST
    assert response["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == bound
    versions = await own_owner.pages(
        "iam", "list_policy_versions", "Versions", PolicyArn=f"{stem}-2"
    )
    assert len(versions) == managed_policy.MOST_VERSIONS
    assert await own.ensure(None) == ()
    assert set(await own.ensure("")) == {name, *narrowed}
    assert await own.delete()
    assert not await own.delete()
    assert await of_site("tampered", own_owner) == set()


async def test_two_runs_make_one_role(own_door: Door) -> None:
    own = await ServiceRole.of(own_door, "at-once")
    await asyncio.gather(own.ensure(""), own.ensure(""))
    assert await attached_to("at-once", own_door) == wanted_of(
        "at-once", await account_of(own_door)
    )
    assert await own.delete()


async def test_a_role_that_is_not_known_everywhere_yet_is_waited_for(
    account: Account, standing: StandingSite, door: Door
) -> None:
    words = f"Role {ROLE.format('1', 'engine-home')} is invalid or cannot be assumed"
    with fault(
        account,
        kind="refuse",
        target="cloudformation.CreateChangeSet",
        code="ValidationError",
        message=words,
        times=3,
    ):
        outcome, _ = await deployed(standing.site, door)
    assert (outcome.exit_code, outcome.changed) == (Exit.OK, False), outcome.cause


async def test_without_rights_to_write_iam_the_way_without_the_role_is_named(
    account: Account, door: Door
) -> None:
    with fault(account, kind="refuse", target="iam.CreateRole"):
        outcome, heard = await deployed(site_named("no-iam"), door)
    assert outcome.exit_code is Exit.FAILED
    assert outcome.cause
    assert "governance.service_role = false" in outcome.cause.next
    assert heard.last("network").state is State.WAITING


@pytest.mark.torture
async def test_a_site_without_the_role_takes_it_later_and_goes_when_somebody_deleted_it(
    own_owner: Door,
) -> None:
    # Without the role CloudFormation does what its caller may: more than the policy prints.
    without = site_named("on-its-own", governance={"service_role": False})
    outcome, heard = await deployed(without, own_owner)
    assert outcome.exit_code is Exit.OK, outcome.cause
    assert heard.last("service-role").state is State.UNCHANGED
    assert set((await roles_of_stacks(without, own_owner)).values()) == {""}
    name = "solarrally-on-its-own-cloudformation"
    assert name not in await of_site("on-its-own", own_owner)

    later, _ = await deployed(site_named("on-its-own", size={"log_retention_days": 60}), own_owner)
    assert later.exit_code is Exit.OK, later.cause
    found = await roles_of_stacks(without, own_owner)
    assert found["app"] == ROLE.format(await account_of(own_owner), "on-its-own")
    assert found["network"] == found["bootstrap"] == ""

    assert await (await ServiceRole.of(own_owner, "on-its-own")).delete()
    heard = Heard()
    gone = await destroy("on-its-own", own_owner, heard.append, delete_data=True)
    assert gone.exit_code is Exit.OK, gone.cause
    assert heard.last("service-role-check").state is State.DONE
    assert await of_site("on-its-own", own_owner) == set()


async def test_a_role_alone_is_found_and_removed(own_door: Door, own_owner: Door) -> None:
    await own_owner.call(
        "iam",
        "create_role",
        RoleName="solarrally-half-role-cloudformation",
        AssumeRolePolicyDocument=json.dumps(permissions.TRUST),
        Tags=[{"Key": SITE_TAG, "Value": "half-role"}],
    )
    assert "half-role" not in await record.names(own_door)
    gone = await destroy("half-role", own_door, Heard().append, delete_data=False)
    assert (gone.exit_code, gone.changed) == (Exit.OK, True)
    assert await of_site("half-role", own_owner) == set()


@pytest.mark.torture
async def test_cloudformation_continues_when_the_session_ends(account: Account, door: Door) -> None:
    site, heard = site_named("long-haul"), Heard()
    speed(account, "300")
    try:
        run = asyncio.ensure_future(deploy(site, door, heard.append))
        while not any(e.step == "data" and e.resource == "Database" for e in heard):
            await asyncio.sleep(0.05)
            assert not run.done(), run.result()
        with fault(account, kind="refuse", target="*", code="ExpiredToken", message="It is over"):
            outcome = await run
            speed(account, "instant")
        assert outcome.exit_code is Exit.OUT_OF_SIGHT
        assert outcome.cause
        assert "AWS continues" in outcome.cause.what
        again, heard = await deployed(site, door)
    finally:
        speed(account, "instant")
    assert again.exit_code is Exit.OK, again.cause
    assert heard.last("network").state is State.UNCHANGED
    assert set((await roles_of_stacks(site, door)).values()) == {
        "",
        ROLE.format(await account_of(door), "long-haul"),
    }


async def test_a_site_whose_policies_would_reach_another_site_is_refused(
    standing: StandingSite, door: Door
) -> None:
    outcome, _ = await deployed(site_named("engine-home-data"), door)
    assert outcome.exit_code is Exit.REFUSED
    assert outcome.cause
    assert "engine-home-data and engine-home" in outcome.cause.what
    assert "engine-home-data" not in await record.names(door)


async def test_the_role_writes_records_in_the_zones_of_its_site_only(own_door: Door) -> None:
    own = await ServiceRole.of(own_door, "zoned")
    await own.ensure("", ["Z2", "Z1"])
    reached = [
        statement["Resource"]
        for document in (await attached_to("zoned", own_door)).values()
        for statement in document["Statement"]
        if "route53:ChangeResourceRecordSets" in statement.get("Action", ())
    ]
    assert reached == [["arn:aws:route53:::hostedzone/Z1", "arn:aws:route53:::hostedzone/Z2"]]
    assert await own.delete()
