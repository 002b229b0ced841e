"""A figure with what it may be at least and at most."""

from dataclasses import dataclass
from decimal import Decimal

Number = Decimal | int | str


@dataclass(frozen=True, slots=True)
class Spread:
    """A low, an expected and a high value."""

    low: Decimal
    expected: Decimal
    high: Decimal

    @classmethod
    def of(cls, low: Number, expected: Number, high: Number) -> "Spread":
        """Make a spread of three values. Raises ValueError where they are not in order."""
        spread = cls(Decimal(low), Decimal(expected), Decimal(high))
        if not spread.low <= spread.expected <= spread.high:
            raise ValueError(f"not in order: {low}, {expected}, {high}")
        return spread

    @classmethod
    def exactly(cls, value: Number) -> "Spread":
        """Make a spread without doubt."""
        exact = Decimal(value)
        return cls(exact, exact, exact)

    @property
    def certain(self) -> bool:
        """Whether the three values are one."""
        return self.low == self.high

    def __add__(self, other: "Spread") -> "Spread":
        """Add value by value."""
        return Spread(self.low + other.low, self.expected + other.expected, self.high + other.high)

    def __mul__(self, other: "Spread | Decimal | int") -> "Spread":
        """Multiply value by value. Both must not be negative."""
        by = other if isinstance(other, Spread) else Spread.exactly(other)
        return Spread(self.low * by.low, self.expected * by.expected, self.high * by.high)

    def __sub__(self, other: "Spread") -> "Spread":
        """Subtract value by value."""
        return Spread(self.low - other.low, self.expected - other.expected, self.high - other.high)

    def at_most(self, other: "Spread") -> "Spread":
        """Return the lesser value by value."""
        return Spread(
            min(self.low, other.low),
            min(self.expected, other.expected),
            min(self.high, other.high),
        )
