"""Stack tags where AWS puts them and MiniStack does not: on buckets and final snapshots."""

from collections.abc import Callable

from ministack.services.cloudformation import provisioners

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.pins import private, replace_entry
from solarrally_tui.simulator.resources.registry import Properties, ReturnValues
from solarrally_tui.simulator.stacks.resource_hooks import ResourceHooks

_STACK_TAG_PROPERTY = private(provisioners, "_STACK_TAG_PROPERTY")


def declare(checks: ResourceHooks) -> None:
    """Let buckets take stack tags, and a database's final snapshot the database's tags."""
    _STACK_TAG_PROPERTY["AWS::S3::Bucket"] = ("Tags", "list")
    checks.correct("AWS::S3::Bucket", _bucket)
    replace_entry(
        provisioners,
        "_RESOURCE_HANDLERS",
        "AWS::RDS::DBInstance",
        lambda handlers: {**handlers, "snapshot": _with_tags(handlers["snapshot"])},
    )


def _bucket(made: ReturnValues, properties: Properties) -> ReturnValues:
    # CloudFormation's own tags go by another way than PutBucketTagging, which refuses them.
    tags = _own(properties.get("Tags", []))
    if tags:
        api("s3").put_bucket_tagging(Bucket=made[0], Tagging={"TagSet": tags})
    return made


def _with_tags(snapshot: Callable[[str, Properties], None]) -> Callable[[str, Properties], None]:
    def taken(identifier: str, properties: Properties) -> None:
        snapshot(identifier, properties)
        rds = api("rds")
        [database] = rds.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"]
        tags = _own(database.get("TagList", []))
        if not tags or not database["CopyTagsToSnapshot"]:
            return
        found = rds.describe_db_snapshots(DBInstanceIdentifier=identifier)["DBSnapshots"]
        newest = max(found, key=lambda each: each["SnapshotCreateTime"])
        rds.add_tags_to_resource(ResourceName=newest["DBSnapshotArn"], Tags=tags)

    return taken


def _own(tags: list[dict[str, str]]) -> list[dict[str, str]]:
    return [tag for tag in tags if not tag["Key"].startswith("aws:")]
