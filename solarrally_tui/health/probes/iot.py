"""Checks of AWS IoT: the bridge's certificate and the chargers."""

import asyncio
from datetime import UTC, datetime
from typing import Final

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.deployed.fleet_index import FAILING, Fleet, not_connected
from solarrally_tui.health.observed_site import ObservedSite
from solarrally_tui.health.probes.telemetry import fleet
from solarrally_tui.health.report import Observation, fail, ok, waits, warn
from solarrally_tui.text.enumeration import counted

_ACTIVE: Final = "ACTIVE"
_CERTIFICATES_SECONDS: Final = 300.0
"""For which a watch does not ask again which certificates there are, only how they are."""
_LOOKED_AT: Final = 3
"""How many chargers that are not connected are looked at one by one."""


async def bridge(observed: ObservedSite) -> Observation:
    """Judge whether the certificate that the tasks' MQTT bridges share is active.

    It is found by its policy, so that nobody needs to read the secret with its key.
    """
    policy = observed.output("iot", "BridgePolicyName")
    certificates = await observed.memo.kept(
        "bridge certificates", lambda: _certificates(observed, policy), _CERTIFICATES_SECONDS
    )
    if not certificates:
        return fail("No certificate carries the bridge's policy. Telemetry cannot arrive.")
    responses = await asyncio.gather(
        *(
            observed.door.find("iot", "describe_certificate", certificateId=identifier)
            for identifier in certificates
        )
    )
    states = [r["certificateDescription"]["status"] if r else "deleted" for r in responses]
    inactive = [state for state in states if state != _ACTIVE]
    if inactive:
        observed.memo.forget("bridge certificates")  # There may be a new one.
    if len(inactive) == len(states):
        return fail(f"The bridge's certificate is {inactive[0]}. Telemetry cannot arrive.")
    if inactive:
        return warn(f"{len(inactive)} of {len(states)} bridge certificates are not active.")
    return ok("The bridge's certificate is active.")


async def chargers(observed: ObservedSite) -> Observation:
    """Judge the chargers by the fleet index: who is connected, who fails, whose certificate ends.

    The number of calls does not depend on the number of chargers. Of those that are not connected,
    it looks at the certificates of a few.
    """
    if not observed.site.devices.fleet_index:
        return ok("Not counted: the fleet index is turned off in the site file.")
    try:
        seen = await fleet(observed)
    except AwsError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
        return warn("The fleet index is off, so who is connected is not known. Deploy again.")
    if not seen.registered:
        return waits("No chargers yet.")
    total = counted(seen.registered, "charger")
    flaws = await _flaws(observed, seen)
    line = " ".join([f"{total}, {seen.connected:,} connected now.", *flaws])
    if flaws or seen.connected:
        return warn(line) if flaws else ok(line)
    if seen.waiting >= seen.registered:
        its = "its" if seen.registered == 1 else "their"
        return waits(f"{total}, without a connection of {its} own yet.")
    return warn(f"{total}, none is connected to AWS IoT.")


async def _flaws(observed: ObservedSite, seen: Fleet) -> list[str]:
    """Return in sentences what is not well with chargers."""
    flaws = []
    if seen.failing:
        bad = {reason: count for reason, count in seen.gone.items() if reason in FAILING}
        told = ", ".join(f"{reason} {count}" for reason, count in sorted(bad.items()))
        flaws.append(f"AWS IoT disconnected {seen.failing}: {told}.")
    if seen.connected < seen.registered:
        flaws += await observed.memo.kept(
            "not connected", lambda: _of_not_connected(observed), _CERTIFICATES_SECONDS
        )
    if seen.expiring:
        flaws.append(
            f"{seen.expiring} with a certificate that ends soon. Issue a new one: solarrally "
            "chargers replace NAME --to FOLDER."
        )
    return flaws


async def _of_not_connected(observed: ObservedSite) -> list[str]:
    """Return in sentences what is wrong with certificates of a few that are not connected."""
    names = await not_connected(observed.door, observed.site.name, _LOOKED_AT)
    found = await asyncio.gather(*(_certificate_flaw(observed, name) for name in names))
    return [flaw for flaw in found if flaw]


async def _certificate_flaw(observed: ObservedSite, charger: str) -> str:
    """Return what is wrong with the certificate of a charger that is not connected, if anything."""
    response = await observed.door.find("iot", "list_thing_principals", thingName=charger)
    arns = [arn for arn in (response or {}).get("principals", ()) if ":cert/" in arn]
    if not arns:
        return f"{charger} has no certificate."
    details = [
        await observed.door.find(
            "iot", "describe_certificate", certificateId=arn.rpartition("/")[2]
        )
        for arn in arns
    ]
    known = [detail["certificateDescription"] for detail in details if detail]
    active = [one for one in known if one["status"] == _ACTIVE]
    if not active:
        state = known[0]["status"] if known else "deleted"
        return f"{charger} is without an active certificate: it is {state}."
    ends = [(one.get("validity") or {}).get("notAfter") for one in active]
    if all(end and end < datetime.now(UTC) for end in ends):
        return f"The certificate of {charger} has expired."
    return ""


async def _certificates(observed: ObservedSite, policy: str) -> list[str]:
    """Return the ids of the certificates that carry a policy."""
    targets = await observed.door.pages(
        "iot", "list_targets_for_policy", "targets", policyName=policy
    )
    return [arn.rpartition("/")[2] for arn in targets if ":cert/" in arn]
