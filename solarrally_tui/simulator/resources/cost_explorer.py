"""Cost Explorer: anomaly monitors and subscriptions."""

import json

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.resources.registry import Properties, ReturnValues, pick, resource

_MONITOR = ("MonitorName", "MonitorType", "MonitorDimension")
_SUBSCRIPTION = ("SubscriptionName", "MonitorArnList", "Subscribers", "Frequency", "Threshold")


def _create_monitor(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    monitor = pick(properties, *_MONITOR)
    if properties.get("MonitorSpecification"):
        monitor["MonitorSpecification"] = json.loads(properties["MonitorSpecification"])
    arn = api("ce").create_anomaly_monitor(AnomalyMonitor=monitor)["MonitorArn"]
    return arn, {"MonitorArn": arn, "DimensionalValueCount": 0}


def _update_monitor(arn: str, _old: Properties, new: Properties, _stack: str) -> ReturnValues:
    api("ce").update_anomaly_monitor(MonitorArn=arn, MonitorName=new["MonitorName"])
    return arn, {"MonitorArn": arn, "DimensionalValueCount": 0}


resource(
    "AWS::CE::AnomalyMonitor",
    create=_create_monitor,
    update=_update_monitor,
    delete=lambda arn, _: api("ce").delete_anomaly_monitor(MonitorArn=arn),
)


def _subscription(properties: Properties) -> Properties:
    subscription = pick(properties, *_SUBSCRIPTION)
    if properties.get("ThresholdExpression"):
        subscription["ThresholdExpression"] = json.loads(properties["ThresholdExpression"])
    return subscription


def _create_subscription(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    response = api("ce").create_anomaly_subscription(AnomalySubscription=_subscription(properties))
    return response["SubscriptionArn"], {"SubscriptionArn": response["SubscriptionArn"]}


def _update_subscription(arn: str, _old: Properties, new: Properties, _stack: str) -> ReturnValues:
    api("ce").update_anomaly_subscription(SubscriptionArn=arn, **_subscription(new))
    return arn, {"SubscriptionArn": arn}


resource(
    "AWS::CE::AnomalySubscription",
    create=_create_subscription,
    update=_update_subscription,
    delete=lambda arn, _: api("ce").delete_anomaly_subscription(SubscriptionArn=arn),
)
