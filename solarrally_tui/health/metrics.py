"""What CloudWatch measured of a site: all metrics of a Region in one call.

AWS bills GetMetricData by the metric, without a free tier (CloudWatch pricing, API requests), so
nothing here is read twice in a minute, and `pace` says how seldom a display that runs all month may
read.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from solarrally_tui.health.figures import Point, Series
from solarrally_tui.health.memo import Memo
from solarrally_tui.site.names import GLOBAL_REGION

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door

PERIOD: Final = 300
"""Seconds of one value."""
WINDOW: Final = timedelta(hours=3)
MOST: Final = 500
"""How many metrics a call takes (CloudWatch API reference, GetMetricData)."""
MINUTE: Final = 60.0
"""Seconds for which metrics are not read again, whoever asks."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of CloudWatch with the statistic that is read of it."""

    id: str
    """Ours, of a to z, digits and underscores, as the call demands it."""
    namespace: str
    name: str
    statistic: str
    dimensions: tuple[tuple[str, str], ...] = ()
    is_global: bool = False
    """Whether it is in us-east-1 whatever the site's Region, as CloudFront's are."""


Wanted = Callable[[], Sequence[Metric]]
"""Returns the metrics of a site, so far as its stacks exist."""


class Metrics:
    """The metrics of one site, read together."""

    def __init__(self, door: "Door", wanted: Wanted, memo: Memo) -> None:
        self._door, self._wanted, self._memo = door, wanted, memo

    async def series(self, id_: str) -> Series:
        """Return the course of a metric; empty where AWS has no value of it. Raises AwsError.

        Values are in the statistic of the metric, one for each PERIOD of the last WINDOW.
        """
        metric = next((one for one in self._wanted() if one.id == id_), None)
        if metric is None:
            return ()
        region = GLOBAL_REGION if metric.is_global else self._door.region
        name = f"metrics:{region}"
        read = await self._memo.kept(name, lambda: self._read(region), MINUTE)
        return read.get(id_, ())

    async def _read(self, region: str) -> dict[str, Series]:
        metrics = [
            metric
            for metric in self._wanted()
            if (GLOBAL_REGION if metric.is_global else self._door.region) == region
        ]
        end = datetime.now(UTC)
        found: dict[str, list[Point]] = {}
        async for result in self._results(region, metrics[:MOST], end):
            points = zip(result["Timestamps"], result["Values"], strict=True)
            found.setdefault(result["Id"], []).extend(Point(at, value) for at, value in points)
        return {id_: tuple(sorted(points, key=_moment)) for id_, points in found.items()}

    async def _results(
        self, region: str, metrics: Sequence[Metric], end: datetime
    ) -> AsyncIterator[dict[str, Any]]:
        """Yield the results of every page: one page holds 100,800 values, more than we ask for."""
        token: dict[str, str] = {}
        while True:
            response = await self._door.call(
                "cloudwatch",
                "get_metric_data",
                region,
                MetricDataQueries=[_query(metric) for metric in metrics],
                StartTime=end - WINDOW,
                EndTime=end,
                **token,
            )
            for result in response["MetricDataResults"]:
                yield result
            if not response.get("NextToken"):
                return
            token = {"NextToken": response["NextToken"]}


def _query(metric: Metric) -> dict[str, Any]:
    return {
        "Id": metric.id,
        "MetricStat": {
            "Metric": {
                "Namespace": metric.namespace,
                "MetricName": metric.name,
                "Dimensions": [{"Name": name, "Value": value} for name, value in metric.dimensions],
            },
            "Period": PERIOD,
            "Stat": metric.statistic,
        },
    }


def _moment(point: Point) -> datetime:
    return point.time
