"""Check of the logs that AWS services create themselves: whether they have an end."""

from solarrally_tui.account.shared.log_groups import SHARED, existing, prefixes
from solarrally_tui.health.observed_site import ObservedSite, OutOfReachError
from solarrally_tui.health.report import Observation, ok, warn

_NAMED = 3


async def retention(observed: ObservedSite) -> Observation:
    """Judge whether the logs that AWS creates expire. Without an end they cost more each month."""

    async def resource_ids(stack_id: str, type_: str) -> list[str]:
        try:
            return await observed.resource_ids(stack_id, type_)
        except OutOfReachError:
            return []

    region = observed.deployed.region
    own = await prefixes(resource_ids, observed.site.name, region)
    shared = [(name, region) for name in SHARED]
    groups = await existing(observed.door, [*own.items(), *shared])
    endless = [group.name for group in groups if group.days is None]
    if not endless:
        return ok(f"All {len(groups)} of them expire." if groups else "AWS has created none yet.")
    named = ", ".join(endless[:_NAMED]) + (" and more" if len(endless) > _NAMED else "")
    return warn(f"Kept for ever: {named}. Run deploy again: it gives each log an end.")
