"""Finds a site's buckets and empties them, every version of every object."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.site.names import GLOBAL_REGION, SITE_TAG

_PREFIX: Final = "solarrally-"
_BATCH: Final = 1000
"""Objects that one DeleteObjects call takes."""

_BYTES_PER_GB: Final = Decimal(1024**3)


async def of_site(door: Door, site: str) -> list[str]:
    """Return the names of all buckets with a site's tag, in whatever Region. Raises AwsError."""
    told = await door.call("s3", "list_buckets")
    names = [item["Name"] for item in told.get("Buckets") or ()]
    return [
        name for name in names if name.startswith(_PREFIX) and await _is_tagged(door, name, site)
    ]


async def region_of(door: Door, bucket: str) -> str:
    """Return the Region of a bucket. Raises AwsError."""
    told = await door.call("s3", "get_bucket_location", Bucket=bucket)
    # S3 answers nothing for its oldest Region.
    return str(told.get("LocationConstraint") or GLOBAL_REGION)


async def size_gb(door: Door, bucket: str) -> Decimal:
    """Return how much all versions in a bucket take, in GB. Raises AwsError."""
    versions = await door.pages("s3", "list_object_versions", "Versions", Bucket=bucket)
    return Decimal(sum(int(item.get("Size", 0)) for item in versions)) / _BYTES_PER_GB


async def empty(door: Door, bucket: str) -> bool:
    """Remove every object, version and delete marker, and return whether there was any.

    A bucket that is gone already is empty. Raises AwsError.
    """
    try:
        found = await _everything(door, bucket)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return False
        raise
    for batch in _batches(found):
        told = await door.call(
            "s3", "delete_objects", Bucket=bucket, Delete={"Objects": batch, "Quiet": True}
        )
        for refused in told.get("Errors") or ():
            message = f"{refused.get('Key')}: {refused.get('Message', '')}"
            raise AwsError(refused.get("Code", "Unknown"), message, "s3", "delete_objects")
    return bool(found)


async def delete(door: Door, bucket: str) -> None:
    """Remove a bucket with everything in it. Its policy, which may forbid that, goes first.

    Raises AwsError.
    """
    await door.call("s3", "delete_bucket_policy", Bucket=bucket)
    await empty(door, bucket)
    await door.call("s3", "delete_bucket", Bucket=bucket)


async def _everything(door: Door, bucket: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for key in ("Versions", "DeleteMarkers"):
        items = await door.pages("s3", "list_object_versions", key, Bucket=bucket)
        found += [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in items]
    return found


def _batches(found: list[dict[str, str]]) -> Iterable[list[dict[str, Any]]]:
    return (list(found[start : start + _BATCH]) for start in range(0, len(found), _BATCH))


async def _is_tagged(door: Door, bucket: str, site: str) -> bool:
    try:
        told = await door.call("s3", "get_bucket_tagging", Bucket=bucket)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return False
        raise
    return any(tag["Key"] == SITE_TAG and tag["Value"] == site for tag in told["TagSet"])
