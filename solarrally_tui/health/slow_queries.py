"""Statements that PostgreSQL logged because they took long, without any value in them. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

_DURATION: Final = re.compile(
    r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC:.*?:LOG:\s+duration: ([\d.]+) ms\s+"
    r"(?:statement|(?:execute|bind|parse) [^:]*): (.*)$"
)
"""A line of log_min_duration_statement with the prefix of RDS, %t:%r:%u@%d:[%p]: (RDS user guide,
Parameters that affect logging behavior; PostgreSQL, check_log_duration)."""

_COMMENTS: Final = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)
_VALUES: Final = re.compile(
    r"[eE]?'(?:[^'\\]|''|\\.)*(?:'|$)"
    r"|\$(\w*)\$.*?(?:\$\1\$|$)|(?<![\w$.])-?\d+(?:\.\d+)?\b",
    re.DOTALL,
)
_LISTS: Final = re.compile(r"\(\s*\?(?:\s*,\s*\?)+\s*\)")
_LONGEST: Final = 300
"""Characters of a statement."""


@dataclass(frozen=True, slots=True)
class SlowQuery:
    """A statement that took long, whatever the values that it was run with."""

    statement: str
    count: int
    longest: float
    """Milliseconds."""
    total: float
    """Milliseconds of all its runs that were logged."""
    last: datetime


def slow_queries(lines: Iterable[str]) -> list[SlowQuery]:
    """Return the statements in lines of PostgreSQL's log, those first that took longest in all."""
    found: dict[str, SlowQuery] = {}
    for time, milliseconds, text in _entries(lines):
        statement = without_values(text)
        before = found.get(statement)
        found[statement] = SlowQuery(
            statement,
            (before.count if before else 0) + 1,
            max(before.longest if before else 0, milliseconds),
            (before.total if before else 0) + milliseconds,
            max(before.last, time) if before else time,
        )
    return sorted(found.values(), key=lambda query: -query.total)


def without_values(statement: str) -> str:
    """Return a statement in one line with ? for each text and number in it."""
    plain = _VALUES.sub("?", _COMMENTS.sub(" ", statement))
    line = _LISTS.sub("(?)", " ".join(plain.split()))
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 2]} …"


def _entries(lines: Iterable[str]) -> Iterable[tuple[datetime, float, str]]:
    """Yield time, milliseconds and text of each statement. A text may span lines."""
    entry: tuple[datetime, float, list[str]] | None = None
    for line in lines:
        if entry and line.startswith("\t"):
            entry[2].append(line)
            continue
        if entry:
            yield entry[0], entry[1], "\n".join(entry[2])
            entry = None
        if match := _DURATION.match(line):
            time = datetime.strptime(match[1], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
            entry = time, float(match[2]), [match[3]]
    if entry:
        yield entry[0], entry[1], "\n".join(entry[2])
