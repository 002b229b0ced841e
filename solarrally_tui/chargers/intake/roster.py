"""The list of chargers that an operator has: names, or a CSV file with a charger in each row."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from solarrally_tui.chargers.files import check_name
from solarrally_tui.chargers.onboarding import Details
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.site.names import numbered

COLUMNS: Final = ("name", "type", "max_kw", "location", "old_topic")
"""Columns of the file in any order; only the first one is needed. The last one is for those that
move in from an old broker."""

_SAME: Final[Mapping[str, str]] = {
    "charger": "name",
    "id": "name",
    "thing": "name",
    "model": "type",
    "kw": "max_kw",
    "maximal_kw": "max_kw",
    "power_kw": "max_kw",
    "place": "location",
}
"""What others call these columns."""

_RANGE: Final = re.compile(r"(\S+)\s+to\s+(\S+)")
_MOST_IN_RANGE: Final = 1000
_MOST_KW: Final = 1000.0
_TYPE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_VALUE: Final = re.compile(r"[A-Za-z0-9_.,@/:#-]{1,200}")
"""What AWS IoT takes as the value of an attribute (API reference, AttributePayload); of its 800
characters 200 are enough for a place."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One charger of the list."""

    name: str
    details: Details = field(default_factory=Details)
    old_topic: str = ""
    """Where it publishes at an old broker."""


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """Something that is wrong in a list, by its line; 0 is the whole list."""

    line: int
    what: str

    def __str__(self) -> str:
        """Return the line and what is wrong there."""
        return f"line {self.line}: {self.what}" if self.line else self.what


class RosterError(Exception):
    """A list that AWS was not asked about, with everything that is wrong in it."""

    def __init__(self, problems: Iterable[RosterProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


def of_text(text: str) -> tuple[Entry, ...]:
    """Return the chargers of a line: names and ranges, as `left, evse-3 to evse-10`.

    Raises RosterError.
    """
    if not text.strip():
        raise RosterError([RosterProblem(0, "No charger is named. A name is, say, evse-1.")])
    names: list[str] = []
    for part in (part.strip() for part in text.split(",")):
        ends = _RANGE.fullmatch(part)
        names += _between(*ends.groups()) if ends else [part]
    return of_names(names)


def _between(first: str, last: str) -> list[str]:
    """Return the names from one to another, which differ in their numbers. Raises RosterError."""
    stem, number = numbered(first)
    other, end = numbered(last)
    if not (number and end) or stem != other or int(number) > int(end):
        what = f"{first} to {last} is no range. Write the lower number first, as evse-1 to evse-9."
        raise RosterError([RosterProblem(0, what)])
    if int(end) - int(number) >= _MOST_IN_RANGE:
        what = f"{first} to {last} are more than {_MOST_IN_RANGE:,} chargers. Add them in parts."
        raise RosterError([RosterProblem(0, what)])
    return [f"{stem}{each:0{len(number)}}" for each in range(int(number), int(end) + 1)]


def of_names(names: Iterable[str]) -> tuple[Entry, ...]:
    """Return the chargers that were named. Raises RosterError."""
    entries = tuple(Entry(name) for name in names)
    problems = [problem for entry in entries for problem in _wrong_name(entry.name, 0)]
    _refuse(problems + _repeated([(0, entry.name) for entry in entries]))
    return entries


def read(path: Path) -> tuple[Entry, ...]:
    """Read a CSV file with a heading. Raises RosterError with every wrong row."""
    try:
        # Spreadsheets write a mark of the byte order.
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise RosterError([RosterProblem(0, f"It cannot be read: {error.strerror}.")]) from None
    except UnicodeDecodeError:
        raise RosterError([RosterProblem(0, "It is not text in UTF-8.")]) from None
    return parse(text)


def parse(text: str) -> tuple[Entry, ...]:
    """Return the chargers of a CSV text with a heading. Raises RosterError."""
    heading = text.partition("\n")[0]
    separator = ";" if heading.count(";") > heading.count(",") else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        columns = _columns(next(rows, []))
        numbered = [(rows.line_num, row) for row in rows if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise RosterError([RosterProblem(rows.line_num, f"It is not CSV: {error}.")]) from None
    problems: list[RosterProblem] = []
    entries: list[tuple[int, Entry]] = []
    for line, row in numbered:
        if len(row) > len(columns):
            what = f"{len(row)} values, and the heading names {len(columns)} columns."
            problems.append(RosterProblem(line, what))
            continue
        cells = dict(zip(columns, (cell.strip() for cell in row), strict=False))
        wrong = [*_wrong_name(cells.get("name", ""), line), *_wrong_details(cells, line)]
        problems += wrong
        entries.append((line, _entry(cells)))
    if not numbered:
        problems.append(RosterProblem(0, "It names no charger."))
    problems += _repeated([(line, entry.name) for line, entry in entries])
    _refuse(problems)
    return tuple(entry for _, entry in entries)


def _columns(heading: list[str]) -> list[str]:
    given = ["_".join(cell.strip().lower().split()) for cell in heading]
    columns = [_SAME.get(column, column) for column in given]
    unknown = [cell for cell, column in zip(heading, columns, strict=True) if column not in COLUMNS]
    problems = []
    if "name" not in columns:
        problems.append(RosterProblem(1, "The heading has no column name."))
    elif unknown:
        known = ", ".join(COLUMNS)
        what = f"Nobody knows the columns {', '.join(map(repr, unknown))}. Known are {known}."
        problems.append(RosterProblem(1, what))
    if len(set(columns)) < len(columns):
        problems.append(RosterProblem(1, "The heading names a column twice."))
    _refuse(problems)
    return columns


def _entry(cells: Mapping[str, str]) -> Entry:
    kw = cells.get("max_kw", "").replace(",", ".")
    location = "_".join(cells.get("location", "").split())
    details = Details(cells.get("type", ""), kw, location)
    return Entry(cells.get("name", ""), details, cells.get("old_topic", ""))


def _wrong_name(name: str, line: int) -> list[RosterProblem]:
    try:
        check_name(name)
    except ChargerError as error:
        plain = error.plain
        return [RosterProblem(line, f"{plain.what} {plain.why}" if name else "It has no name.")]
    return []


def _wrong_details(cells: Mapping[str, str], line: int) -> list[RosterProblem]:
    entry, wrong = _entry(cells).details, []
    if entry.kind and not _TYPE.fullmatch(entry.kind):
        wrong.append(
            f"{entry.kind!r} cannot be a type. Use 1 to 64 letters, digits, hyphens and "
            "underscores."
        )
    if entry.maximal_kw and not _is_power(entry.maximal_kw):
        wrong.append(f"{cells['max_kw']!r} is not a power in kW, such as 22 or 7.4.")
    if entry.location and not _VALUE.fullmatch(entry.location):
        wrong.append(
            f"{cells['location']!r} cannot be a location. AWS IoT takes letters from A to Z, "
            "digits and _.,@/:#- ; a blank becomes an underscore."
        )
    return [RosterProblem(line, what) for what in wrong]


def _is_power(text: str) -> bool:
    return bool(re.fullmatch(r"\d+(\.\d+)?", text)) and 0 < float(text) <= _MOST_KW


def _repeated(named: Iterable[tuple[int, str]]) -> list[RosterProblem]:
    """Return a problem for each name that came before; a file system may not tell case apart."""
    first: dict[str, int] = {}
    problems = []
    for line, name in named:
        key = name.casefold()
        if name and key in first:
            before = f"already in line {first[key]}" if line else "twice"
            problems.append(RosterProblem(line, f"{name} is named {before}."))
        first.setdefault(key, line)
    return problems


def _refuse(problems: list[RosterProblem]) -> None:
    if problems:
        raise RosterError(sorted(problems, key=lambda problem: problem.line))
