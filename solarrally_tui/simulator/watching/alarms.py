"""When an alarm of one metric changes its state: period by period, as CloudWatch counts.

MiniStack takes one statistic over all periods together. Here `EvaluationPeriods`,
`DatapointsToAlarm`, `TreatMissingData` and the alarm's own dimensions count. Periods pass as fast
as the account's clock; where nothing waits, a minute is a second. An alarm whose metric never had a
value keeps its state.
"""

import operator
import time
from collections.abc import Callable, Mapping
from itertools import takewhile
from operator import itemgetter
from typing import Any, Final

from ministack.services import cloudwatch

from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.pins import private, replace

_metrics = private(cloudwatch, "_metrics")
_dims_key = private(cloudwatch, "_dims_key")
_calc_stats = private(cloudwatch, "_calc_stats")
_stat_value = private(cloudwatch, "_stat_value")
_record_history = private(cloudwatch, "_record_history")
_dispatch_alarm_actions = private(cloudwatch, "_dispatch_alarm_actions")
_evaluate_parent_alarms = private(cloudwatch, "_evaluate_parent_alarms")

INSTANT_MINUTE: Final = 1.0
"""Real seconds of a minute in an account that waits for nothing."""

_BREACHES: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


def pace(clock: Clock) -> float:
    """Return the real seconds of a simulated second, for what repeats every minute."""
    return INSTANT_MINUTE / 60 if clock.instant else 1 / clock.speed


def install(clock: Clock) -> None:
    """Evaluate alarms this way. Call once."""

    def evaluate(alarm: dict[str, Any]) -> None:
        points = _points(alarm)
        breaches = _BREACHES.get(alarm.get("ComparisonOperator", ""))
        if not points or breaches is None:
            return
        period = float(alarm.get("Period") or 60) * pace(clock)
        states = _states(alarm, points, period, breaches)
        needed = alarm.get("DatapointsToAlarm") or alarm.get("EvaluationPeriods") or 1
        breaching = states.count(True)
        if breaching >= int(needed):
            _change(alarm, "ALARM", f"{breaching} datapoints were beyond the threshold.")
        elif any(state is not None for state in states):
            _change(alarm, "OK", f"{breaching} of {needed} datapoints were beyond the threshold.")

    replace(cloudwatch, "_evaluate_alarm", lambda _: evaluate)
    replace(cloudwatch, "_store_datum", _in_order)


def _in_order(store: Callable[..., None]) -> Callable[..., None]:
    """Let a value that is put with an earlier time stand before the later ones."""

    def stored(namespace: str, name: str, dimensions: dict[str, str], *datum: Any) -> None:
        store(namespace, name, dimensions, *datum)
        _metrics[namespace, name, _dims_key(dimensions)].sort(key=itemgetter("Timestamp"))

    return stored


def _points(alarm: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what an alarm watches, the newest last."""
    wanted = {d["Name"]: d["Value"] for d in alarm.get("Dimensions") or ()}
    found: list[dict[str, Any]] = _metrics.get(
        (alarm.get("Namespace"), alarm.get("MetricName"), _dims_key(wanted)), []
    )
    return found


def _states(
    alarm: Mapping[str, Any],
    points: list[dict[str, Any]],
    period: float,
    breaches: Callable[[float, float], bool],
) -> list[bool | None]:
    """Return for each period, the newest first, whether it breaches; None where it is missing."""
    now, missing = time.time(), alarm.get("TreatMissingData") or "missing"
    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
    periods = int(alarm.get("EvaluationPeriods") or 1)
    # Every line of a log is a reason to look, and points are kept for weeks.
    begin = now - periods * period
    recent = list(takewhile(lambda point: point["Timestamp"] > begin, reversed(points)))
    states: list[bool | None] = []
    for number in range(periods):
        end = now - number * period
        inside = [point for point in recent if end - period < point["Timestamp"] <= end]
        stats = _calc_stats(inside)
        value = _stat_value(stats, statistic, inside) if stats else None
        if value is not None:
            states.append(breaches(float(value), float(alarm.get("Threshold") or 0)))
        else:
            states.append({"breaching": True, "notBreaching": False}.get(missing))
    return states


def _change(alarm: dict[str, Any], state: str, reason: str) -> None:
    before = alarm["StateValue"]
    if before == state:
        return
    words = f"Threshold Crossed: {reason}"
    alarm |= {
        "StateValue": state,
        "StateReason": words,
        "StateUpdatedTimestamp": int(time.time()),
    }
    _record_history(alarm["AlarmName"], before, state, words)
    _dispatch_alarm_actions(alarm, before, state, words)
    _evaluate_parent_alarms(alarm)
