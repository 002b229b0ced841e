"""Days as people read them."""

from datetime import date


def day(when: date) -> str:
    """Return a day in words, such as 3 Jun 2025."""
    return f"{when.day} {when:%b %Y}"
