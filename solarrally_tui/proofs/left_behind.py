"""Finds and deletes what experiments have created, by name, path or attribute. Nothing else."""

from collections.abc import Iterable
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Kind, tolerate
from solarrally_tui.chargers import certificates
from solarrally_tui.deployed import device_certificates
from solarrally_tui.proofs.bench import ATTRIBUTE, PATH
from solarrally_tui.site.names import PROOF

DEVICE: Final = "proof"
"""Common name in the subject of their certificates."""


async def remove(door: Door) -> tuple[str, ...]:
    """Delete what experiments have left in the door's Region and in IAM; return what there was.

    Raises AwsError and StillWaitingError; running it again continues.
    """
    return (
        *await _devices(door),
        *await _rules(door),
        *await _stacks(door),
        *await _log_groups(door),
        *await _parameters(door),
        *await _roles(door),
        *await _policies(door),
    )


async def _devices(door: Door) -> list[str]:
    """Delete things, certificates and policies of AWS IoT. Without a policy none can connect."""
    found: list[str] = []
    issued: set[str] = set()
    for policy in await door.pages("iot", "list_policies", "policies"):
        name = str(policy["policyName"])
        if name.startswith(PROOF):
            targets = await door.pages("iot", "list_targets_for_policy", "targets", policyName=name)
            for target in targets:
                await door.call("iot", "detach_policy", policyName=name, target=target)
            issued |= set(targets)
            await door.find("iot", "delete_policy", policyName=name)
            found.append(f"policy {name} of AWS IoT")
    for thing in await door.pages(
        "iot", "list_things", "things", attributeName=ATTRIBUTE, attributeValue="true"
    ):
        name = str(thing["thingName"])
        if name.startswith(PROOF):
            attached = await door.call("iot", "list_thing_principals", thingName=name)
            for arn in attached["principals"]:
                await door.call("iot", "detach_thing_principal", thingName=name, principal=arn)
                issued.add(arn)
            await certificates.delete_thing(name, door)
            found.append(f"thing {name}")
    issued |= set(await device_certificates.left_behind(PROOF, door, DEVICE))
    for arn in sorted(issued):
        await certificates.delete(arn, door)
        found.append(f"certificate {arn.rpartition('/')[2][:8]}")
    return found


async def _rules(door: Door) -> list[str]:
    names = [
        str(rule["ruleName"])
        for rule in await door.pages("iot", "list_topic_rules", "rules")
        if str(rule["ruleName"]).startswith(PROOF.replace("-", "_"))
    ]
    for name in names:
        await door.find("iot", "delete_topic_rule", ruleName=name)
    return _named("rule", names)


async def _stacks(door: Door) -> list[str]:
    stacks = await door.pages("cloudformation", "describe_stacks", "Stacks")
    names = [str(s["StackName"]) for s in stacks if str(s["StackName"]).startswith(PROOF)]
    for name in names:
        await door.call("cloudformation", "delete_stack", StackName=name)
    return _named("stack", names)


async def _log_groups(door: Door) -> list[str]:
    groups = await door.pages("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=PROOF)
    names = [name for group in groups if (name := str(group["logGroupName"])).startswith(PROOF)]
    for name in names:
        await door.find("logs", "delete_log_group", logGroupName=name)
    return _named("log group", names)


async def _parameters(door: Door) -> list[str]:
    listed = await door.pages("ssm", "get_parameters_by_path", "Parameters", Path=PATH.rstrip("/"))
    names = [name for one in listed if (name := str(one["Name"])).startswith(PATH)]
    for name in names:
        await door.find("ssm", "delete_parameter", Name=name)
    return _named("parameter", names)


async def _roles(door: Door) -> list[str]:
    roles = await door.pages("iam", "list_roles", "Roles", PathPrefix=PATH)
    # A store of roles that does not know paths would return all: only ours are deleted.
    names = [str(role["RoleName"]) for role in roles if role["Path"] == PATH]
    for name in names:
        with tolerate(Kind.NOT_FOUND):
            for policy in await door.pages(
                "iam", "list_role_policies", "PolicyNames", RoleName=name
            ):
                await door.call("iam", "delete_role_policy", RoleName=name, PolicyName=policy)
            for one in await door.pages(
                "iam", "list_attached_role_policies", "AttachedPolicies", RoleName=name
            ):
                await door.call(
                    "iam", "detach_role_policy", RoleName=name, PolicyArn=one["PolicyArn"]
                )
            await door.call("iam", "delete_role", RoleName=name)
    return _named("role", names)


async def _policies(door: Door) -> list[str]:
    listed = await door.pages(
        "iam", "list_policies", "Policies", Scope="Local", PathPrefix=PATH, OnlyAttached=False
    )
    ours = [one for one in listed if one["Path"] == PATH]
    for one in ours:
        await door.find("iam", "delete_policy", PolicyArn=one["Arn"])
    return _named("policy", [str(one["PolicyName"]) for one in ours])


def _named(kind: str, names: Iterable[str]) -> list[str]:
    return [f"{kind} {name}" for name in names]
