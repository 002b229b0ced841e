"""The query language of AWS IoT's fleet index, as far as fleets need it.

AWS IoT developer guide, Query syntax: terms `field:value`, phrases in quotation marks, `*` and `?`
in values, AND, OR, NOT, brackets; AND may be left out; at most 12 terms. Ranges, fields without a
name and field grouping are refused here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

MOST_TERMS: Final = 12

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<mark>[()])|(?P<word>AND|OR|NOT)(?=[\s()]|$)"
    r'|(?P<field>[\w.]+):(?P<value>"[^"]*"|[^\s()"]+)|(?P<any>\*)(?=[\s()]|$))'
)

Record = Mapping[str, Any]
"""A thing as the index holds it, nested by the parts of its fields' names."""

Matches = Callable[[Record], bool]


class QueryError(ValueError):
    """The index would not take this query. The message is AWS's kind of words."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was read."""

    matches: Matches
    fields: frozenset[str]
    """The fields that it names."""


def parse(text: str) -> Query:
    """Read a query. Raises QueryError."""
    tokens, end = [], 0
    while text[end:].strip():
        token = _TOKEN.match(text, end)
        if token is None:
            raise QueryError(f"Invalid query string: {text}")
        tokens.append(token)
        end = token.end()
    fields = [token["field"] for token in tokens if token["field"]]
    if not tokens or len(fields) > MOST_TERMS:
        raise QueryError(f"A query has between 1 and {MOST_TERMS} terms: {text}")
    reader = _Reader(tokens)
    matches = reader.alternatives()
    if reader.rest:
        raise QueryError(f"Invalid query string: {text}")
    return Query(matches, frozenset(fields))


def value_at(record: Record, field: str) -> Any:
    """Return what a record holds in a field; None where it holds nothing."""
    value: Any = record
    for part in field.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


class _Reader:
    """Reads tokens by recursive descent: OR binds least, then AND, then NOT."""

    def __init__(self, tokens: "list[re.Match[str]]") -> None:
        self.rest = tokens

    def alternatives(self) -> Matches:
        parts = [self._all()]
        while self._take("word", "OR"):
            parts.append(self._all())
        return lambda record: any(part(record) for part in parts)

    def _all(self) -> Matches:
        parts = [self._one()]
        while self.rest and not (self._is("word", "OR") or self._is("mark", ")")):
            self._take("word", "AND")
            parts.append(self._one())
        return lambda record: all(part(record) for part in parts)

    def _one(self) -> Matches:
        if self._take("word", "NOT"):
            inner = self._one()
            return lambda record: not inner(record)
        if self._take("mark", "("):
            inner = self.alternatives()
            if not self._take("mark", ")"):
                raise QueryError("Invalid query string: a bracket is not closed.")
            return inner
        if not self.rest:
            raise QueryError("Invalid query string: a term is missing.")
        token = self.rest.pop(0)
        if token["any"]:
            return lambda _: True
        if not token["field"]:
            raise QueryError(f"Invalid query string at {token[0].strip()}.")
        return _term(token["field"], token["value"].strip('"'))

    def _is(self, kind: str, text: str) -> bool:
        return bool(self.rest) and self.rest[0][kind] == text

    def _take(self, kind: str, text: str) -> bool:
        if found := self._is(kind, text):
            self.rest.pop(0)
        return found


def _term(field: str, value: str) -> Matches:
    wanted = re.compile(re.escape(value).replace(r"\*", ".*").replace(r"\?", "."), re.IGNORECASE)

    def matches(record: Record) -> bool:
        found = value_at(record, field)
        values = found if isinstance(found, list) else [found]
        return any(one is not None and wanted.fullmatch(in_words(one)) for one in values)

    return matches


def in_words(value: Any) -> str:
    """Return a value as the index compares and returns it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
