"""CloudWatch: composite alarms."""

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.resources.registry import (
    Properties,
    ReturnValues,
    arn,
    physical_name,
    pick,
    resource,
)

_PROPERTIES = (
    "AlarmRule",
    "AlarmDescription",
    "ActionsEnabled",
    "AlarmActions",
    "OKActions",
    "InsufficientDataActions",
    "ActionsSuppressor",
    "ActionsSuppressorWaitPeriod",
    "ActionsSuppressorExtensionPeriod",
    "Tags",
)


def _put(name: str, properties: Properties) -> ReturnValues:
    given = pick(properties, *_PROPERTIES)
    if "Tags" in given:  # CloudFormation's own tags are not for callers to set
        given["Tags"] = [tag for tag in given["Tags"] if not tag["Key"].startswith("aws:")]
    api("cloudwatch").put_composite_alarm(AlarmName=name, **given)
    return name, {"Arn": arn("cloudwatch", f"alarm:{name}")}


def _create(logical_id: str, properties: Properties, stack: str) -> ReturnValues:
    return _put(properties.get("AlarmName") or physical_name(stack, logical_id), properties)


def _update(name: str, _old: Properties, new: Properties, _stack: str) -> ReturnValues:
    return _put(name, new)


resource(
    "AWS::CloudWatch::CompositeAlarm",
    create=_create,
    update=_update,
    delete=lambda name, _: api("cloudwatch").delete_alarms(AlarmNames=[name]),
    tags="Tags",
)
