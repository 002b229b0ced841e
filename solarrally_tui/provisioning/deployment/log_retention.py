"""How long logs are kept that AWS creates itself, without an end: of PostgreSQL and of AWS IoT."""

from collections.abc import Iterable
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Kind, tolerate

_IOT: Final = "AWSIotLogsV2"
"""The log of AWS IoT, one for the sites of a Region (AWS IoT developer guide, monitoring)."""


async def ensure(door: Door, databases: Iterable[str], days: int) -> int:
    """Let logs expire after some days, and return how many had no such end.

    RDS and AWS IoT create their log groups with the first line, so a later run may find one that an
    earlier did not. The log of AWS IoT gets an end only where nobody has given it one. Credentials
    with an older policy change nothing. Raises AwsError.
    """
    wanted = {f"/aws/rds/instance/{name}/postgresql": True for name in databases} | {_IOT: False}
    changed = 0
    with tolerate(Kind.DENIED):
        for name, is_own in wanted.items():
            groups = await door.pages(
                "logs", "describe_log_groups", "logGroups", logGroupNamePrefix=name
            )
            now = next(
                (g.get("retentionInDays") for g in groups if g["logGroupName"] == name), days
            )
            if now != days and (is_own or now is None):
                await door.call(
                    "logs", "put_retention_policy", logGroupName=name, retentionInDays=days
                )
                changed += 1
    return changed
