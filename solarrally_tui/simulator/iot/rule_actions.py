"""Rule actions that MiniStack lacks: metrics, log entries, and Firehose records.

They call the account's own public APIs: a metric changes the state of alarms, an entry appears in
its log group, a record in the bucket of its stream, and a missing resource fails the action.
"""

import asyncio
import json
import re
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Final

from ministack.core.responses import request_scope
from ministack.services import iot

from solarrally_tui.simulator.iam import operations
from solarrally_tui.simulator.iam.authorization import Authorization
from solarrally_tui.simulator.iam.needs import Need
from solarrally_tui.simulator.iam.resource_names import Place
from solarrally_tui.simulator.iam.service_sessions import assume
from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.pins import private, replace

_RULE_ACTION_RESOURCE_KEYS = private(iot, "_RULE_ACTION_RESOURCE_KEYS")

_TEMPLATE: Final = re.compile(r"\$\{[^}]*\}")
"""A substitution template: what the rule puts in there is not known before it runs."""

Spec = Mapping[str, Any]
Dispatch = Callable[..., Awaitable[None]]

_RESOURCES: Final = {
    "cloudwatchMetric": ("metricName",),
    "cloudwatchLogs": ("logGroupName",),
    "firehose": ("deliveryStreamName",),
}
"""What an error names as the resource that failed."""


class RuleActions:
    """The actions of rules, each judged by the role that the rule names for it."""

    def __init__(self, authorization: Authorization) -> None:
        self._authorization = authorization

    def install(self) -> None:
        """Add these actions to MiniStack's rules. Call once."""
        replace(iot, "_dispatch_rule_action", self._with_our_actions)
        _RULE_ACTION_RESOURCE_KEYS.update(_RESOURCES)

    def _with_our_actions(self, dispatch: Dispatch) -> Dispatch:
        async def act(
            account: str, region: str, rule: str, action: dict[str, Any], event: Any
        ) -> None:
            self._check(Place(account, region), rule, action)
            for kind, run in _ACTIONS.items():
                if kind in action:
                    with request_scope(account, region):
                        await asyncio.to_thread(run, action[kind], event)
                    return
            await dispatch(account, region, rule, action, event)

        return act

    def _check(self, place: Place, rule: str, action: dict[str, Any]) -> None:
        """Judge an action by its role. Raises DeniedError or NotAssumedError."""
        for kind, needed in _NEEDED.items():
            spec = action.get(kind) or {}
            if not spec.get("roleArn"):
                continue
            source = place.arn(f"iot:{place.region}:{place.account}:rule/{rule}")
            role = assume(
                self._authorization, spec["roleArn"], "iot.amazonaws.com", rule, place, source
            )
            role.check(*needed(spec, place))


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


def _metric_needs(spec: Spec, _place: Place) -> Iterator[Need]:
    facts = {"cloudwatch:namespace": str(spec["metricNamespace"])}
    yield Need("cloudwatch:PutMetricData", "*", facts=facts)


def _log_needs(spec: Spec, place: Place) -> Iterator[Need]:
    group = place.arn(f"logs:{place.region}:{place.account}:log-group:{spec['logGroupName']}")
    yield Need("logs:DescribeLogStreams", f"{group}:log-stream:")
    yield Need("logs:CreateLogStream", f"{group}:log-stream:rule")
    yield Need("logs:PutLogEvents", f"{group}:log-stream:rule")


def _stream_needs(spec: Spec, place: Place) -> Iterator[Need]:
    name = spec["deliveryStreamName"]
    arn = place.arn(f"firehose:{place.region}:{place.account}:deliverystream/{name}")
    yield Need("firehose:PutRecord", arn)


def _republish_needs(spec: Spec, place: Place) -> Iterator[Need]:
    topic = _TEMPLATE.sub("x", str(spec.get("topic", "")))
    if topic.startswith("$$"):
        topic = topic[1:]  # the escape for topics that begin with $
    yield Need("iot:Publish", place.arn(f"iot:{place.region}:{place.account}:topic/{topic}"))


def _queue_needs(spec: Spec, place: Place) -> Iterator[Need]:
    yield from operations.needed("sqs", "SendMessage", {"QueueUrl": spec["queueUrl"]}, place)


def _topic_needs(spec: Spec, _place: Place) -> Iterator[Need]:
    yield Need("sns:Publish", str(spec["targetArn"]))


_NEEDED: Final[dict[str, Callable[[Spec, Place], Iterator[Need]]]] = {
    "cloudwatchMetric": _metric_needs,
    "cloudwatchLogs": _log_needs,
    "firehose": _stream_needs,
    "republish": _republish_needs,
    "sns": _topic_needs,
    "sqs": _queue_needs,
}
_ACTIONS: Final[dict[str, Callable[[Spec, Any], None]]] = {
    "cloudwatchMetric": _put_metric,
    "cloudwatchLogs": _put_log_entry,
    "firehose": _put_record,
}
