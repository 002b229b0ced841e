"""Metrics out of logs, as CloudWatch Logs extracts them when a line arrives.

Two ways: the embedded metric format, and the metric filters of a group. Filters with terms only:
all of them, or, with a question mark, one of them. Those in brackets or braces find nothing here.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ministack.services import cloudwatch, cloudwatch_logs

from solarrally_tui.simulator.pins import private, replace

_metric_filters = private(cloudwatch_logs, "_metric_filters")
_alarms = private(cloudwatch, "_alarms")
_put_log_events = private(cloudwatch_logs, "_put_log_events")

_TERM: Final = re.compile(r'(\?)?(?:"([^"]*)"|([^\s"?]+))')
_EMBEDDED: Final = '"_aws"'

Metric = tuple[str, str, float]
"""Namespace, name and value."""


def install() -> None:
    """Extract metrics from every log event from now on. Call once, after the alarms."""
    evaluate = private(cloudwatch, "_evaluate_alarm")

    def put(data: dict[str, Any]) -> Any:
        answer = _put_log_events(data)
        found = [
            metric
            for event in data.get("logEvents") or ()
            for metric in _metrics(str(data.get("logGroupName")), str(event.get("message", "")))
        ]
        for namespace, name, value in found:
            cloudwatch.record_metric(namespace, name, value)
        namespaces = {namespace for namespace, _, _ in found}
        for alarm in list(_alarms.values()):
            if alarm.get("Namespace") in namespaces:
                evaluate(alarm)
        return answer

    replace(cloudwatch_logs, "_put_log_events", lambda _: put)


def _metrics(group: str, message: str) -> Iterator[Metric]:
    if _EMBEDDED in message:
        yield from embedded(message)
    for (of_group, _), found in list(_metric_filters.items()):
        if of_group == group and matches(str(found.get("filterPattern", "")), message):
            for change in found.get("metricTransformations") or ():
                value = float(change.get("metricValue", 1))
                yield change["metricNamespace"], change["metricName"], value


def embedded(message: str) -> Iterator[Metric]:
    """Yield the metrics of a line in the embedded metric format; nothing for another line."""
    try:
        body = json.loads(message)
        declared = body["_aws"]["CloudWatchMetrics"]
    except (ValueError, KeyError, TypeError):
        return
    for group in declared:
        for metric in group["Metrics"]:
            value = body.get(metric["Name"])
            if isinstance(value, int | float):
                yield group["Namespace"], metric["Name"], float(value)


def matches(pattern: str, message: str) -> bool:
    """Whether a metric filter of terms finds a line (CloudWatch Logs user guide, Filters)."""
    if pattern.startswith(("{", "[", "%")):
        return False
    terms: Mapping[bool, list[str]] = {True: [], False: []}
    for optional, phrase, word in _TERM.findall(pattern):
        terms[bool(optional)].append(phrase or word)
    one_of, all_of = terms[True], terms[False]
    return all(t in message for t in all_of) and (not one_of or any(t in message for t in one_of))
