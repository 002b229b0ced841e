"""Checks of AWS IoT: the bridge's certificate and the chargers."""

from collections.abc import AsyncIterator
from typing import Final

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.health.observed_site import ObservedSite
from solarrally_tui.health.report import Observation, fail, ok, warn

_INDEX: Final = "AWS_Things"
_ACTIVE: Final = "ACTIVE"
_RESULTS_A_CALL: Final = 100


async def bridge(observed: ObservedSite) -> Observation:
    """Judge whether the certificate that the tasks' MQTT bridges share is active.

    It is found by its policy, so that nobody needs to read the secret with its key.
    """
    certificates = await _certificates(observed, observed.output("iot", "BridgePolicyName"))
    if not certificates:
        return fail("No certificate carries the bridge's policy. Telemetry cannot arrive.")
    responses = [
        await observed.door.find("iot", "describe_certificate", certificateId=identifier)
        for identifier in certificates
    ]
    states = [r["certificateDescription"]["status"] if r else "deleted" for r in responses]
    inactive = [state for state in states if state != _ACTIVE]
    if len(inactive) == len(states):
        return fail(f"The bridge's certificate is {inactive[0]}. Telemetry cannot arrive.")
    if inactive:
        return warn(f"{len(inactive)} of {len(states)} bridge certificates are not active.")
    return ok("The bridge's certificate is active.")


async def chargers(observed: ObservedSite) -> Observation:
    """Judge whether every charger has an active certificate, and count who is connected now."""
    group = observed.output("iot", "ThingGroupName")
    things = await observed.door.pages(
        "iot", "list_things_in_thing_group", "things", thingGroupName=group
    )
    if not things:
        return ok("No chargers yet.")
    carrying = await _certificates(observed, observed.output("iot", "DevicePolicyName"))
    listed = await observed.door.pages("iot", "list_certificates", "certificates")
    active = {item["certificateId"] for item in listed if item["status"] == _ACTIVE}
    missing = len(things) - len(active.intersection(carrying))
    total = "1 charger" if len(things) == 1 else f"{len(things)} chargers"
    count = f"{total}, {await _connected(observed, set(things))}."
    if missing > 0:
        return warn(f"{count} {missing} without an active certificate.")
    return ok(count)


async def _connected(observed: ObservedSite, things: set[str]) -> str:
    """Return in words how many are connected, from the fleet index, which lags by seconds."""
    query = f'attributes.site:"{observed.site.name}" AND connectivity.connected:true'
    try:
        connected = [name async for name in _search(observed, query)]
    except AwsError as error:
        return f"connections unknown ({error.code})"
    return f"{len(things.intersection(connected))} connected now"


async def _search(observed: ObservedSite, query: str) -> AsyncIterator[str]:
    """Yield the names of the things that match a query of the fleet index."""
    token: dict[str, str] = {}
    while True:
        # boto3 has no paginator for SearchIndex.
        response = await observed.door.call(
            "iot",
            "search_index",
            indexName=_INDEX,
            queryString=query,
            maxResults=_RESULTS_A_CALL,
            **token,
        )
        for thing in response["things"]:
            yield thing["thingName"]
        if not response.get("nextToken"):
            return
        token = {"nextToken": response["nextToken"]}


async def _certificates(observed: ObservedSite, policy: str) -> list[str]:
    """Return the ids of the certificates that carry a policy."""
    targets = await observed.door.pages(
        "iot", "list_targets_for_policy", "targets", policyName=policy
    )
    return [arn.rpartition("/")[2] for arn in targets if ":cert/" in arn]
