"""Stack tags where AWS puts them and MiniStack does not: on buckets and final snapshots."""

from collections.abc import Callable

from ministack.services.cloudformation import provisioners

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.pins import private, replace_entry
from solarrally_tui.simulator.resources.registry import Properties, ReturnValues
from solarrally_tui.simulator.stacks.resource_hooks import ResourceHooks

_STACK_TAG_PROPERTY = private(provisioners, "_STACK_TAG_PROPERTY")

Snapshot = Callable[[str, Properties], None]


def declare(hooks: ResourceHooks) -> None:
    """Let buckets take stack tags, and a database's final snapshot the database's tags."""
    _STACK_TAG_PROPERTY["AWS::S3::Bucket"] = ("Tags", "list")
    hooks.correct("AWS::S3::Bucket", _tag_bucket)
    replace_entry(
        provisioners,
        "_RESOURCE_HANDLERS",
        "AWS::RDS::DBInstance",
        lambda handlers: {**handlers, "snapshot": _with_tags(handlers["snapshot"])},
    )


def _tag_bucket(values: ReturnValues, properties: Properties) -> ReturnValues:
    # PutBucketTagging refuses CloudFormation's own tags, which arrive there by another way.
    tags = _without_system_tags(properties.get("Tags", []))
    if tags:
        api("s3").put_bucket_tagging(Bucket=values[0], Tagging={"TagSet": tags})
    return values


def _with_tags(snapshot: Snapshot) -> Snapshot:
    def tagged_snapshot(identifier: str, properties: Properties) -> None:
        snapshot(identifier, properties)
        rds = api("rds")
        [database] = rds.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"]
        tags = _without_system_tags(database.get("TagList", []))
        if not tags or not database["CopyTagsToSnapshot"]:
            return
        snapshots = rds.describe_db_snapshots(DBInstanceIdentifier=identifier)["DBSnapshots"]
        newest = max(snapshots, key=lambda snapshot: snapshot["SnapshotCreateTime"])
        rds.add_tags_to_resource(ResourceName=newest["DBSnapshotArn"], Tags=tags)

    return tagged_snapshot


def _without_system_tags(tags: list[dict[str, str]]) -> list[dict[str, str]]:
    return [tag for tag in tags if not tag["Key"].startswith("aws:")]
