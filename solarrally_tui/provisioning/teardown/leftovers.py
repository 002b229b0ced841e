"""What remains of a site when its stacks are deleted: secrets, log groups and the kept data."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from solarrally_tui.aws.console import console
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, Plain, tolerate
from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.deployed import stack
from solarrally_tui.pricing.price_book.book import UnknownPriceError
from solarrally_tui.pricing.price_book.store import s3_gb_month, snapshot_gb_month
from solarrally_tui.provisioning.change import buckets
from solarrally_tui.provisioning.engine.outcome import Kept
from solarrally_tui.provisioning.teardown import backup_copies, backup_vault
from solarrally_tui.site.names import GLOBAL_REGION, SITE_TAG, stack_name

LOG_GROUPS: Final = {
    "AWS::CodeBuild::Project": "/aws/codebuild/{}",
    "AWS::RDS::DBInstance": "/aws/rds/instance/{}/",
    "AWS::ECS::Cluster": "/aws/ecs/containerinsights/{}/",
}
"""Log groups that services create automatically beside a resource. Those with / at the end are
prefixes of names."""

_BUCKETS: Final = {"--audit-": "audit log bucket", "--archive-": "telemetry archive bucket"}
"""What people call the kept buckets, by what the templates put into their names."""


async def delete_secrets(door: Door, site: str) -> int:
    """Delete a site's secrets for good and return how many; a name is free again at once.

    Deleting the stack may only schedule them, and a scheduled one blocks its name for weeks.
    Raises AwsError.
    """
    secrets = await door.pages(
        "secretsmanager", "list_secrets", "SecretList", IncludePlannedDeletion=True
    )
    ours = [secret["ARN"] for secret in secrets if _has_tag(secret.get("Tags"), site)]
    for arn in ours:
        await door.find(
            "secretsmanager", "delete_secret", SecretId=arn, ForceDeleteWithoutRecovery=True
        )
    return len(ours)


async def history(door: Door, site: str) -> dict[tuple[str, str], str]:
    """Return what a site's deleted stacks held: type and physical id, with its last status.

    CloudFormation remembers deleted stacks for 90 days, so that a teardown that died half way
    does not leave log groups behind. Raises AwsError.
    """
    names = {stack_name(site, item.id) for item in CATALOGUE}
    held: dict[tuple[str, str], str] = {}
    for region in dict.fromkeys((door.region, GLOBAL_REGION)):
        deleted = await door.pages(
            "cloudformation",
            "list_stacks",
            "StackSummaries",
            region,
            StackStatusFilter=["DELETE_COMPLETE"],
        )
        for summary in deleted:
            if summary["StackName"] not in names:
                continue
            # A list of stacks has no tags.
            deleted_stack = await stack.find(door, summary["StackId"], region)
            if deleted_stack and deleted_stack.site == site:
                held |= await _resources(door, summary["StackId"], region)
    return held


async def _resources(door: Door, stack_id: str, region: str) -> dict[tuple[str, str], str]:
    with tolerate(Kind.NOT_FOUND):
        newest_first = await stack.events(door, stack_id, region)
        return {
            (event["ResourceType"], event.get("PhysicalResourceId", "")): event["ResourceStatus"]
            for event in reversed(newest_first)
        }
    return {}


async def delete_log_groups(door: Door, resources: Iterable[tuple[str, str]]) -> int:
    """Delete the log groups that services created beside resources: type and physical id.

    Returns how many. Raises AwsError.
    """
    count = 0
    for type_, physical in resources:
        if type_ not in LOG_GROUPS or not physical:
            continue
        name = LOG_GROUPS[type_].format(physical)
        groups = await door.pages(
            "logs", "describe_log_groups", "logGroups", logGroupNamePrefix=name
        )
        for group in (group["logGroupName"] for group in groups):
            if group == name or name.endswith("/"):
                with tolerate(Kind.NOT_FOUND):
                    await door.call("logs", "delete_log_group", logGroupName=group)
                count += 1
    return count


async def snapshots(door: Door, site: str) -> list[dict[str, Any]]:
    """Return the final snapshots of a site's databases, of this and earlier lives.

    Raises AwsError.
    """
    manual = await door.pages("rds", "describe_db_snapshots", "DBSnapshots", SnapshotType="manual")
    # Where the tag is missing, the name that CloudFormation gave the database shows whose it is.
    prefix = f"{stack_name(site, 'data')}-database-"
    return [
        snapshot
        for snapshot in manual
        if _has_tag(snapshot.get("TagList"), site)
        or snapshot["DBInstanceIdentifier"].startswith(prefix)
    ]


async def kept(door: Door, site: str) -> tuple[Kept, ...]:
    """Return what is kept of a site, each with its price a month. Raises AwsError."""
    everything = [
        Kept(
            "database snapshot",
            snapshot["DBSnapshotIdentifier"],
            kept_price("snapshot", door.region, Decimal(snapshot.get("AllocatedStorage") or 0)),
        )
        for snapshot in await snapshots(door, site)
    ]
    for bucket, is_ours in (await buckets.search(door, site)).items():
        if is_ours:
            price = kept_price("bucket", door.region, await buckets.size_gb(door, bucket))
            everything.append(Kept(_bucket_title(bucket), bucket, price))
        else:
            everything.append(Kept("bucket whose tags cannot be read", bucket, None))
    for name in await backup_vault.of_site(door, site):
        # What AWS Backup keeps of a database is an RDS snapshot, and costs the same.
        price = kept_price("snapshot", door.region, await backup_vault.size_gb(door, name))
        everything.append(Kept("backup vault", name, price))
    for copy in await backup_copies.of_site(door, site):
        price = kept_price("snapshot", copy.region, copy.size_gb)
        everything.append(Kept(f"database backups in {copy.region}", copy.arn, price))
    return tuple(everything)


def _bucket_title(bucket: str) -> str:
    return next((title for part, title in _BUCKETS.items() if part in bucket), "bucket")


async def delete_kept(door: Door, site: str, only: str = "") -> tuple[int, tuple[Plain, ...]]:
    """Delete the kept data; return how many things that were, and what these credentials may not.

    only: the identifier of the one thing to delete; empty for all. A snapshot that somebody took by
    hand has a name that the printed policy does not reach. Raises AwsError.
    """
    taken = [snapshot["DBSnapshotIdentifier"] for snapshot in await snapshots(door, site)]
    ours = [name for name in taken if only in {"", name}]
    denied: list[Plain] = []
    for name in ours:
        try:
            await door.find("rds", "delete_db_snapshot", DBSnapshotIdentifier=name)
        except AwsError as error:
            if error.kind is not Kind.DENIED:
                raise
            denied.append(_may_not(door, name, error))
    names = [name for name in await buckets.of_site(door, site) if only in {"", name}]
    for bucket in names:
        await buckets.delete(door, bucket)
    vaults = [name for name in await backup_vault.of_site(door, site) if only in {"", name}]
    for vault in vaults:
        await backup_vault.delete(door, vault)
    copies = await backup_copies.delete(door, site, only)
    count = len(ours) - len(denied) + len(names) + len(vaults) + copies
    return count, tuple(denied)


def _may_not(door: Door, snapshot: str, error: AwsError) -> Plain:
    page = console("snapshot", door.region, id=snapshot)
    return Plain(
        what=f"The database snapshot {snapshot} stays: these credentials may not delete it.",
        why="Somebody took it by hand. The printed policy reaches only names of the site.",
        next=f"With other credentials, in the AWS console: {page}",
        detail=str(error),
    )


def kept_price(what: str, region: str, gigabytes: Decimal) -> Decimal | None:
    """Return USD a month for a snapshot or a bucket; None where the book has no price.

    A snapshot is priced by the size of its volume, the most that it can be billed for.
    """
    try:
        one = snapshot_gb_month(region) if what == "snapshot" else s3_gb_month(region)
    except UnknownPriceError:
        return None
    return (one * gigabytes).quantize(Decimal("0.01"))


def _has_tag(tags: list[dict[str, str]] | None, site: str) -> bool:
    return any(tag["Key"] == SITE_TAG and tag["Value"] == site for tag in tags or ())
