"""The query language of AWS IoT's fleet index.

AWS IoT developer guide, Query syntax: terms `field:value` and values alone, phrases in quotation
marks, `*` and `?` in values, ranges, AND, OR, NOT and the hyphen, brackets, also around the values
of one field, and the backslash before special characters. AND may be left out. A query has at most
12 terms, one of which may begin with a wildcard; it then has at most 100 characters. Geoqueries are
refused here.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

MOST_TERMS: Final = 12
MOST_LEADING: Final = 1
"""Terms that begin with a wildcard."""
LONGEST_LEADING: Final = 100
"""Characters of a query with such a term."""

_UNSUPPORTED: Final = re.compile(r"[`@#%/';,]")
"""Special characters that the language does not know (Query syntax, Unsupported features)."""

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<mark>[()])|(?P<not>[-!](?=\S))|(?P<word>AND|OR|NOT|&&|\|\|)(?=[\s()]|$)"
    r"|(?P<field>[\w.]+)\s*(?::|(?=[<>]))"
    r"|(?P<range>[\[{]\s*(?P<low>\S+)\s+TO\s+(?P<high>[^\s\]}]+)\s*[\]}])"
    r"|(?P<order>[<>]=?)\s*(?P<than>[^\s()]+)"
    r'|(?P<value>"(?:[^"\\]|\\.)*"|(?:[^\s()"\\:<>\[\]{}]|\\.)+))'
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


@lru_cache(maxsize=64)
def parse(text: str) -> Query:
    """Read a query. Raises QueryError."""
    tokens, end = [], 0
    while text[end:].strip():
        token = _TOKEN.match(text, end)
        if token is None:
            raise QueryError(f"Invalid query string: {text}")
        tokens.append(token)
        end = token.end()
    terms = [token for token in tokens if token["value"] or token["range"] or token["order"]]
    if not 1 <= len(terms) <= MOST_TERMS:
        raise QueryError(f"A query has between 1 and {MOST_TERMS} terms: {text}")
    _refuse_characters(terms)
    _refuse_leading_wildcards(text, terms)
    reader = _Reader(tokens)
    matches = reader.alternatives("")
    if reader.rest:
        raise QueryError(f"Invalid query string: {text}")
    return Query(matches, frozenset(token["field"] for token in tokens if token["field"]))


def _refuse_characters(terms: "list[re.Match[str]]") -> None:
    for term in terms:
        value = term["value"] or ""
        if not value.startswith('"') and _UNSUPPORTED.search(value):
            raise QueryError(f"Unsupported character in query string: {value}")


def _refuse_leading_wildcards(text: str, terms: "list[re.Match[str]]") -> None:
    # A lone * matches all things and is no search by the end of a value.
    leading = [t for t in terms if (t["value"] or "")[:1] in {"*", "?"} and len(terms) > 1]
    if len(leading) > MOST_LEADING:
        raise QueryError(f"A leading wildcard is allowed in {MOST_LEADING} term: {text}")
    if leading and len(text) > LONGEST_LEADING:
        raise QueryError(
            f"A query with a leading wildcard has at most {LONGEST_LEADING} characters: {text}"
        )


@lru_cache(maxsize=64)
def reader_of(field: str) -> Callable[[Record], Any]:
    """Return what reads a field of a record, for thousands of them."""
    *groups, last = field.split(".")

    def value(record: Record) -> Any:
        inner: Any = record
        for group in groups:
            inner = inner.get(group)
            if not isinstance(inner, dict):
                return None
        return inner.get(last)

    return value


class _Reader:
    """Reads tokens by recursive descent: OR binds least, then AND, then NOT."""

    def __init__(self, tokens: "list[re.Match[str]]") -> None:
        self.rest = tokens

    def alternatives(self, field: str) -> Matches:
        """Read what OR joins. field: whose values they are, empty for those of all fields."""
        parts = [self._all(field)]
        while self._take("word", "OR", "||"):
            parts.append(self._all(field))
        return parts[0] if len(parts) == 1 else lambda record: any(part(record) for part in parts)

    def _all(self, field: str) -> Matches:
        parts = [self._one(field)]
        while self.rest and not (self._is("word", "OR", "||") or self._is("mark", ")")):
            self._take("word", "AND", "&&")
            parts.append(self._one(field))
        return parts[0] if len(parts) == 1 else lambda record: all(part(record) for part in parts)

    def _one(self, field: str) -> Matches:
        if self._take("word", "NOT") or self._take("not", "-", "!"):
            inner = self._one(field)
            return lambda record: not inner(record)
        if self._take("mark", "("):
            inner = self.alternatives(field)
            if not self._take("mark", ")"):
                raise QueryError("Invalid query string: a bracket is not closed.")
            return inner
        if not self.rest:
            raise QueryError("Invalid query string: a term is missing.")
        token = self.rest.pop(0)
        if token["field"] and not field:
            return self._one(token["field"])
        if token["range"] or token["order"]:
            return _range(field, token)
        if not token["value"]:
            raise QueryError(f"Invalid query string at {token[0].strip()}.")
        return _term(field, token["value"])

    def _is(self, kind: str, *texts: str) -> bool:
        return bool(self.rest) and self.rest[0][kind] in texts

    def _take(self, kind: str, *texts: str) -> bool:
        if found := self._is(kind, *texts):
            self.rest.pop(0)
        return found


def _term(field: str, value: str) -> Matches:
    if field == "" and value == "*":
        return lambda _: True
    is_wanted = re.compile(_pattern(value), re.IGNORECASE).fullmatch
    if field == "":
        return lambda record: any(is_wanted(in_words(one)) for one in _everything(record))
    read = reader_of(field)

    def matches(record: Record) -> bool:
        found = read(record)
        if isinstance(found, list | dict):
            return any(is_wanted(in_words(one)) for one in _values(found))
        return found is not None and is_wanted(in_words(found)) is not None

    return matches


def _pattern(value: str) -> str:
    """Return the regular expression of a value. In a phrase, wildcards are plain characters."""
    is_phrase = value.startswith('"')
    parts = re.findall(r"\\.|.", value[1:-1] if is_phrase else value, re.DOTALL)
    wild = {} if is_phrase else {"*": ".*", "?": "."}
    return "".join(wild.get(part) or re.escape(part[-1]) for part in parts)


def _range(field: str, token: "re.Match[str]") -> Matches:
    if not field:
        raise QueryError(f"A range needs a field: {token[0].strip()}")
    if token["order"]:
        low, high = ("*", token["than"]) if token["order"][0] == "<" else (token["than"], "*")
        with_low = with_high = token["order"].endswith("=")
    else:
        low, high = token["low"], token["high"]
        with_low, with_high = token["range"][0] == "[", token["range"][-1] == "]"

    def within(value: Any) -> bool:
        above = low == "*" or _compare(value, low) > 0 or (with_low and _compare(value, low) == 0)
        below = (
            high == "*" or _compare(value, high) < 0 or (with_high and _compare(value, high) == 0)
        )
        return above and below

    read = reader_of(field)
    return lambda record: any(within(value) for value in _values(read(record)))


def _compare(value: Any, bound: str) -> int:
    """Compare as numbers where the thing holds a number, else as texts."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        with suppress(ValueError):
            return (value > float(bound)) - (value < float(bound))
    text, limit = in_words(value).lower(), bound.strip('"').lower()
    return (text > limit) - (text < limit)


def _values(found: Any) -> list[Any]:
    values = found if isinstance(found, list) else [found]
    return [one for one in values if one is not None and not isinstance(one, Mapping)]


def _everything(value: Any) -> Iterator[Any]:
    """Yield every value of a record, for a term without a field."""
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _everything(inner)
    else:
        yield from _values(value)


def in_words(value: Any) -> str:
    """Return a value as the index compares and returns it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
