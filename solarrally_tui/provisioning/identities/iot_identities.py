"""Deletes identities of a site in AWS IoT: of chargers, of claims, and of the bridge.

What a service lists for a filter is looked at once more before it is deleted: one that passed over
the filter would list what other sites have.
"""

from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Kind, tolerate
from solarrally_tui.deployed import device_shadows, migration_policies
from solarrally_tui.deployed.device_certificates import left_behind
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.site.names import (
    CLAIM_OF,
    STANDBY_OF,
    bridge_policy,
    claim_client_prefix,
    claim_policy,
    device_policy,
    job_prefix,
    thing_group,
    thing_type,
    type_group_prefix,
)

_CERTIFICATE: Final = ":cert/"


async def delete_all(stacks: SiteStacks) -> tuple[int, int]:
    """Delete all chargers and certificates of a site; return how many of each.

    Certificates are found by the things that they are attached to and by the site's policies, so
    that one of an interrupted run is found, too. A group or policy with a name of the site that is
    not in its stack is somebody else's. Raises ForeignResourceError and AwsError.
    """
    door = stacks.door
    held: set[str] = set()
    if await stacks.find("iot"):
        held = {r.physical_id for r in await stacks.resources("iot") if not r.is_deleted}
    things = await _things(door, stacks.site, held)
    migration = list(await migration_policies.find(door, stacks.site))
    attached = set(await _certificates(door, stacks.site, things, held))
    attached |= await migration_policies.certificates(door, migration)
    certificates = attached | set(await left_behind(stacks.site, door, of_others=attached))
    for certificate in sorted(certificates):
        await delete_certificate(door, certificate)
    for thing in things:
        await device_shadows.delete_all(thing, door)
        await door.call("iot", "delete_thing", thingName=thing)
    await migration_policies.delete(door, migration)
    for group in await type_groups(door, stacks.site):
        await door.call("iot", "delete_thing_group", thingGroupName=group)
    await _delete_jobs(door, stacks.site)
    return len(things), len(certificates) + await delete_claims(door, stacks.site)


async def delete_standby(door: Door, site: str) -> int:
    """Delete the chargers of a site that are on standby in the door's Region; return how many.

    Those that a recovered site has taken over are its own and stay. Raises AwsError.
    """
    things = await door.pages(
        "iot", "list_things", "things", attributeName=STANDBY_OF, attributeValue=site
    )
    names = [t["thingName"] for t in things if t["attributes"].get(STANDBY_OF) == site]
    for name in names:
        for arn in await _listed(door, "list_thing_principals", "principals", thingName=name):
            await delete_certificate(door, arn)
        await door.call("iot", "delete_thing", thingName=name)
    return len(names)


async def _delete_jobs(door: Door, site: str) -> None:
    """Delete the jobs of a site, also those under way."""
    for job in await door.pages("iot", "list_jobs", "jobs"):
        if job["jobId"].startswith(job_prefix(site)):
            with tolerate(Kind.NOT_FOUND):
                await door.call("iot", "delete_job", jobId=job["jobId"], force=True)


async def delete_claims(door: Door, site: str) -> int:
    """Delete the claims of a site with their certificates; return how many. Raises AwsError."""
    marked = await door.pages(
        "iot", "list_things", "things", attributeName=CLAIM_OF, attributeValue=site
    )
    claims = [
        thing["thingName"]
        for thing in marked
        if thing["thingName"].startswith(claim_client_prefix(site))
    ]
    for claim in claims:
        held = await _listed(door, "list_thing_principals", "principals", thingName=claim)
        for principal in held:
            await delete_certificate(door, principal)
        await door.call("iot", "delete_thing", thingName=claim)
    return len(claims)


async def type_groups(door: Door, site: str) -> list[str]:
    """Return the groups of a site's types of chargers, which `chargers add` creates.

    An operator whose policy is of an older release cannot have created any. Raises AwsError.
    """
    prefix = type_group_prefix(site)
    with tolerate(Kind.DENIED):
        groups = await door.pages(
            "iot", "list_thing_groups", "thingGroups", namePrefixFilter=prefix
        )
        names = (str(group["groupName"]) for group in groups)
        return [name for name in names if name.startswith(prefix)]
    return []


async def delete_certificate(door: Door, arn: str) -> None:
    """Delete a certificate by its ARN; one that does not exist is fine. Raises AwsError.

    Deactivate, detach and delete: AWS IoT refuses to delete what is active or attached. Deactivated
    first, it is found as left_behind where a run is killed in between.
    """
    id_ = arn.partition(_CERTIFICATE)[2]
    with tolerate(Kind.NOT_FOUND):
        await door.call("iot", "update_certificate", certificateId=id_, newStatus="INACTIVE")
        for policy in await _listed(door, "list_attached_policies", "policies", target=arn):
            await door.call("iot", "detach_policy", policyName=policy["policyName"], target=arn)
        for thing in await _listed(door, "list_principal_things", "things", principal=arn):
            await door.call("iot", "detach_thing_principal", thingName=thing, principal=arn)
        await door.call("iot", "delete_certificate", certificateId=id_, forceDelete=True)


async def _things(door: Door, site: str, held: set[str]) -> list[str]:
    group = thing_group(site)
    grouped: list[str] = []
    if group in held:
        grouped = await _listed(door, "list_things_in_thing_group", "things", thingGroupName=group)
    marked = await door.pages(
        "iot", "list_things", "things", attributeName="site", attributeValue=site
    )
    # Others may have things with an attribute of that name and value, but not of our type.
    ours = (thing for thing in marked if thing.get("thingTypeName") == thing_type(site))
    return sorted({*grouped, *(thing["thingName"] for thing in ours)})


async def _certificates(door: Door, site: str, things: list[str], held: set[str]) -> list[str]:
    principals: set[str] = set()
    for thing in things:
        principals.update(
            await _listed(door, "list_thing_principals", "principals", thingName=thing)
        )
    for policy in held & {device_policy(site), bridge_policy(site), claim_policy(site)}:
        principals.update(
            await _listed(door, "list_targets_for_policy", "targets", policyName=policy)
        )
    return sorted(arn for arn in principals if _CERTIFICATE in arn)


async def _listed(door: Door, operation: str, key: str, **params: Any) -> list[Any]:
    """Return what an operation lists; nothing where AWS IoT does not know the thing asked about."""
    with tolerate(Kind.NOT_FOUND):
        return await door.pages("iot", operation, key, **params)
    return []
