"""Several names in one sentence."""

from collections.abc import Sequence


def enumerated(names: Sequence[str], most: int) -> str:
    """Return the first `most` names with commas, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
