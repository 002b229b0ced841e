"""Whether RDS offers the database of a site: class, version, zones, and the copy of its backups."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.why_unknown import why_unknown
from solarrally_tui.findings.finding import Finding, unknown
from solarrally_tui.findings.severity import Severity
from solarrally_tui.site.model import Size

_CLASS: Final = "Database type"
_COPY: Final = "Backup copy"
_PLAN: Final = "Backup plan"
_ZONES_OF_TWO: Final = 2


async def orderable(door: Door, size: Size, engine_version: str, zones: Sequence[str]) -> Finding:
    """Look up whether the class is offered with this version in these zones. Raises no AwsError."""
    try:
        options = await door.pages(
            "rds",
            "describe_orderable_db_instance_options",
            "OrderableDBInstanceOptions",
            Engine="postgres",
            EngineVersion=engine_version,
            DBInstanceClass=size.database_class,
            Vpc=True,
        )
    except AwsError as error:
        return offer_not_known(why_unknown(error))
    return judge_offer(size, engine_version, door.region, zones, options)


def offer_not_known(why: str) -> Finding:
    """Return the finding where it could not be read what RDS offers."""
    return unknown("database-class", _CLASS, why, "You can continue.")


def judge_offer(
    size: Size,
    engine_version: str,
    region: str,
    zones: Sequence[str],
    options: Iterable[Mapping[str, Any]],
) -> Finding:
    """Judge the options that RDS offers for a class and a version, against the network's zones."""
    offered = {zone["Name"] for option in options for zone in option.get("AvailabilityZones", ())}
    what = f"{size.database_class} with PostgreSQL {engine_version}"
    if not offered:
        return Finding(
            "database-class",
            _CLASS,
            Severity.FAIL,
            f"RDS does not offer {what} in {region}.",
            "Choose another database class (size.database_class), or another version of PostgreSQL "
            "(size.database_major).",
        )
    missing = [zone for zone in zones if zone not in offered]
    needed = _ZONES_OF_TWO if size.multi_az else 1
    if len(zones) - len(missing) < needed:
        return Finding(
            "database-class",
            _CLASS,
            Severity.FAIL,
            f"RDS does not offer {what} in {' and '.join(missing)}, but in "
            f"{', '.join(sorted(offered))}.",
            "On Size, More options, name them as Availability Zones to avoid (network.avoid_zones "
            f"= {_toml(missing)}), or choose another database class "
            "(size.database_class).",
        )
    return Finding("database-class", _CLASS, Severity.OK, f"{what} is available here.")


def _toml(names: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


async def backup_copy(door: Door, target: str) -> Finding:
    """Look up whether backups can be copied to another Region. Raises no AwsError.

    The Region of the copy is asked from where it can copy (RDS API reference,
    DescribeSourceRegions).
    """
    try:
        regions = await door.pages("rds", "describe_source_regions", "SourceRegions", target)
    except AwsError as error:
        fix = f"You can continue. If {target} is not enabled in this account, enable it first."
        return unknown("backup-copy", _COPY, why_unknown(error), fix)
    sources = {
        str(region["RegionName"])
        for region in regions
        if region.get("SupportsDBInstanceAutomatedBackupsReplication")
    }
    if door.region in sources:
        return Finding(
            "backup-copy", _COPY, Severity.OK, f"RDS can copy backups from here to {target}."
        )
    return Finding(
        "backup-copy",
        _COPY,
        Severity.FAIL,
        f"RDS cannot copy backups from {door.region} to {target}.",
        "Choose another Region to copy backups to (size.backup_copy_region), or none. RDS user "
        'guide, "Replicating automated backups to another AWS Region", lists the pairs.',
    )


async def backup_plan(door: Door) -> Finding:
    """Look up whether AWS Backup backs up RDS in this Region at all. Raises no AwsError."""
    try:
        response = await door.call("backup", "describe_region_settings")
    except AwsError as error:
        return unknown("backup-plan", _PLAN, why_unknown(error), "You can continue.")
    if response.get("ResourceTypeOptInPreference", {}).get("RDS", True):
        return Finding("backup-plan", _PLAN, Severity.OK, "AWS Backup backs up RDS here.")
    return Finding(
        "backup-plan",
        _PLAN,
        Severity.WARN,
        "AWS Backup is switched off for RDS in this Region, so the plan would back up nothing.",
        "In the console: AWS Backup, Settings, Service opt-in, RDS.",
    )
