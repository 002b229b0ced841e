"""Which lines of a container's log report a failure that still lasts. Pure.

A traceback counts once, by its last line, together with the files that it went through. What is
said at the level of DEBUG or INFO is none, nor is a lost connection that was made again later.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

_BAD: Final = re.compile(
    r"(?i)\b(?:error|exception|traceback|fatal|critical|failed|refused|denied|could not|cannot|"
    r"can't|unable|killed|timed? ?out|no such|not authori[sz]ed|invalid|closed its connection|"
    r"disconnected|exceeded timeout|out of memory|already in use|not found|panic|emerg|exec format)"
    r"\b|Error\b|Exception\b"
)
_CALM: Final = re.compile(
    r"(?i)\b(?:0|no|zero|without(?: an?)?|any) (?:errors?|failures?|failed|exceptions?|timeouts?)\b"
    r"|\b(?:errors?|failures?|failed|exceptions?|timeouts?|refused|rejected)[\"']?\s*[=:]\s*"
    r"[\"']?(?:0(?![\w.])|none\b|null\b|false\b)"
    r"|\berror[_ -]?(?:logs?|handlers?|pages?|codes? 0)\b|\bError\.log\b|\bon[_ ]error\b"
)
_SEVERE: Final = r"ERROR|CRITICAL|FATAL|WARN(?:ING)?|EMERG|PANIC"
_LEVEL: Final = re.compile(
    rf"^(?:(?!{_SEVERE})\S+\s+){{0,5}}?[\[(<]?(?:DEBUG|INFO|TRACE|NOTICE)\b"
    r"|\blevel(?:name)?[\"']?\s*[=:]\s*[\"']?(?:debug|info|trace|notice)\b"
    r"|^\S* ?\S* ?\[(?:debug|info|notice)\]"
)
"""The level of a line that reports no failure, in the first words of it or by name."""

_TREE: Final = re.compile(r"^[ |]*(?:\+-[-+]*(?: \d+ -+)?|\|)[ ]?")
"""What stands before each line of a group of exceptions (Python, traceback)."""
_BEGIN: Final = "Traceback (most recent call last)"
_FILE: Final = re.compile(r'^\s*File "([^"]+)", line \d+')

_TRY: Final = re.compile(r"Connecting bridge (?:\(step 1\) )?\S+ \(\S+:\d+\)")
_OF_BRIDGE: Final = re.compile(
    r"Client local\.|[Bb]ridge(?! \S+ \(\S+:\d+\))(?! \(step)|OpenSSL Error|Connection Refused"
)
_TRIES: Final = 3
_OF_PROBE: Final = "CloudWatchMetrics"
_DOWN: Final = re.compile(r'"(DatabaseReachable|BridgeLinked)": 0\b')
_WHY: Final = re.compile(r'"DatabaseError": ("(?:[^"\\]|\\.)*")')

_SUBJECTS: Final = (
    (
        "database",
        re.compile(
            r"(?i)postgres|asyncpg|psycopg|sqlalchemy|database|\b5432\b|\brds\b|\bdb\b|\bpool\b"
        ),
    ),
    ("mqtt", re.compile(r"(?i)mqtt|mosquitto|bridge|broker|\biot\b|\b8883\b|\b1883\b|paho")),
)
_TRANSIENT: Final = re.compile(
    r"(?i)refused|timed? ?out|timeout|reset by peer|unreachable|name resolution|not known|gaierror"
    r"|closed|lost|starting up|not (?:yet )?(?:available|ready|accepting)|unavailable|broken pipe"
    r"|cannot connect|unable to connect|failed to connect|connection failed|connect(?:ion)? error"
)
_LASTING: Final = re.compile(r"(?i)QueuePool|too many|(?:statement|lock) timeout|not authori")
"""Failures that look like a lost connection, and are none."""
_RECOVERED: Final = re.compile(
    r"(?i)(?<!not )(?<!dis)\b(?:re-?)?connected(?: (?:to|with|again|after)\b|[.!]?\s*$)"
    r"|connection (?:is |was )?(?:re-?)?(?:established|restored)|\brecovered\b"
    r"|application startup complete|\bis (?:now )?(?:ready|healthy|reachable|available)\b"
)


@dataclass(frozen=True, slots=True)
class Told:
    """A line that reports a failure."""

    at: int
    """Its number among the lines."""
    words: str
    frames: str = ""
    """The files of the traceback that it ends, one below the other; empty without one."""


def reports_error(line: str) -> bool:
    """Whether a line of a log looks like an error, by itself."""
    return bool(_BAD.search(line)) and not _CALM.search(line) and not _LEVEL.search(line)


def telling(lines: Sequence[str]) -> list[Told]:
    """Return the lines that report a failure which no later line takes back."""
    lasting = _lasting(lines, list(_told(lines)))
    return [*lasting, *_silent_bridge(lines), *_of_probe(lines)]


def _told(lines: Iterable[str]) -> Iterable[Told]:
    frames: list[str] = []
    inside = False
    for at, raw in enumerate(lines):
        if _OF_PROBE in raw:
            continue
        line = _TREE.sub("", raw.rstrip()) if "|" in raw or "+-" in raw else raw.rstrip()
        if _BEGIN in line:
            inside, frames = True, []
        elif found := _FILE.match(line):
            inside = True
            frames.append(found[1])
        elif inside and (not line.strip() or line[0].isspace() or set(line) <= set("^~ ")):
            continue
        elif inside:
            inside = False
            yield Told(at, line.strip(), "\n".join(frames))
        elif reports_error(line):
            yield Told(at, line.strip())


def _silent_bridge(lines: Sequence[str]) -> Iterable[Told]:
    """Yield the last try of a bridge that tries again and again, where nothing else is said of it.

    Where packets are dropped, mosquitto 2.0.22 logs nothing but a new try each 65 to 91 seconds.
    """
    tries = [at for at, line in enumerate(lines) if _TRY.search(line)]
    said = any(_OF_BRIDGE.search(line) for line in lines[tries[0] :]) if tries else True
    if len(tries) >= _TRIES and not said:
        yield Told(tries[-1], lines[tries[-1]].strip())


def _of_probe(lines: Sequence[str]) -> Iterable[Told]:
    """Yield the last report of the probe, where that and the one before say that a link is down.

    Why the database is: in the words of its driver, which the report repeats.
    """
    reports = [(at, line) for at, line in enumerate(lines) if _OF_PROBE in line]
    last = reports[-2:]
    down = [set(_DOWN.findall(line)) for _, line in last]
    if len(last) > 1 and (both := down[0] & down[1]):
        at, line = last[-1]
        why = _WHY.search(line) if "DatabaseReachable" in both else None
        words = f'{json.loads(why[1])} ("DatabaseReachable": 0)' if why else line.strip()
        yield Told(at, words)


def _lasting(lines: Sequence[str], told: list[Told]) -> list[Told]:
    """Leave out lost connections of a subject that a later line says are there again."""
    bad = {one.at for one in told}
    recovered = [
        (at, _subject(line), "startup complete" in line)
        for at, line in enumerate(lines)
        if at not in bad and _RECOVERED.search(line) and not _FILE.match(line)
    ]

    def is_over(one: Told) -> bool:
        if not _TRANSIENT.search(one.words) or _LASTING.search(one.words):
            return False
        subject = _subject(f"{one.words}\n{one.frames}")
        return any(
            at > one.at and (starts or subject in ("", of) or not of)
            for at, of, starts in recovered
        )

    return [one for one in told if not is_over(one)]


def _subject(text: str) -> str:
    return next((name for name, words in _SUBJECTS if words.search(text)), "")
