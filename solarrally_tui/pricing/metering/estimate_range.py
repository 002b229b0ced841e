"""A figure with the least and the most that it may be."""

from dataclasses import dataclass
from decimal import Decimal

Number = Decimal | int | str


@dataclass(frozen=True, slots=True)
class Range:
    """A low, an expected and a high value."""

    low: Decimal
    expected: Decimal
    high: Decimal

    @classmethod
    def of(cls, low: Number, expected: Number, high: Number) -> "Range":
        """Return a range of three values. Raises ValueError where they are not in order."""
        values = cls(Decimal(low), Decimal(expected), Decimal(high))
        if not values.low <= values.expected <= values.high:
            raise ValueError(f"not in order: {low}, {expected}, {high}")
        return values

    @classmethod
    def exactly(cls, value: Number) -> "Range":
        """Return a range of a value that is certain."""
        exact = Decimal(value)
        return cls(exact, exact, exact)

    @property
    def certain(self) -> bool:
        """Whether the three values are equal."""
        return self.low == self.high

    def __add__(self, other: "Range") -> "Range":
        """Add value by value."""
        return Range(self.low + other.low, self.expected + other.expected, self.high + other.high)

    def __mul__(self, other: "Range | Decimal | int") -> "Range":
        """Multiply value by value. Both must not be negative."""
        by = other if isinstance(other, Range) else Range.exactly(other)
        return Range(self.low * by.low, self.expected * by.expected, self.high * by.high)

    def __sub__(self, other: "Range") -> "Range":
        """Subtract value by value."""
        return Range(self.low - other.low, self.expected - other.expected, self.high - other.high)

    def at_most(self, other: "Range") -> "Range":
        """Return the smaller of each pair of values."""
        return Range(
            min(self.low, other.low),
            min(self.expected, other.expected),
            min(self.high, other.high),
        )

    def at_least(self, other: "Range") -> "Range":
        """Return the larger of each pair of values."""
        return Range(
            max(self.low, other.low),
            max(self.expected, other.expected),
            max(self.high, other.high),
        )
