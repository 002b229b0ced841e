"""The power of a charger, or of all, over the time that somebody listened at the page.

Nothing in AWS keeps it: the application stores no charging sessions, and a metric for each charger
would cost as much as the charger does. So it is what was seen since this program listens.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isnan, nan
from typing import Final

STEP: Final = 5
"""Seconds between two values."""
_KEPT: Final = 3600 // STEP
"""Values of the last hour."""
_JOULES: Final = 3_600_000.0
"""Of a kilowatt-hour."""


def step_at(moment: datetime) -> int:
    """Return the step of a moment."""
    return int(moment.timestamp()) // STEP


@dataclass(slots=True)
class PowerCourse:
    """Watts, step by step; four bytes each, for there may be thousands of chargers."""

    _first: int = 0
    """The step of the first value, counted since 1970."""
    _watts: "array[float]" = field(default_factory=lambda: array("f"))

    def note(self, step: int, watts: float | None) -> None:
        """Note the power at a step; None where it is not known. Later ones come later."""
        if not self._watts:
            if watts is None:
                return
            self._first = step
        missing = min(step - self._first - len(self._watts), _KEPT)
        if missing > 0:
            self._watts.extend([nan] * missing)
        del self._watts[max(step - self._first, 0) :]
        self._watts.append(nan if watts is None else watts)
        if (surplus := len(self._watts) - _KEPT) > 0:
            del self._watts[:surplus]
        if isnan(self._watts[0]):  # It begins with what was seen.
            known = (at for at, each in enumerate(self._watts) if not isnan(each))
            del self._watts[: next(known, len(self._watts))]
        self._first = step - len(self._watts) + 1

    @property
    def since(self) -> datetime | None:
        """When the first value that is kept was seen; None without one."""
        return self._moment(self._first) if self._watts else None

    @property
    def until(self) -> datetime | None:
        """When the last value was noted; None without one."""
        return self._moment(self._first + len(self._watts) - 1) if self._watts else None

    @property
    def highest(self) -> float:
        """The highest value, in watts."""
        return max(self._known, default=0.0)

    @property
    def kilowatt_hours(self) -> float:
        """The energy of all steps of which the power was seen."""
        return sum(self._known) * STEP / _JOULES

    @property
    def _known(self) -> Iterable[float]:
        return (watts for watts in self._watts if not isnan(watts))

    def kilowatts(self, columns: int) -> list[float | None]:
        """Return at most so many values, each the mean of as many steps; None for a gap.

        A step stays with the same others while more are added: what is drawn does not waver.
        """
        if columns <= 0 or not self._watts:
            return []
        each = -(-len(self._watts) // columns)
        offset = self._first % each
        starts = range(-offset, len(self._watts), each)
        values = [_mean(self._watts[max(start, 0) : start + each]) for start in starts]
        return values[-columns:]

    def steps(self, count: int) -> list[float | None]:
        """Return the values of the last so many steps; None for a gap."""
        return [None if isnan(watts) else watts / 1000 for watts in self._watts[-count:]]

    @staticmethod
    def _moment(step: int) -> datetime:
        return datetime.fromtimestamp(step * STEP, UTC)


def _mean(watts: "array[float]") -> float | None:
    known = [each for each in watts if not isnan(each)]
    return sum(known) / len(known) / 1000 if known else None
