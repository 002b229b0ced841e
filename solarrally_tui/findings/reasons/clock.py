"""How far the clock of this computer is off, from both times that AWS's words contain. Pure."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

UNKNOWN: Final = "off by more than AWS allows"

_STAMP: Final = r"(\d{8}T\d{6}Z)"
_PAIR: Final = re.compile(
    rf"(?i){_STAMP}.{{1,40}}?(?:earlier|later) than.{{1,10}}?{_STAMP}(?:\s*\({_STAMP})?", re.DOTALL
)
"""AWS names the request's time, the limit, and in brackets its own time."""

_TOLERANCE: Final = timedelta(minutes=15)
"""What the limit was moved by, where AWS's own time is missing (Signature Version 4)."""


def skew(words: str) -> timedelta | None:
    """Return by how much this computer is ahead of AWS; negative when it is behind.

    None where the words do not contain both times.
    """
    found = _PAIR.search(words)
    if found is None:
        return None
    request, limit, own = (_moment(stamp) for stamp in found.groups())
    if request is None or limit is None:
        return None
    if own is None:
        own = limit + (_TOLERANCE if request < limit else -_TOLERANCE)
    return request - own


def _moment(stamp: str | None) -> datetime | None:
    try:
        return datetime.strptime(stamp or "", "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def clock(off: timedelta | None) -> str:
    """Return how a clock is, such as 120 minutes behind. off: as skew returns it."""
    if off is None:
        return UNKNOWN
    minutes = round(abs(off).total_seconds() / 60)
    amount = f"{minutes} minute{'' if minutes == 1 else 's'}"
    if minutes > 48 * 60:
        amount += f" (about {round(minutes / 60 / 24)} days)"
    return f"{amount} {'behind' if off < timedelta() else 'ahead'}"
