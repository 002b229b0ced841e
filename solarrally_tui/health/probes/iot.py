"""Checks of AWS IoT: the bridge's certificate and the chargers."""

from collections.abc import AsyncIterator

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.health.observed_site import ObservedSite
from solarrally_tui.health.report import Observation, fail, ok, warn

_INDEX = "AWS_Things"
_ACTIVE = "ACTIVE"
_RESULTS_A_CALL = 100


async def bridge(observed: ObservedSite) -> Observation:
    """The certificate that the tasks' MQTT bridges share is active.

    Found by its policy, so that nobody needs to read the secret with the key.
    """
    held = await _certificates(observed, observed.output("iot", "BridgePolicyName"))
    if not held:
        return fail("No certificate carries the bridge's policy. Telemetry cannot arrive.")
    states = [await _status(observed, identifier) for identifier in held]
    bad = [state for state in states if state != _ACTIVE]
    if len(bad) == len(states):
        return fail(f"The bridge's certificate is {bad[0]}. Telemetry cannot arrive.")
    if bad:
        return warn(f"{len(bad)} of {len(states)} bridge certificates are not active.")
    return ok("The bridge's certificate is active.")


async def _status(observed: ObservedSite, identifier: str) -> str:
    try:
        answer = await observed.door.call("iot", "describe_certificate", certificateId=identifier)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return "deleted"
        raise
    return str(answer["certificateDescription"]["status"])


async def chargers(observed: ObservedSite) -> Observation:
    """Every charger has an active certificate. Who is connected now stands in the detail."""
    group = observed.output("iot", "ThingGroupName")
    things = await observed.door.pages(
        "iot", "list_things_in_thing_group", "things", thingGroupName=group
    )
    if not things:
        return ok("No chargers yet.")
    held = await _certificates(observed, observed.output("iot", "DevicePolicyName"))
    known = await observed.door.pages("iot", "list_certificates", "certificates")
    active = {each["certificateId"] for each in known if each["status"] == _ACTIVE}
    missing = len(things) - len(active.intersection(held))
    named = "1 charger" if len(things) == 1 else f"{len(things)} chargers"
    count = f"{named}, {await _connected(observed, set(things))}."
    if missing > 0:
        return warn(f"{count} {missing} without an active certificate.")
    return ok(count)


async def _connected(observed: ObservedSite, things: set[str]) -> str:
    """Say how many are connected, from the fleet index; it lags by seconds."""
    query = f'attributes.site:"{observed.site.name}" AND connectivity.connected:true'
    try:
        found = [name async for name in _search(observed, query)]
    except AwsError as error:
        return f"connections unknown ({error.code})"
    return f"{len(things.intersection(found))} connected now"


async def _search(observed: ObservedSite, query: str) -> AsyncIterator[str]:
    """Yield the names of the things that a query of the fleet index finds."""
    more: dict[str, str] = {}
    while True:
        answer = await observed.door.call(
            "iot",
            "search_index",
            indexName=_INDEX,
            queryString=query,
            maxResults=_RESULTS_A_CALL,
            **more,
        )
        for thing in answer["things"]:
            yield thing["thingName"]
        if not answer.get("nextToken"):
            return
        more = {"nextToken": answer["nextToken"]}


async def _certificates(observed: ObservedSite, policy: str) -> list[str]:
    """Return the ids of the certificates that carry a policy."""
    targets = await observed.door.pages(
        "iot", "list_targets_for_policy", "targets", policyName=policy
    )
    return [arn.rpartition("/")[2] for arn in targets if ":cert/" in arn]
