"""Rows of COPY as INSERT statements: psql alone reads COPY from a text, any connection INSERT."""

import re
from collections.abc import Iterator
from typing import Final

_ESCAPE: Final = re.compile(r"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
_LETTERS: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def inserts(copy: str, rows: str) -> Iterator[str]:
    """Yield an INSERT statement for each row of a COPY statement of pg_dump.

    A row that conflicts with one that is there is left out. Source: PostgreSQL, COPY, Text Format.
    """
    head = re.sub(r"\s+FROM\s+stdin\Z", "", copy[len("COPY") :].strip(), flags=re.IGNORECASE)
    for row in rows.split("\n")[:-1]:
        values = ", ".join(_literal(cell) for cell in row.split("\t"))
        yield f"INSERT INTO {head} VALUES ({values}) ON CONFLICT DO NOTHING"  # noqa: S608 quoted above


def _literal(cell: str) -> str:
    if cell == "\\N":
        return "NULL"
    plain = _ESCAPE.sub(_meant, cell) if "\\" in cell else cell
    return "'" + plain.replace("'", "''") + "'"


def _meant(escape: re.Match[str]) -> str:
    what = escape[1]
    if what[0] == "x" and len(what) > 1:
        return chr(int(what[1:], 16))
    if what[0] in "01234567":
        return chr(int(what, 8))
    return _LETTERS.get(what, what)
