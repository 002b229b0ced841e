"""Price rules for AWS IoT: chargers, rules and their actions, the archive, the fleet index."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from solarrally_tui.pricing.metering.charge import (
    Charge,
    Charges,
    Entry,
    PriceRule,
    Resource,
    UnpricedCharge,
    charged,
    fixed,
    months,
    used,
)
from solarrally_tui.pricing.metering.estimate_range import Range
from solarrally_tui.pricing.metering.rules.operations import FREE_METRICS
from solarrally_tui.pricing.metering.rules.price_names import (
    IOT_MESSAGES,
    IOT_MINUTES,
    IOT_OPERATIONS,
)
from solarrally_tui.pricing.metering.usage import Usage

_TRIGGERED: Final = "Rules triggered (5 KB metering)"
_EXECUTED: Final = "Rule actions executed (5 KB metering)"
_DELIVERED: Final = "Data ingested, direct put (5 KB metering)"
_TELEMETRY: Final = "chargers and their interval"
_CONNECTIONS: Final = "how often chargers lose their connection"
_FREE_FUNCTIONS: Final = frozenset({"topic"})
"""Functions of the rules' SQL that AWS does not bill apart."""
_FUNCTION: Final = re.compile(r"\b([a-z_0-9]+)\(")
_RECORD_GB: Final = Decimal(5 * 1024) / 2**30
"""Firehose bills every record as a multiple of 5 KB (its pricing page). Messages are shorter."""


def _chargers(_: Resource, month: Usage) -> Charges:
    return charged(
        used("AWSIoT", IOT_MESSAGES, month.messages, _TELEMETRY),
        used("AWSIoT", IOT_MINUTES, month.charger_minutes, "chargers"),
        *_management(month),
    )


def _management(month: Usage) -> Iterator[Charge]:
    """Yield what settings and jobs of chargers cost, where there are any.

    Messages of a job: notify-next twice, start-next and its answer, update and its answer. Of a
    change: the delta, the charger's report and its answer.
    """
    jobs = month.assume.jobs * month.chargers
    changes = month.assume.setting_changes * month.chargers
    if jobs.high:
        yield used("AWSIoT", "Remote actions (jobs)", jobs, "jobs")
        yield used("AWSIoT", IOT_MESSAGES, jobs * 6, "jobs")
    if changes.high:
        yield used("AWSIoT", IOT_OPERATIONS, changes * 2, "changes of settings")
        yield used("AWSIoT", IOT_MESSAGES, changes * 3, "changes of settings")


def _rule(resource: Resource, month: Usage) -> Charges:
    """A rule is billed for each message it hears, an action for each that its query selects."""
    payload: Any = resource.properties["TopicRulePayload"]
    sql = str(payload["Sql"])
    if "/evse/" in sql:
        heard, driver = month.messages, _TELEMETRY
        # With a WHERE clause it selects faulted chargers only.
        selected = heard * month.assume.faulted_share if "WHERE" in sql else heard
    elif "$aws/events/presence/" in sql:
        heard = selected = month.connection_events
        driver = _CONNECTIONS
    else:
        reason = f"It is not known how often the rule {resource.id} hears something."
        return (UnpricedCharge("AWSIoT", _TRIGGERED, reason),)
    return charged(
        used("AWSIoT", _TRIGGERED, heard, driver),
        *_functions(sql, heard, driver),
        *(entry for action in payload["Actions"] for entry in _action(action, selected, driver)),
    )


def _functions(sql: str, heard: Range, driver: str) -> Iterator[Entry]:
    """Yield what the functions of a rule's SQL ask other services for."""
    for name in sorted(set(_FUNCTION.findall(sql)) - _FREE_FUNCTIONS):
        if name == "get_registry_data":
            yield used("AWSIoT", IOT_OPERATIONS, heard, driver)
        else:
            reason = f"It is not known what the function {name} of a rule costs."
            yield UnpricedCharge("AWSIoT", f"Function {name}", reason)


def _action(action: Mapping[str, Any], selected: Range, driver: str) -> Iterator[Entry]:
    """Yield an action, and what it causes in another service."""
    yield used("AWSIoT", _EXECUTED, selected, driver)
    ((kind, how),) = action.items()
    if kind == "CloudwatchMetric":
        metric = "Custom/detailed metric"
        yield fixed("AmazonCloudWatch", metric, months(), allowance=FREE_METRICS)
    elif kind == "Republish" and str(how["Topic"]).endswith("/shadow/update"):
        yield used("AWSIoT", IOT_OPERATIONS, selected, driver)
    elif kind == "Republish":
        yield used("AWSIoT", IOT_MESSAGES, selected, driver)
    elif kind not in {"Firehose", "Sqs"}:  # counted with the stream and the queue
        reason = f"It is not known what the action {kind} of a rule costs in other services."
        yield UnpricedCharge("AWSIoT", f"Action {kind}", reason)


def _delivery(_: Resource, month: Usage) -> Charges:
    return (used("AmazonKinesisFirehose", _DELIVERED, month.sent * _RECORD_GB, _TELEMETRY),)


def _index(_: Resource, month: Usage) -> Charges:
    """The fleet index follows the registry, which does not change, and who is connected.

    Every look at the site's health queries it.
    """
    return (
        used("AWSIoT", "Fleet index updates", month.connection_events, _CONNECTIONS),
        used("AWSIoT", "Fleet index queries", month.assume.index_queries, "looks at its health"),
    )


DEVICES: Final[Mapping[str, PriceRule]] = {
    "AWS::IoT::ThingType": _chargers,
    "AWS::IoT::TopicRule": _rule,
    "AWS::KinesisFirehose::DeliveryStream": _delivery,
    "AWS::IoT::FleetIndex": _index,
}
