"""Several things in one sentence: their names, or how many there are."""

from collections.abc import Sequence


def enumerated(names: Sequence[str], most: int) -> str:
    """Return the first `most` names with commas, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def counted(count: float, one: str, many: str = "") -> str:
    """Return a number of things in words. many: the plural, where it is not regular."""
    return f"{count:,.0f} {one if count == 1 else many or f'{one}s'}"
