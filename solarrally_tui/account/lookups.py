"""What only AWS knows of an account: engine versions, copied backups, ids of prefix lists."""

from collections.abc import Iterable
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.site.names import stack_name

ORIGIN_FACING: Final = "com.amazonaws.global.cloudfront.origin-facing"
"""Name of the prefix list of CloudFront's origin-facing servers; its id differs by Region."""


async def newest_postgres(door: Door, major: int) -> str:
    """Return the newest minor version of a PostgreSQL major version that the Region offers.

    Raises AwsError.
    """
    versions = await door.pages(
        "rds",
        "describe_db_engine_versions",
        "DBEngineVersions",
        Engine="postgres",
        EngineVersion=str(major),
    ) or await door.pages(
        "rds", "describe_db_engine_versions", "DBEngineVersions", Engine="postgres"
    )
    newest = newest_minor((item["EngineVersion"] for item in versions), major)
    if not newest:
        message = f"PostgreSQL {major} is not offered in {door.region}"
        raise AwsError("NoEngineVersion", message, "rds", "describe_db_engine_versions")
    return newest


def newest_minor(versions: Iterable[str], major: int) -> str:
    """Return the highest minor version of a major version among versions; empty without any."""
    minors = [
        int(minor)
        for number, _, minor in (version.partition(".") for version in versions)
        if number == str(major) and minor.isdecimal()
    ]
    return f"{major}.{max(minors)}" if minors else ""


async def copied_backups(door: Door, site: str, home: str) -> list[dict[str, Any]]:
    """Return the automatic backups of a site's databases that the door's Region has copies of.

    home: the site's Region. As DescribeDBInstanceAutomatedBackups describes them. Raises AwsError.
    """
    backups = await door.pages(
        "rds", "describe_db_instance_automated_backups", "DBInstanceAutomatedBackups"
    )
    # The name that CloudFormation gave the database; its tags are not copied.
    prefix = f"{stack_name(site, 'data')}-database-"
    return [
        backup
        for backup in backups
        if str(backup["DBInstanceIdentifier"]).startswith(prefix) and backup["Region"] == home
    ]


async def cloudfront_prefix_list(door: Door) -> str:
    """Return the id of CloudFront's origin-facing prefix list. Raises AwsError."""
    lists = await door.pages(
        "ec2",
        "describe_managed_prefix_lists",
        "PrefixLists",
        Filters=[{"Name": "prefix-list-name", "Values": [ORIGIN_FACING]}],
    )
    ids = [str(item["PrefixListId"]) for item in lists if item["PrefixListName"] == ORIGIN_FACING]
    if not ids:
        message = f"there is no prefix list {ORIGIN_FACING} in {door.region}"
        raise AwsError("NoPrefixList", message, "ec2", "describe_managed_prefix_lists")
    return ids[0]
