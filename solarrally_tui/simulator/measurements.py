"""What the simulated account measures for CloudWatch: requests as they happen, and set figures.

MiniStack keeps what is put into CloudWatch and measures nothing itself. What is counted here is
answered by `services.cloudwatch` and rings no alarm: MiniStack judges an alarm by every value of a
metric's name, whichever load balancer it is of.
"""

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Final

_KEPT: Final = 200_000
"""Requests. At one a second, more than two days."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One request that a load balancer or a distribution answered."""

    time: float
    by: str
    """A distribution's id, or the part of a load balancer's ARN that starts with app/."""
    seconds: float
    status: int
    of_target: bool
    """Whether a target answered, and not the load balancer itself."""


class Measurements:
    """Requests since the start, and figures that a person or a test has set."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answered: deque[Answered] = deque(maxlen=_KEPT)
        self._set: dict[tuple[str, str], float] = {}

    def answered(self, by: str, begun: float, status: int, *, of_target: bool = True) -> None:
        """Count a request. begun: in seconds of the monotonic clock."""
        seconds = time.monotonic() - begun
        with self._lock:
            self._answered.append(Answered(time.time(), by, seconds, status, of_target))

    def of(self, by: str, start: float, end: float) -> list[Answered]:
        """Return the requests that one answered between two moments, in seconds since 1970.

        by: empty for all distributions.
        """
        with self._lock:
            answered = [one for one in self._answered if start <= one.time < end]
        if by:
            return [one for one in answered if one.by == by]
        return [one for one in answered if not one.by.startswith("app/")]

    def set_figure(self, body: dict[str, object]) -> dict[str, object]:
        """Set a figure for the whole account, such as {"namespace", "metric", "value"}.

        Raises ValueError.
        """
        namespace, metric = str(body.get("namespace", "")), str(body.get("metric", ""))
        if not namespace or not metric:
            raise ValueError("namespace and metric are needed")
        value = float(str(body.get("value", "")))
        with self._lock:
            self._set[namespace, metric] = value
        return {"namespace": namespace, "metric": metric, "value": value}

    def forget_figures(self) -> dict[str, object]:
        """Let everything be measured again."""
        with self._lock:
            self._set.clear()
        return {"figures": []}

    def figure(self, namespace: str, metric: str) -> float | None:
        """Return a figure that was set, else None."""
        with self._lock:
            return self._set.get((namespace, metric))


MEASUREMENTS: Final = Measurements()
