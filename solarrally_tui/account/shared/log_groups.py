"""Log groups that AWS services create themselves, with their first line and without an end."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.site.names import GLOBAL_REGION

SHARED: Final = ("AWSIotLogsV2", "RDSOSMetrics")
"""Groups of all sites of a Region: AWS IoT (developer guide, AWS IoT logging) and enhanced
monitoring of RDS (user guide, Viewing OS metrics using CloudWatch Logs)."""

MADE: Final = (
    ("data", "AWS::RDS::DBInstance", "/aws/rds/instance/{}/", False),
    ("app", "AWS::ECS::Cluster", "/aws/ecs/containerinsights/{}/", False),
    ("build", "AWS::CodeBuild::Project", "/aws/codebuild/{}", False),
    ("iot", "AWS::Lambda::Function", "/aws/lambda/{}", False),
    ("edge", "AWS::CloudFront::Function", "/aws/cloudfront/function/{}", True),
)
"""By stack and type of a resource: how the names of its groups begin, and whether they are in
us-east-1. Each service's guide names them; CloudFront's where a function writes a line."""

ResourceIds = Callable[[str, str], Awaitable[list[str]]]
"""Returns the physical ids of a stack's resources of one type."""


@dataclass(frozen=True, slots=True)
class LogGroup:
    """A log group that exists."""

    name: str
    region: str
    days: int | None
    """How long lines are kept; None for ever."""


def of_database(name: str) -> str:
    """Return how the names of a database's groups begin."""
    return MADE[0][2].format(name)


async def prefixes(resource_ids: ResourceIds, site: str, region: str) -> dict[str, str]:
    """Return how names of the site's own groups begin, with the Region of each. Raises AwsError."""
    found = {f"aws-waf-logs-solarrally-{site}": GLOBAL_REGION}
    for stack, type_, pattern, is_global in MADE:
        for identifier in await resource_ids(stack, type_):
            name = identifier.rpartition("/")[2]
            found[pattern.format(name)] = GLOBAL_REGION if is_global else region
    return found


async def existing(door: Door, names: Iterable[tuple[str, str]]) -> list[LogGroup]:
    """Return the groups whose names begin so, in a Region each. Raises AwsError.

    What begins with a name and goes on with a letter belongs to another resource.
    """
    groups: list[LogGroup] = []
    for prefix, region in names:
        listed = await door.pages(
            "logs", "describe_log_groups", "logGroups", region, logGroupNamePrefix=prefix
        )
        groups += [
            LogGroup(group["logGroupName"], region, group.get("retentionInDays"))
            for group in listed
            if prefix.endswith("/") or group["logGroupName"] == prefix
        ]
    return groups
