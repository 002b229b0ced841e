"""Which statements of a dump run in a site's database, and which dumps are refused. Pure.

The task runs what this returns as it is, so that a dump is judged in one place, before it leaves
this computer.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from solarrally_tui.provisioning.operations.dump_file import AGAIN, DumpError
from solarrally_tui.provisioning.operations.dumps.copy_rows import inserts

_TOKEN: Final = re.compile(
    r"""
      (?P<comment> --[^\n]* | /\*.*?\*/ )
    | (?P<text>
          (?<![\w$])[eE]'[^'\\]*(?:(?:\\.|'')[^'\\]*)*'
        | '[^']*(?:''[^']*)*'
        | "[^"]*"
        | (?<![\w$])(?P<tag>\$(?:[A-Za-z_]\w*)?\$).*?(?P=tag)
      )
    | (?P<open> ' | " | /\* | (?<![\w$])\$(?:[A-Za-z_]\w*)?\$ )
    | (?P<meta> ^\\[^\n]* )
    | (?P<end> ; )
    """,
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)
_HEADER: Final = re.compile(r"^-- PostgreSQL database dump\s*$", re.MULTILINE)
_CLUSTER: Final = re.compile(r"^-- PostgreSQL database cluster dump", re.MULTILINE)
_COMPLETE: Final = re.compile(
    r"^-- PostgreSQL database dump complete\s*\n--\s*(?:\\unrestrict \w+\s*)?\Z", re.MULTILINE
)
_SET: Final = re.compile(r"SET\s+(?:(?:SESSION|LOCAL)\s+)?([\w.]+)\s*(?:=|TO\b)", re.IGNORECASE)
_COPY: Final = re.compile(r"COPY\s.*\sFROM\s+stdin", re.IGNORECASE | re.DOTALL)
_BODY: Final = re.compile(r"CREATE\s.*\sBEGIN\s+ATOMIC\b", re.IGNORECASE | re.DOTALL)
_BODY_ENDS: Final = re.compile(r"\bEND\s*\Z", re.IGNORECASE)
"""A function may have several statements, each with its semicolon (since PostgreSQL 14)."""
_CONFIG: Final = re.compile(r"SELECT\s+(?:pg_catalog\.)?set_config\(\s*'(\w+)'", re.IGNORECASE)

_MEANINGFUL: Final = frozenset(
    {
        "standard_conforming_strings",
        "search_path",
        "datestyle",
        "intervalstyle",
        "timezone",
        "bytea_output",
        "extra_float_digits",
    }
)
"""Settings that decide what the data mean. All others only concern how pg_dump works, and newer
versions have some that older servers do not know (transaction_timeout of PostgreSQL 17)."""

_DATA: Final = ("INSERT", "UPDATE", "DELETE", "SELECT")

_TABLES: Final = f"The site has its tables already, and only data can be imported. {AGAIN}"
_ROLE: Final = re.compile(
    r"(?:CREATE|ALTER|DROP)\s+(?:ROLE|USER|GROUP)\b|GRANT\b|REVOKE\b|REASSIGN\b"
    r"|SET\s+(?:SESSION\s+AUTHORIZATION|ROLE)\b|ALTER\s.*\sOWNER\s+TO\b"
    r"|ALTER\s+DEFAULT\s+PRIVILEGES\b",
    re.IGNORECASE | re.DOTALL,
)
_ROLE_NAME: Final = re.compile(
    r"(?:OWNER\s+TO|AUTHORIZATION|TO|FROM|ROLE|USER|GROUP)\s+(\"[^\"]+\"|\w+)\s*\Z", re.IGNORECASE
)
_EXTENSION: Final = re.compile(
    r"(?:CREATE|ALTER|DROP|COMMENT\s+ON)\s+EXTENSION\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?"
    r"(\"[^\"]+\"|\w+)",
    re.IGNORECASE,
)
_DEFINITION: Final = re.compile(r"(?:CREATE|ALTER|DROP|COMMENT)\b", re.IGNORECASE)
_REFUSED: Final = (
    (
        re.compile(r"ALTER\s+TABLE\s.*\s(?:DISABLE|ENABLE)\s+TRIGGER\b", re.IGNORECASE | re.DOTALL),
        "switches triggers, which Amazon RDS refuses",
        f"Leave out --disable-triggers. {AGAIN}",
    ),
    (
        re.compile(r"(?:CREATE|ALTER|DROP)\s+DATABASE\b", re.IGNORECASE),
        "is about the whole database",
        _TABLES,
    ),
    (
        re.compile(r"(?:BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT)\b", re.IGNORECASE),
        "begins or ends a transaction, and a dump is imported in one transaction",
        f"Delete the statement. {AGAIN}",
    ),
    (
        re.compile(r"TRUNCATE\b", re.IGNORECASE),
        "empties a table",
        _TABLES,
    ),
)
"""Kinds of statements that are refused: pattern, what they are, what to do. The first counts."""

_OTHERS: Final = (
    (_CLUSTER.pattern, "pg_dumpall wrote it, of all databases of a server."),
    (r"^-- (?:MySQL|MariaDB) dump|^/\*M?\x21\d{5,6}|^-- phpMyAdmin", "It is of MySQL or MariaDB."),
    (r"\A\s*PRAGMA foreign_keys|^CREATE TABLE sqlite_", "It is of SQLite."),
    (r"^SET ANSI_NULLS ON|^USE \[.+\]\s*^GO\b", "It is of Microsoft SQL Server."),
    (r"\A\s*<(?:\x21DOCTYPE|html|\?xml)", "It is a web page or XML."),
    (r"\A\s*[{\[]", "It is JSON."),
)


@dataclass(frozen=True, slots=True)
class Statements:
    """What runs in the database."""

    sql: str
    left_out: tuple[str, ...]
    """Names of settings that the database does not need."""
    rows: tuple[tuple[str, int], ...] = ()
    """Tables with the rows that the dump has for each."""
    definitions: int = 0
    """Statements that define tables and the like, which a site has already: left out."""
    roles: tuple[str, ...] = ()
    """Roles of the old server that it names: left out, as Amazon RDS has others."""
    extensions: tuple[str, ...] = ()
    """Extensions that it creates: left out, as the application's tables need none."""


@dataclass(slots=True)
class _Omitted:
    """What was left out so far."""

    settings: list[str]
    roles: list[str]
    extensions: list[str]
    definitions: int = 0

    def takes(self, statement: str) -> bool:
        """Note a statement that a site's database does not need; False for any other."""
        setting = _setting(statement)
        if setting:
            if setting.lower() in _MEANINGFUL:
                return False
            self.settings.append(setting)
        elif _ROLE.match(statement):
            if named := _ROLE_NAME.search(statement):
                self.roles.append(named[1].strip('"'))
        elif found := _EXTENSION.match(statement):
            self.extensions.append(found[1].strip('"'))
        elif _DEFINITION.match(statement) and not any(
            pattern.match(statement) for pattern, _, _ in _REFUSED
        ):
            self.definitions += 1
        else:
            return False
        return True


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    start: int
    is_meta: bool = False
    is_copied: bool = False
    """Whether it is a row of a COPY block."""


def statements_of(text: str) -> Statements:
    """Return the statements of a dump that the site's database runs. Raises DumpError."""
    _refuse_others(text)
    kept: list[str] = []
    omitted = _Omitted([], [], [])
    pieces = tuple(_pieces(text))
    for piece in pieces:
        if piece.is_meta:
            _refuse_meta(text, piece)
        elif not omitted.takes(piece.text):
            _refuse(text, piece)
            kept.append(f"{piece.text};")
    if not _COMPLETE.search(text):
        raise DumpError(
            "It is cut off: the line with which pg_dump ends a complete dump is missing."
        )
    if not any(each[:6].upper() in {"INSERT", "UPDATE"} for each in kept):
        raise DumpError("It has no data.")
    if omitted.definitions or any(piece.is_copied for piece in pieces):
        kept.sort(key=_rank)
    counted = Counter(found[1] for each in kept if (found := _INSERT.match(each)))
    return Statements(
        "\n".join(kept) + "\n",
        tuple(omitted.settings),
        tuple(counted.items()),
        omitted.definitions,
        tuple(dict.fromkeys(omitted.roles)),
        tuple(dict.fromkeys(omitted.extensions)),
    )


_INSERT: Final = re.compile(r'INSERT\s+INTO\s+(?:"?\w+"?\.)?"?(\w+)"?', re.IGNORECASE)
_REFERRED_FIRST: Final = ("roles", "users", "charging_sessions")


def _rank(statement: str) -> int:
    """Order what a whole dump loads before its foreign keys exist: here they do."""
    if _setting(statement):
        return -1
    found = _INSERT.match(statement)
    if found and found[1] in _REFERRED_FIRST:
        return _REFERRED_FIRST.index(found[1])
    return len(_REFERRED_FIRST) + (0 if found else 1)


def _refuse_others(text: str) -> None:
    head = text[:20_000]
    if _HEADER.search(head) and not _CLUSTER.search(head):
        return
    for pattern, what in _OTHERS:
        if re.search(pattern, head, re.MULTILINE):
            raise DumpError(f"It is no dump of one PostgreSQL database. {what}")
    raise DumpError(
        "pg_dump did not write it, or its beginning is missing: nobody can see whether it is "
        "complete."
    )


def _pieces(text: str) -> Iterator[_Piece]:
    """Yield the statements and psql's own commands in a text, without comments between them."""
    start = position = 0
    while token := _TOKEN.search(text, position):
        position = token.end()
        if token["open"]:
            line = _line(text, token.start())
            raise DumpError(f"It is cut off within a text or comment that begins in line {line}.")
        if token["meta"]:
            yield _Piece(token["meta"].strip(), token.start(), is_meta=True)
        if token["end"] and not _is_within_body(words := text[start : token.start()]):
            begun = start + len(words) - len(words.lstrip())
            if _COPY.match(words.strip()):
                position = _end_of_rows(text, begun, position)
                rows = text[token.end() + 1 : position - len(_END_OF_ROWS)]
                for insert in inserts(words.strip(), rows):
                    yield _Piece(insert, begun, is_copied=True)
            elif words.strip():
                yield _Piece(words.strip(), begun)
            start = position
        elif not token["text"] and not text[start : token.start()].strip():
            start = token.end()
    if rest := text[start:].strip():
        line = _line(text, text.index(rest, start))
        raise DumpError(f"It is cut off within the statement that begins in line {line}.")


def _is_within_body(words: str) -> bool:
    return bool(_BODY.match(words.strip())) and not _BODY_ENDS.search(words)


_END_OF_ROWS: Final = "\\.\n"


def _end_of_rows(text: str, start: int, after: int) -> int:
    """Return where the rows of a COPY statement end, with the line that ends them."""
    end = text.find("\n" + _END_OF_ROWS, after)
    if end < 0:
        line = _line(text, start)
        raise DumpError(f"It is cut off within the COPY block that begins in line {line}.")
    return end + 1 + len(_END_OF_ROWS)


def _refuse_meta(text: str, piece: _Piece) -> None:
    """Refuse commands of psql, but for the pair that pg_dump writes since August 2025."""
    command = piece.text.split()[0]
    if command in {"\\restrict", "\\unrestrict"}:
        return
    line = _line(text, piece.start)
    why = f"Line {line} is a command of psql, {command}."
    if command in {"\\connect", "\\c"}:
        raise DumpError(f"{why} pg_dump writes it with --create, and pg_dumpall always.")
    raise DumpError(why, f"Delete the line. {AGAIN}")


def _setting(statement: str) -> str:
    """Return the name of what a statement sets for the session; empty for other statements."""
    found = _SET.match(statement) or _CONFIG.match(statement)
    return found[1] if found else ""


def _refuse(text: str, piece: _Piece) -> None:
    if _setting(piece.text) or piece.text[:6].upper() in _DATA:
        return
    for pattern, what, then in _REFUSED:
        if pattern.match(piece.text):
            raise DumpError(f"{_quoted(text, piece)} {what}.", then)
    raise DumpError(f"{_quoted(text, piece)} is no part of a dump of data.")


def _quoted(text: str, piece: _Piece) -> str:
    words = " ".join(piece.text.split()[:3])
    return f"The statement in line {_line(text, piece.start)} ({words} ...)"


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
