"""Rule actions that MiniStack leaves out: metrics, log entries, and records for Firehose.

They go through the account's own public APIs, so that a metric moves alarms, an entry is in its log
group, a record lands in the bucket of its stream, and what is missing is an error of the action.
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
    """Teach MiniStack's rules these actions. Call once."""
    replace(iot, "_dispatch_rule_action", _also_ours)
    _RULE_ACTION_RESOURCE_KEYS.update(_RESOURCES)


def _also_ours(dispatch: Dispatch) -> Dispatch:
    async def act(account: str, region: str, rule: str, action: dict[str, Any], event: Any) -> None:
        for kind, run in _ACTIONS.items():
            if kind in action:
                with request_scope(account, region):
                    await asyncio.to_thread(run, action[kind], event)
                return
        await dispatch(account, region, rule, action, event)

    return act


def _metric(spec: Spec, _event: Any) -> None:
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


def _log(spec: Spec, event: Any) -> None:
    group, stream = spec["logGroupName"], uuid.uuid4().hex
    api("logs").create_log_stream(logGroupName=group, logStreamName=stream)
    api("logs").put_log_events(
        logGroupName=group,
        logStreamName=stream,
        logEvents=[{"timestamp": int(time.time() * 1000), "message": json.dumps(event)}],
    )


def _record(spec: Spec, event: Any) -> None:
    text = event if isinstance(event, str) else json.dumps(event)
    data = f"{text}{spec.get('separator', '')}".encode()
    api("firehose").put_record(DeliveryStreamName=spec["deliveryStreamName"], Record={"Data": data})


_ACTIONS: Final[dict[str, Callable[[Spec, Any], None]]] = {
    "cloudwatchMetric": _metric,
    "cloudwatchLogs": _log,
    "firehose": _record,
}
