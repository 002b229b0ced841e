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


def _attributes(made: Properties) -> Properties:
    return {"Arn": made["TrailARN"], "SnsTopicArn": ""}


def _create(logical_id: str, properties: Properties, stack: str) -> ReturnValues:
    name = properties.get("TrailName") or physical_name(stack, logical_id, longest=128)
    tags = {"TagsList": properties["Tags"]} if properties.get("Tags") else {}
    made = api("cloudtrail").create_trail(Name=name, **pick(properties, *_PROPERTIES), **tags)
    _log(name, properties)
    return name, _attributes(made)


def _update(name: str, _old: Properties, new: Properties, _stack: str) -> ReturnValues:
    made = api("cloudtrail").update_trail(Name=name, **pick(new, *_PROPERTIES))
    _log(name, new)
    return name, _attributes(made)


def _log(name: str, properties: Properties) -> None:
    on = str(properties.get("IsLogging", True)).lower() == "true"
    trail = api("cloudtrail")
    (trail.start_logging if on else trail.stop_logging)(Name=name)


resource(
    "AWS::CloudTrail::Trail",
    create=_create,
    update=_update,
    delete=lambda name, _: api("cloudtrail").delete_trail(Name=name),
    tags="Tags",
)
