"""Checks of what a site can do without: audit trail, account-wide settings.

AWS's refusal of one is a warning with its reason. What the site file turns off is not asked for.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from solarrally_tui.account.shared import shared_state
from solarrally_tui.account.shared.extras import (
    ANOMALIES,
    FLEET_INDEX,
    IOT_LOG,
    STACKS,
    Extra,
    explain,
)
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.deployed.stack import GOOD, events
from solarrally_tui.findings.reasons.table import AGAIN, explanation_of
from solarrally_tui.findings.stack_failures import first_cause, last_operation
from solarrally_tui.health.observed_site import ObservedSite
from solarrally_tui.health.report import Observation, fail, ok, unknown, warn

OFF: Final = "Turned off in the site file."


async def trail(observed: ObservedSite) -> Observation:
    """Judge whether CloudTrail records who does what."""
    if not observed.site.governance.trail:
        return ok(OFF)
    if failed := await refused(observed, "trail"):
        return failed
    names = await observed.resource_ids("trail", "AWS::CloudTrail::Trail")
    if not names:
        return unknown("The audit trail does not exist yet.")
    status = await observed.door.find("cloudtrail", "get_trail_status", Name=names[0])
    if status is None:
        return fail("The audit trail was deleted.")
    if not status["IsLogging"]:
        return fail("The audit trail was stopped. Actions in the account are not recorded.")
    if status.get("LatestDeliveryError"):
        return warn(f"The audit trail cannot write its files: {status['LatestDeliveryError']}.")
    return ok("CloudTrail is recording.")


async def refused(observed: ObservedSite, stack_id: str) -> Observation | None:
    """Return why AWS refused a stack; None where it did not."""
    stack = observed.stack(stack_id)
    if stack is None or stack.status in GOOD or stack.busy:
        return None
    region = observed.deployed.stacks.region(stack_id)
    newest_first = await events(observed.door, stack.id, region)
    cause = first_cause(last_operation(newest_first, stack.id), stack.id)
    words = str(cause or stack.reason or stack.status)
    known = explanation_of(words)
    what_next = known.next if known else AGAIN
    return warn(f"{STACKS[stack_id].title} could not be set up. {words} {what_next}")


async def account_settings(observed: ObservedSite) -> Observation:
    """Judge whether the log of AWS IoT, the fleet index and cost anomaly detection are on."""
    site, door = observed.site, observed.door

    async def indexes() -> bool:
        return shared_state.is_indexing(await shared_state.thing_indexing(door))

    async def subscribed() -> bool:
        return await shared_state.subscription(door, site.name) is not None

    wanted: list[tuple[bool, Extra, Callable[[], Awaitable[bool]]]] = [
        (site.devices.iot_log, IOT_LOG, lambda: shared_state.is_logging(door)),
        (site.devices.fleet_index, FLEET_INDEX, indexes),
        (site.alerts.anomaly_detection, ANOMALIES, subscribed),
    ]
    checks = [(extra, is_on) for is_wanted, extra, is_on in wanted if is_wanted]
    lines = await asyncio.gather(*(_missing(extra, is_on) for extra, is_on in checks))
    if missing := [line for line in lines if line]:
        return warn(" ".join(missing))
    if not checks:
        return ok(OFF)
    titles = ", ".join(extra.title for extra, _ in checks)
    return ok(f"On: {titles}.")


async def _missing(extra: Extra, is_on: Callable[[], Awaitable[bool]]) -> str:
    """Return why an extra is not there; empty where it is. Raises AwsError for one not seen."""
    try:
        if await is_on():
            return ""
    except AwsError as error:
        plain = explain(error)
        # Without a reason of the account's own, these credentials may not look.
        if plain == error.plain:
            raise
        return f"{extra.title} is not set up. {plain.why} {plain.next}"
    return f"{extra.title} is not set up. Run deploy again: it creates it, or says why not."
