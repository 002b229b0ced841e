"""CloudTrail: trails."""

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.resources.registry import (
    Properties,
    ReturnValues,
    physical_name,
    pick,
    resource,
)

_PROPERTIES = (
    "S3BucketName",
    "S3KeyPrefix",
    "IncludeGlobalServiceEvents",
    "IsMultiRegionTrail",
    "EnableLogFileValidation",
    "CloudWatchLogsLogGroupArn",
    "CloudWatchLogsRoleArn",
)


def _create(logical_id: str, properties: Properties, stack: str) -> ReturnValues:
    name = properties.get("TrailName") or physical_name(stack, logical_id, longest=128)
    tags = {"TagsList": properties["Tags"]} if properties.get("Tags") else {}
    trail = api("cloudtrail").create_trail(Name=name, **pick(properties, *_PROPERTIES), **tags)
    return _set_logging(trail, properties)


def _update(name: str, _old: Properties, new: Properties, _stack: str) -> ReturnValues:
    trail = api("cloudtrail").update_trail(Name=name, **pick(new, *_PROPERTIES))
    return _set_logging(trail, new)


def _set_logging(trail: Properties, properties: Properties) -> ReturnValues:
    """Start or stop logging, which the API keeps apart from the trail's other properties."""
    name, cloudtrail = str(trail["Name"]), api("cloudtrail")
    on = str(properties.get("IsLogging", True)).lower() == "true"
    (cloudtrail.start_logging if on else cloudtrail.stop_logging)(Name=name)
    return name, {"Arn": trail["TrailARN"], "SnsTopicArn": ""}


resource(
    "AWS::CloudTrail::Trail",
    create=_create,
    update=_update,
    delete=lambda name, _: api("cloudtrail").delete_trail(Name=name),
    tags="Tags",
)
