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
    alarm = pick(properties, *_PROPERTIES)
    if "Tags" in alarm:  # callers may not set CloudFormation's own tags
        alarm["Tags"] = [tag for tag in alarm["Tags"] if not tag["Key"].startswith("aws:")]
    api("cloudwatch").put_composite_alarm(AlarmName=name, **alarm)
    return name, {"Arn": arn("cloudwatch", f"alarm:{name}")}


resource(
    "AWS::CloudWatch::CompositeAlarm",
    create=lambda logical_id, properties, stack: _put(
        properties.get("AlarmName") or physical_name(stack, logical_id), properties
    ),
    update=lambda name, _old, new, _stack: _put(name, new),
    delete=lambda name, _: api("cloudwatch").delete_alarms(AlarmNames=[name]),
    tags="Tags",
)
