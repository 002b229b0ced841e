"""What is still there of a site when its stacks are gone: secrets, logs, and the kept data."""

from decimal import Decimal
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.pricing.price_book.book import UnknownPriceError
from solarrally_tui.pricing.price_book.store import s3_gb_month, snapshot_gb_month
from solarrally_tui.provisioning.engine.outcome import Kept
from solarrally_tui.provisioning.teardown import backup_copies, backup_vault, buckets
from solarrally_tui.site.names import SITE_TAG, stack_name

LOG_GROUPS: Final = {
    "AWS::CodeBuild::Project": "/aws/codebuild/{}",
    "AWS::RDS::DBInstance": "/aws/rds/instance/{}/",
    "AWS::ECS::Cluster": "/aws/ecs/containerinsights/{}/",
}
"""Log groups that services make by themselves beside a resource. Those with / at the end are
beginnings of names."""


_BUCKETS: Final = {"-auditb": "audit log bucket", "-archiveb": "telemetry archive bucket"}
"""What people call the kept buckets, by what CloudFormation made of their logical ids. Long stack
names shorten the rest of a bucket's name."""


async def delete_secrets(door: Door, site: str) -> int:
    """Delete a site's secrets for good and return how many; a name is free again at once.

    Deleting the stack may only schedule them, and a scheduled one blocks its name for weeks.
    Raises AwsError.
    """
    found = await door.pages(
        "secretsmanager", "list_secrets", "SecretList", IncludePlannedDeletion=True
    )
    ours = [item["ARN"] for item in found if _has_tag(item.get("Tags"), site)]
    for arn in ours:
        await door.call(
            "secretsmanager", "delete_secret", SecretId=arn, ForceDeleteWithoutRecovery=True
        )
    return len(ours)


async def history(door: Door, site: str) -> set[tuple[str, str]]:
    """Return type and physical id of what a site's deleted stacks held.

    CloudFormation remembers deleted stacks for 90 days, so that a teardown that died half way
    does not leave log groups behind. Raises AwsError.
    """
    names = {stack_name(site, item.id) for item in CATALOGUE}
    deleted = await door.pages(
        "cloudformation", "list_stacks", "StackSummaries", StackStatusFilter=["DELETE_COMPLETE"]
    )
    found: set[tuple[str, str]] = set()
    for item in deleted:
        if item["StackName"] in names:
            found |= await _resources(door, item["StackId"])
    return found


async def _resources(door: Door, stack_id: str) -> set[tuple[str, str]]:
    try:
        told = await door.pages(
            "cloudformation", "describe_stack_events", "StackEvents", StackName=stack_id
        )
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return set()
        raise
    return {(item["ResourceType"], item.get("PhysicalResourceId", "")) for item in told}


async def delete_log_groups(door: Door, made: list[tuple[str, str]]) -> int:
    """Delete the log groups that services made beside resources, given as type and physical id.

    Returns how many. Raises AwsError.
    """
    count = 0
    for type_, physical in made:
        if type_ not in LOG_GROUPS or not physical:
            continue
        name = LOG_GROUPS[type_].format(physical)
        found = await door.pages(
            "logs", "describe_log_groups", "logGroups", logGroupNamePrefix=name
        )
        for group in (item["logGroupName"] for item in found):
            if group == name or name.endswith("/"):
                await _delete_log_group(door, group)
                count += 1
    return count


async def snapshots(door: Door, site: str) -> list[dict[str, Any]]:
    """Return the final snapshots of a site's databases, of this and earlier lives.

    Raises AwsError.
    """
    found = await door.pages("rds", "describe_db_snapshots", "DBSnapshots", SnapshotType="manual")
    # The tag says it; the name that CloudFormation gave the database says it where tags are gone.
    beginning = f"{stack_name(site, 'data')}-database-"
    return [
        item
        for item in found
        if _has_tag(item.get("TagList"), site) or item["DBInstanceIdentifier"].startswith(beginning)
    ]


async def kept(door: Door, site: str) -> tuple[Kept, ...]:
    """Return what is kept of a site, each with its price a month. Raises AwsError."""
    found = [
        Kept(
            "database snapshot",
            item["DBSnapshotIdentifier"],
            kept_price("snapshot", door.region, Decimal(item.get("AllocatedStorage") or 0)),
        )
        for item in await snapshots(door, site)
    ]
    for bucket in await buckets.of_site(door, site):
        price = kept_price("bucket", door.region, await buckets.size_gb(door, bucket))
        found.append(Kept(_bucket_title(bucket), bucket, price))
    for name in await backup_vault.of_site(door, site):
        # What AWS Backup keeps of a database is a snapshot of RDS, and costs what one costs.
        price = kept_price("snapshot", door.region, await backup_vault.size_gb(door, name))
        found.append(Kept("backup vault", name, price))
    for copy in await backup_copies.of_site(door, site):
        price = kept_price("snapshot", copy.region, copy.size_gb)
        found.append(Kept(f"database backups in {copy.region}", copy.arn, price))
    return tuple(found)


def _bucket_title(bucket: str) -> str:
    return next((title for part, title in _BUCKETS.items() if part in bucket), "bucket")


async def delete_kept(door: Door, site: str) -> int:
    """Delete the kept data and return how many things that were. Raises AwsError."""
    ours = await snapshots(door, site)
    for item in ours:
        await door.call(
            "rds", "delete_db_snapshot", DBSnapshotIdentifier=item["DBSnapshotIdentifier"]
        )
    left = await buckets.of_site(door, site)
    for bucket in left:
        await buckets.delete(door, bucket)
    vaults = await backup_vault.of_site(door, site)
    for name in vaults:
        await backup_vault.delete(door, name)
    return len(ours) + len(left) + len(vaults) + await backup_copies.delete(door, site)


def kept_price(what: str, region: str, gigabytes: Decimal) -> Decimal | None:
    """Return USD a month for a snapshot or a bucket; None where the book has no price.

    A snapshot is priced by the size of its volume, the most that it can be billed for.
    """
    try:
        one = snapshot_gb_month(region) if what == "snapshot" else s3_gb_month(region)
    except UnknownPriceError:
        return None
    return (one * gigabytes).quantize(Decimal("0.01"))


async def _delete_log_group(door: Door, name: str) -> None:
    try:
        await door.call("logs", "delete_log_group", logGroupName=name)
    except AwsError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise


def _has_tag(tags: list[dict[str, str]] | None, site: str) -> bool:
    return any(tag["Key"] == SITE_TAG and tag["Value"] == site for tag in tags or ())
