"""RDS: event subscriptions."""

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.resources.registry import (
    Properties,
    ReturnValues,
    physical_name,
    pick,
    resource,
)

_CHANGEABLE = ("SnsTopicArn", "SourceType", "EventCategories", "Enabled")


def _create(logical_id: str, properties: Properties, stack: str) -> ReturnValues:
    name = properties.get("SubscriptionName") or physical_name(stack, logical_id, longest=255)
    subscription = pick(properties, *_CHANGEABLE, "SourceIds", "Tags")
    api("rds").create_event_subscription(SubscriptionName=name.lower(), **subscription)
    return name.lower(), {}


def _update(name: str, _old: Properties, new: Properties, _stack: str) -> ReturnValues:
    api("rds").modify_event_subscription(SubscriptionName=name, **pick(new, *_CHANGEABLE))
    return name, {}


resource(
    "AWS::RDS::EventSubscription",
    create=_create,
    update=_update,
    delete=lambda name, _: api("rds").delete_event_subscription(SubscriptionName=name),
    tags="Tags",
)
