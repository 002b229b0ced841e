"""Finds a site's buckets and empties them, every version of every object."""

from decimal import Decimal
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, tolerate
from solarrally_tui.site.names import GLOBAL_REGION, SITE_TAG

_PREFIX: Final = "solarrally-"
_BATCH: Final = 1000
"""Objects that one DeleteObjects call takes."""

_BYTES_PER_GB: Final = Decimal(1024**3)


async def of_site(door: Door, site: str) -> list[str]:
    """Return the names of all buckets with a site's tag, in any Region. Raises AwsError."""
    return [name for name, is_ours in (await search(door, site)).items() if is_ours]


async def search(door: Door, site: str) -> dict[str, bool | None]:
    """Return the buckets that are a site's, and with None those that may be. Raises AwsError.

    A bucket may be the site's if its name begins as the site's do and its tags cannot be read. The
    deploy policy allows that for every bucket of the site, and for no other site's.
    """
    response = await door.call("s3", "list_buckets")
    names = [bucket["Name"] for bucket in response.get("Buckets") or ()]
    tagged = {n: await _is_tagged(door, n, site) for n in names if n.startswith(_PREFIX)}
    own = f"{_PREFIX}{site}-"
    return {
        name: is_ours
        for name, is_ours in tagged.items()
        if is_ours or (is_ours is None and name.startswith(own))
    }


async def region_of(door: Door, bucket: str) -> str:
    """Return the Region of a bucket. Raises AwsError."""
    response = await door.call("s3", "get_bucket_location", Bucket=bucket)
    # S3 returns nothing for its oldest Region.
    return str(response.get("LocationConstraint") or GLOBAL_REGION)


async def size_gb(door: Door, bucket: str) -> Decimal:
    """Return how much all versions in a bucket take, in GB. Raises AwsError."""
    versions = await door.pages("s3", "list_object_versions", "Versions", Bucket=bucket)
    return Decimal(sum(int(item.get("Size", 0)) for item in versions)) / _BYTES_PER_GB


async def empty(door: Door, bucket: str, folder: str = "") -> bool:
    """Delete every object, version and delete marker, and return whether there was any.

    folder: how the keys begin; empty for all. A bucket that no longer exists is empty. Raises
    AwsError.
    """
    objects: list[dict[str, str]] = []
    with tolerate(Kind.NOT_FOUND):
        objects = await _everything(door, bucket, folder)
    for start in range(0, len(objects), _BATCH):
        batch = {"Objects": objects[start : start + _BATCH], "Quiet": True}
        response = await door.call("s3", "delete_objects", Bucket=bucket, Delete=batch)
        # DeleteObjects succeeds even where single objects could not be deleted.
        for refused in response.get("Errors") or ():
            message = f"{refused.get('Key')}: {refused.get('Message', '')}"
            raise AwsError(refused.get("Code", "Unknown"), message, "s3", "delete_objects")
    return bool(objects)


async def delete(door: Door, bucket: str) -> None:
    """Delete a bucket with everything in it. Its policy, which may forbid that, goes first.

    Raises AwsError.
    """
    with tolerate(Kind.NOT_FOUND):
        await door.call("s3", "delete_bucket_policy", Bucket=bucket)
        await empty(door, bucket)
        await door.call("s3", "delete_bucket", Bucket=bucket)


async def _everything(door: Door, bucket: str, folder: str) -> list[dict[str, str]]:
    objects: list[dict[str, str]] = []
    for key in ("Versions", "DeleteMarkers"):
        versions = await door.pages("s3", "list_object_versions", key, Bucket=bucket, Prefix=folder)
        objects += [{"Key": v["Key"], "VersionId": v["VersionId"]} for v in versions]
    return objects


async def _is_tagged(door: Door, bucket: str, site: str) -> bool | None:
    """Whether a bucket has a site's tag; None where AWS does not let us read its tags."""
    try:
        response = await door.find("s3", "get_bucket_tagging", Bucket=bucket)
    except AwsError as error:
        if error.kind is not Kind.DENIED:
            raise
        return None
    tags = response["TagSet"] if response else ()
    return any(tag["Key"] == SITE_TAG and tag["Value"] == site for tag in tags)
