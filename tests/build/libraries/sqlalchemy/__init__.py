"""A miniature of the library."""

from typing import Any


def ForeignKey(column: str) -> str:  # noqa: N802 (the library's name)
    """Return the column that is referred to."""
    return column


class Column:
    """A column, which compares to what a statement filters by."""

    def __init__(self, refers_to: str, **_options: Any) -> None:
        self.refers_to = refers_to

    def __eq__(self, other: object) -> Any:
        """Return the condition."""
        return ("is", other)

    def __hash__(self) -> int:
        """Return the hash of what it refers to."""
        return hash(self.refers_to)


class update:  # noqa: N801 (the library's name)
    """An UPDATE: table, condition and values."""

    def __init__(self, table: type) -> None:
        self.said: tuple[Any, ...] = (table.__name__,)

    def where(self, condition: Any) -> "update":
        """Add a condition."""
        self.said += (condition,)
        return self

    def values(self, **new: Any) -> "update":
        """Add values."""
        self.said += (new,)
        return self
