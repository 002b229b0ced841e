"""A moment on the command line."""

from datetime import UTC, datetime


def read_moment(text: str) -> datetime | None:
    """Read a time, in UTC where it names no time zone; None for an empty text.

    Raises ValueError with words for a person.
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        msg = f"{text} is not a time such as 2026-11-29T14:05:00."
        raise ValueError(msg) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
