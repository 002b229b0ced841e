"""Rule actions that MiniStack lacks: metrics, log entries, and Firehose records.

They call the account's own public APIs: a metric changes the state of alarms, an entry appears in
its log group, a record in the bucket of its stream, and a missing resource fails the action.
"""

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from ministack.core.responses import request_scope
from ministack.services import iot

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.pins import private, replace

_RULE_ACTION_RESOURCE_KEYS = private(iot, "_RULE_ACTION_RESOURCE_KEYS")

Spec = Mapping[str, Any]
Dispatch = Callable[..., Awaitable[None]]

_RESOURCES: Final = {
    "cloudwatchMetric": ("metricName",),
    "cloudwatchLogs": ("logGroupName",),
    "firehose": ("deliveryStreamName",),
}
"""What an error names as the resource that failed."""


def install() -> None:
    """Add these actions to MiniStack's rules. Call once."""
    replace(iot, "_dispatch_rule_action", _with_our_actions)
    _RULE_ACTION_RESOURCE_KEYS.update(_RESOURCES)


def _with_our_actions(dispatch: Dispatch) -> Dispatch:
    async def act(account: str, region: str, rule: str, action: dict[str, Any], event: Any) -> None:
        for kind, run in _ACTIONS.items():
            if kind in action:
                with request_scope(account, region):
                    await asyncio.to_thread(run, action[kind], event)
                return
        await dispatch(account, region, rule, action, event)

    return act


def _put_metric(spec: Spec, _event: Any) -> None:
    api("cloudwatch").put_metric_data(
        Namespace=spec["metricNamespace"],
        MetricData=[
            {
                "MetricName": spec["metricName"],
                "Value": float(spec["metricValue"]),
                "Unit": spec["metricUnit"],
            }
        ],
    )


def _put_log_entry(spec: Spec, event: Any) -> None:
    group, stream = spec["logGroupName"], uuid.uuid4().hex
    api("logs").create_log_stream(logGroupName=group, logStreamName=stream)
    api("logs").put_log_events(
        logGroupName=group,
        logStreamName=stream,
        logEvents=[{"timestamp": int(time.time() * 1000), "message": json.dumps(event)}],
    )


def _put_record(spec: Spec, event: Any) -> None:
    text = event if isinstance(event, str) else json.dumps(event)
    data = f"{text}{spec.get('separator', '')}".encode()
    api("firehose").put_record(DeliveryStreamName=spec["deliveryStreamName"], Record={"Data": data})


_ACTIONS: Final[dict[str, Callable[[Spec, Any], None]]] = {
    "cloudwatchMetric": _put_metric,
    "cloudwatchLogs": _put_log_entry,
    "firehose": _put_record,
}
