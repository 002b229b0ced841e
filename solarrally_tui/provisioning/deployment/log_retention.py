"""How long logs are kept that AWS creates itself, without an end."""

from collections.abc import Iterable, Mapping

from solarrally_tui.account.shared.log_groups import SHARED, LogGroup, existing, of_database
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Kind, tolerate


async def ensure(
    door: Door, databases: Iterable[str], days: int, others: Mapping[str, str] | None = None
) -> int:
    """Let logs expire after some days, and return how many had no such end.

    others: how names of the site's other groups begin, with the Region of each. Services create
    their log groups with the first line, so a later run may find one that an earlier did not. A log
    of all sites of the Region gets an end only where nobody has given it one. Credentials with an
    older policy change nothing: see endless. Raises AwsError.
    """
    changed = 0
    with tolerate(Kind.DENIED):
        for group, is_own in await _groups(door, databases, others or {}):
            if group.days == days or not (is_own or group.days is None):
                continue
            with tolerate(Kind.DENIED):
                await door.call(
                    "logs",
                    "put_retention_policy",
                    group.region,
                    logGroupName=group.name,
                    retentionInDays=days,
                )
                changed += 1
    return changed


async def endless(
    door: Door, databases: Iterable[str], others: Mapping[str, str] | None = None
) -> list[str]:
    """Return the names of groups without an end. Raises AwsError."""
    groups = await _groups(door, databases, others or {})
    return [group.name for group, _ in groups if group.days is None]


async def _groups(
    door: Door, databases: Iterable[str], others: Mapping[str, str]
) -> list[tuple[LogGroup, bool]]:
    """Return the groups that exist, each with whether it is the site's own."""
    own = {of_database(name): door.region for name in databases} | dict(others)
    shared = [(name, door.region) for name in SHARED]
    found = [(group, True) for group in await existing(door, own.items())]
    return found + [(group, False) for group in await existing(door, shared)]
