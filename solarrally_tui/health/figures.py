"""A figure that a check measured: one number now, and its course over the last hours."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

_THOUSAND: Final = 1000.0
_WHOLE_FROM: Final = 10.0
_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 86400


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a moment."""

    time: datetime
    value: float


Series = tuple[Point, ...]
"""The oldest first."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a site. The id never changes; scripts rely on it."""

    id: str
    title: str
    value: float | None
    """None where AWS has no value, as for something that was never used."""
    unit: str = ""
    """As it is written behind the number: %, ms, kW, GiB, USD; `s` is written as an age."""
    series: Series = ()
    limit: float | None = None
    """What the number must stay below, or above; None where there is no such limit."""

    @property
    def text(self) -> str:
        """The number with its unit, short."""
        return "none" if self.value is None else amount(self.value, self.unit)


def newest(series: Series) -> float | None:
    """Return the last value of a series; None where it is empty."""
    return series[-1].value if series else None


def total(series: Series) -> float:
    """Return the sum of a series."""
    return sum(point.value for point in series)


def amount(value: float, unit: str) -> str:
    """Return a number with its unit, with no more digits than a person reads at a glance."""
    if unit == "s":
        return age(value)
    if unit == "USD":
        return f"{value:,.0f} USD" if value == int(value) else f"{value:,.2f} USD"
    if unit == "ms" and value >= _THOUSAND:
        return f"{value / _THOUSAND:.1f} s"
    digits = 0 if abs(value) >= _WHOLE_FROM or value == int(value) else 1
    number = f"{value:,.{digits}f}"
    return f"{number} {unit}".rstrip()


def age(seconds: float) -> str:
    """Return a time that has passed, in its two largest units at most."""
    whole = max(int(seconds), 0)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min"
    if whole < 2 * _DAY:
        minutes = whole % _HOUR // _MINUTE
        return f"{whole // _HOUR} h {minutes} min" if minutes else f"{whole // _HOUR} h"
    return f"{whole // _DAY} days"
