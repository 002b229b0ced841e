"""What AWS's services count of functions, queues and APIs, as alarms and readers see it."""

from collections.abc import Iterable, Mapping

from ministack.services import cloudwatch

from solarrally_tui.simulator.pins import private

_alarms = private(cloudwatch, "_alarms")

Dimensions = Mapping[str, str]


def record(
    namespace: str, figures: Mapping[str, tuple[float, str]], dimensions: Iterable[Dimensions]
) -> None:
    """Put figures, by name with their unit, under each set of dimensions, and ring the alarms.

    In the account and Region of the present scope.
    """
    for name, (value, unit) in figures.items():
        for named in dimensions:
            cloudwatch.record_metric(namespace, name, value, unit, dict(named))
    evaluate = private(cloudwatch, "_evaluate_alarm")
    for alarm in list(_alarms.values()):
        if alarm.get("Namespace") == namespace and alarm.get("MetricName") in figures:
            evaluate(alarm)
