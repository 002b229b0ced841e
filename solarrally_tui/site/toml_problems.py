"""What is wrong with the text of a site file: the line, the reason and how to correct it. Pure."""

import re
import tomllib
from collections.abc import Callable
from typing import Final

from solarrally_tui.site.problems import Problem

_PLACE: Final = re.compile(r"\s*\(at (?:line (?P<line>\d+), column \d+|end of document)\)$")
_QUOTES: Final = (
    "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
    "\N{DOUBLE LOW-9 QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
    "\N{SINGLE LOW-9 QUOTATION MARK}\N{ACUTE ACCENT}\N{PRIME}\N{DOUBLE PRIME}"
)
_UNSEEN: Final = re.compile(
    "[\\u00a0\\u00ad\\u200b-\\u200f\\u2028\\u2029\\u202f\\u2060\\u3000\\ufeff]"
)
_KEY: Final = re.compile(r"\s*([\w-]+)\s*=")
_DIGITS: Final = re.compile(r"\s*([\w.-]+)\s*=\s*(0\d+|\d{1,3}(?:[,.'\u2019 ]\d{3})+)\s*(?:#.*)?$")
_OPEN_SINGLE: Final = 'Expected "\'"'
_YES_OR_NO: Final = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_TABLE: Final = re.compile(r"\s*\[\[?\s*([\w.-]+)\s*\]")

Hint = Callable[[str, str], "tuple[str, str] | None"]
"""Takes TOML's own words and the line; returns what is wrong and an example."""


def problem_in(text: str, error: tomllib.TOMLDecodeError) -> Problem:
    """Return what a parser could not read as a problem of a line."""
    words = str(error)
    place = _PLACE.search(words)
    lines = text.splitlines() or [""]
    number = int(place["line"]) if place and place["line"] else len(lines)
    # An unclosed quote is noticed at the end of its line, in Python at the start of the next one.
    number = min(max(number, 1), len(lines))
    if _OPEN_SINGLE in words:  # noticed at the end of the file
        odd = (n for n, line in enumerate(lines, 1) if line.count("'") % 2)
        number = next(odd, number)
    reason = words[: place.start()] if place else words
    line = lines[number - 1]
    found = next((hint for each in _HINTS if (hint := each(reason, line))), None)
    what, example = found or (f"is not valid TOML: {reason}.", "")
    return Problem("site file", what, example, number)


def _quotes(_: str, line: str) -> tuple[str, str] | None:
    if not any(mark in line for mark in _QUOTES):
        return None
    straight = "".join('"' if mark in _QUOTES else mark for mark in line).strip()
    return "has typographic quotes. Use straight ones.", straight


def _unseen(_: str, line: str) -> tuple[str, str] | None:
    found = _UNSEEN.search(line)
    if not found:
        return None
    clean = " ".join(_UNSEEN.sub(" ", line).split())
    return f"has a character that cannot be seen (U+{ord(found[0]):04X}). Delete it.", clean


def _twice(reason: str, line: str) -> tuple[str, str] | None:
    if "overwrite" not in reason and "twice" not in reason and "immutable" not in reason:
        return None
    if table := _TABLE.match(line):
        return f"begins the table [{table[1]}] a second time. Keep one, with all its lines.", ""
    key = _KEY.match(line)
    return f"gives {key[1] if key else 'a key'} a second time. Keep one of the lines.", ""


def _other_language(_: str, line: str) -> tuple[str, str] | None:
    start = line.lstrip()
    if re.match(r"(?:<{7}|={7}|>{7}|\|{7})(?: |$)", start):
        return "has the marks of a merge conflict of Git. Keep one side, and delete the marks.", ""
    if start.startswith("{"):
        return "looks like JSON. A site file is TOML, as in the folder examples.", 'name = "site"'
    if start.startswith("<"):
        return "looks like a web page. A site file is TOML.", 'name = "site"'
    if "=" not in line and (yaml := re.match(r"([\w-]+):\s*(.*)", start)):
        value = yaml[2] or "..."
        quoted = value if value[:1] in "\"'[0123456789" else f'"{value}"'
        return "looks like YAML. Write an equals sign.", f"{yaml[1]} = {quoted}"
    if re.match(r"(?://|;|%)", start):
        return (
            "begins no comment that TOML knows. A comment begins with #.",
            f"# {start[2:].strip()}",
        )
    return None


def _value(reason: str, line: str) -> tuple[str, str] | None:
    key, equals, value = line.partition("=")
    value = value.strip()
    if "Invalid value" not in reason or not equals:
        return None
    word = value.partition("#")[0].strip()
    if not word:
        return f"gives {key.strip()} no value.", f'{key.strip()} = "..."'
    if word.lower() in _YES_OR_NO:
        answer = _YES_OR_NO[word.lower()]
        return "must have true or false without quotes.", f"{key.strip()} = {answer}"
    if word.lower() in {"true", "false"}:
        return "must have true or false in small letters.", f"{key.strip()} = {word.lower()}"
    if word.lower() in {"none", "null", "nil"}:
        return "has no value. Delete the line to use the default.", ""
    return "needs quotes around text.", f'{key.strip()} = "{word.strip(chr(34))}"'


def _number(_: str, line: str) -> tuple[str, str] | None:
    """Name digits that are grouped as people group them, or that begin with a zero."""
    found = _DIGITS.match(line)
    if not found or found[2] == "0":
        return None
    digits = re.sub(r"\D", "", found[2]).lstrip("0") or "0"
    return "must have a whole number, written with digits only.", f"{found[1]} = {digits}"


def _open_quote(reason: str, line: str) -> tuple[str, str] | None:
    if "Illegal character" in reason or "Unterminated string" in reason:
        return "has a quote that is not closed.", f'{line.strip()}"'
    if _OPEN_SINGLE in reason:
        return "has a single quote that is not closed in its line.", ""
    if "Unescaped" in reason or "hex value" in reason:
        return "has a backslash in text. Use single quotes around it.", line.strip().replace(
            '"', "'"
        )
    if "end of a table declaration" in reason:
        return "has a table without its closing bracket.", f"{line.strip()}]"
    return None


_OTHERS: Final = (
    ("Expected '=' after a key", "is no answer. Write a name, an equals sign and a value."),
    ("Expected newline", "has something after its value. Write one answer in a line."),
    ("Invalid statement", "is no answer. Write a name, an equals sign and a value."),
    ("Unclosed array", "has a list without its closing bracket."),
    ("Invalid initial character for a key", "has a name with a character that needs quotes."),
)


def _others(reason: str, _: str) -> tuple[str, str] | None:
    return next(((what, "") for words, what in _OTHERS if words in reason), None)


_HINTS: Final[tuple[Hint, ...]] = (
    _quotes,
    _unseen,
    _twice,
    _other_language,
    _value,
    _number,
    _open_quote,
    _others,
)


def lines_of(text: str) -> dict[str, int]:
    """Return the line of each key of a valid site file, by its dotted name."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _TABLE.match(line):
            table = header[1]
            found.setdefault(table, number)
        elif key := re.match(r"\s*([\w.-]+)\s*=", line):
            found.setdefault(f"{table}.{key[1]}".lstrip("."), number)
    return found
