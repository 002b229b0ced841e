"""CloudWatch: the metrics that AWS's services send themselves, read with GetMetricData.

Requests are counted as they happen (`measurements`). What nothing here can measure is made up and
calm: CPU and memory of tasks that are stand-ins, load of a database that holds hardly a row.
"""

import datetime as dt
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from statistics import quantiles
from typing import Any, Final

from ministack.services import cloudwatch, ecs, rds

from solarrally_tui.simulator.measurements import MEASUREMENTS, Answered
from solarrally_tui.simulator.pins import private, replace, scoped
from solarrally_tui.simulator.services.registry import Parameters, Result

_cbor_metric_data_result = private(cloudwatch, "_cbor_metric_data_result")
_cbor_ok = private(cloudwatch, "_cbor_ok")
_json_ok = private(cloudwatch, "_json_ok")
_iso = private(cloudwatch, "_ts_iso")
_services = private(ecs, "_services")
_tasks = private(ecs, "_tasks")
_instances = private(rds, "_instances")

_GIB: Final = 1024**3
_SERVER_ERROR: Final = 500
_UNITS_A_VCPU: Final = 1024
Dimensions = dict[str, str]
Window = tuple[float, float]
"""Begin and end, in seconds since 1970."""
Values = dict[int, float]
"""By the beginning of a period, in seconds since 1970."""


Answer = tuple[int, dict[str, str], bytes]
Read = Callable[[Parameters, Parameters, bool, bool], Answer]


def _measuring(stored: Read) -> Read:
    """Return MiniStack's GetMetricData, which answers what is measured here as well.

    In MiniStack and not as an operation of our own: CloudWatch speaks three protocols, and botocore
    chooses one of two.
    """

    def read(params: Parameters, given: Parameters, is_cbor: bool, is_json: bool) -> Answer:
        queries = given.get("MetricDataQueries") or []
        if not queries:
            return stored(params, given, is_cbor, is_json)
        start, end = _seconds(given["StartTime"]), _seconds(given["EndTime"])
        results: list[Result] = []
        for query in queries:
            values = _measured(query, start, end)
            if values is None:
                alone = {**given, "MetricDataQueries": [query]}
                _, _, body = stored({}, alone, False, True)
                results += json.loads(body)["MetricDataResults"]
            else:
                results.append(_result(query, values))
        if is_cbor:
            found = [_cbor_metric_data_result(result) for result in results]
            answer: Answer = _cbor_ok({"MetricDataResults": found})
        else:
            answer = _json_ok({"MetricDataResults": results})
        return answer

    return read


def _result(query: Parameters, values: Values) -> Result:
    moments = sorted(values)
    return {
        "Id": query["Id"],
        "Label": query.get("Label", query["Id"]),
        "Timestamps": [_iso(at) for at in moments],
        "Values": [values[at] for at in moments],
        "StatusCode": "Complete",
    }


def _measured(query: Parameters, start: float, end: float) -> Values | None:
    """Return the values of a metric that AWS itself sends; None for every other."""
    stat = query.get("MetricStat") or {}
    metric = stat.get("Metric") or {}
    namespace, name = metric.get("Namespace", ""), metric.get("MetricName", "")
    period = int(stat.get("Period", 60))
    dimensions = {one["Name"]: one["Value"] for one in metric.get("Dimensions") or ()}
    return _values(namespace, name, dimensions, (start, end), period)


def _values(
    namespace: str, name: str, dimensions: Dimensions, window: Window, period: int
) -> Values | None:
    set_to = MEASUREMENTS.figure(namespace, name)
    if set_to is not None:
        return dict.fromkeys(_periods(*window, period), set_to)
    by = dimensions.get("LoadBalancer") or dimensions.get("DistributionId")
    if by:
        return _of_requests(name, by, window, period)
    measure = _MEASURES.get(namespace)
    return measure(name, dimensions, window, period) if measure else None


def cpu_of_tasks(service: str) -> float | None:
    """Return the newest average CPU of a service in percent; None where nothing is measured."""
    now, of = time.time(), {"ServiceName": service}
    values = _values("AWS/ECS", "CPUUtilization", of, (now - 60, now), 60)
    return values[max(values)] if values else None


def _of_tasks(name: str, dimensions: Dimensions, window: Window, period: int) -> Values:
    service = _named(_services, dimensions.get("ServiceName", ""))
    if service is None or not service["runningCount"]:
        return {}
    return _steady(_TASKS.get(name), service["createdAt"], window, period)


def _of_database(name: str, dimensions: Dimensions, window: Window, period: int) -> Values:
    instance = _named(_instances, dimensions.get("DBInstanceIdentifier", ""))
    if instance is None:
        return {}
    created = instance["InstanceCreateTime"]
    if name == "FreeStorageSpace":
        return _filling(float(instance["AllocatedStorage"]) * _GIB, created, window, period)
    return _steady(_DATABASE.get(name), created, window, period)


def _of_usage(_name: str, _dimensions: Dimensions, window: Window, period: int) -> Values:
    """Return the vCPUs of the tasks that run now; what ran before is not kept."""
    cpu = sum(int(task.get("cpu") or 0) for task in _running_tasks())
    end = window[1]
    return dict.fromkeys(_periods(end - period, end, period), cpu / _UNITS_A_VCPU)


def _of_firewall(name: str, _dimensions: Dimensions, window: Window, period: int) -> Values:
    """Let everything have passed: the firewall itself is not simulated."""
    return _of_requests("Requests", "", window, period) if name == "AllowedRequests" else {}


def _running_tasks() -> list[Any]:
    return [task for _, task in scoped(_tasks) if task["lastStatus"] == "RUNNING"]


_FREE_AT_FIRST: Final = 0.85
_GROWTH: Final = 500.0
"""Bytes that a database of a few chargers grows in a second."""
_TASKS: Final = {"CPUUtilization": 6.0, "MemoryUtilization": 38.0}
_DATABASE: Final = {"CPUUtilization": 4.0, "DatabaseConnections": 6.0, "CPUCreditBalance": 144.0}


def _of_requests(name: str, by: str, window: Window, period: int) -> Values:
    count = _COUNTED.get(name)
    if count is None:
        return {}
    periods: dict[int, list[Answered]] = defaultdict(list)
    for one in MEASUREMENTS.of(by, *window):
        periods[int(one.time // period) * period].append(one)
    values = {at: count(answered) for at, answered in periods.items()}
    return {at: value for at, value in values.items() if value is not None}


def _errors(answered: Iterable[Answered], *, of_target: bool) -> float:
    return float(
        sum(one.status >= _SERVER_ERROR and one.of_target is of_target for one in answered)
    )


def _share(answered: list[Answered]) -> float:
    return sum(one.status >= _SERVER_ERROR for one in answered) / len(answered) * 100


def _p95(answered: list[Answered]) -> float | None:
    seconds = [one.seconds for one in answered if one.of_target]
    if len(seconds) < 2:
        return seconds[0] if seconds else None
    return quantiles(seconds, n=20, method="inclusive")[-1]


_COUNTED: Final[dict[str, Callable[[list[Answered]], float | None]]] = {
    "RequestCount": lambda answered: float(len(answered)),
    "Requests": lambda answered: float(len(answered)),
    "TargetResponseTime": _p95,
    "HTTPCode_Target_5XX_Count": lambda answered: _errors(answered, of_target=True),
    "HTTPCode_ELB_5XX_Count": lambda answered: _errors(answered, of_target=False),
    "5xxErrorRate": _share,
}


def _steady(level: float | None, created: Any, window: Window, period: int) -> Values:
    """Return a level that moves a little, the same at the same moment whoever asks.

    created: when the resource was; before that AWS measured nothing.
    """
    if level is None:
        return {}
    return {
        at: float(round(level * (0.92 + (at // period * 7919 % 17) / 100), 1))
        for at in _periods(max(window[0], _seconds(created)), window[1], period)
    }


def _filling(size: float, created: Any, window: Window, period: int) -> Values:
    """Return the bytes that a database has free: what it needs at first, less what comes in."""
    born = _seconds(created)
    return {
        at: size * _FREE_AT_FIRST - max(at - born, 0.0) * _GROWTH
        for at in _periods(max(window[0], born), window[1], period)
    }


def _periods(start: float, end: float, period: int) -> range:
    return range(int(start // period) * period, int(end), period)


def _named(store: Any, name: str) -> Any:
    """Return a record of a store by the last part of its key."""
    return next((record for key, record in scoped(store) if key[-1].endswith(name)), None)


def _seconds(moment: Any) -> float:
    if isinstance(moment, dt.datetime):
        return moment.timestamp()
    if isinstance(moment, int | float):
        return float(moment)
    return dt.datetime.fromisoformat(str(moment)).timestamp()


_MEASURES: Final[dict[str, Callable[[str, Dimensions, Window, int], Values]]] = {
    "AWS/ECS": _of_tasks,
    "AWS/RDS": _of_database,
    "AWS/Usage": _of_usage,
    "AWS/WAFV2": _of_firewall,
}
replace(cloudwatch, "_get_metric_data", _measuring)
