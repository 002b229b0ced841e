"""What a support bundle holds. Every part is written and read back by its fields alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from solarrally_tui.aws.supervision import MadeCall
from solarrally_tui.health.diagnosis.model import Diagnosis, Unknown
from solarrally_tui.health.report import Report

FORMAT: Final = 1
"""Grows when an older version could no longer read the files. New fields do not count."""

_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class StackFacts:
    """A stack as CloudFormation describes it."""

    name: str
    region: str
    status: str
    reason: str = ""
    changed: str = ""
    """When its last operation began."""
    blueprint: str = ""
    """Version of the blueprint that it was last deployed from."""
    parameters: Mapping[str, str] = field(default_factory=lambda: _NONE)
    outputs: Mapping[str, str] = field(default_factory=lambda: _NONE)


@dataclass(frozen=True, slots=True)
class Versions:
    """Versions of what made the bundle, and of what it is about."""

    solarrally: str
    python: str
    system: str
    boto3: str = ""
    blueprints: str = ""
    """Of the blueprints that this program brings; those of the stacks are with the stacks."""
    application: Mapping[str, str] = field(default_factory=lambda: _NONE)
    """Source, ref and images of the application."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The site, and what looked at it."""

    site: str
    region: str
    account: str
    caller: str
    """Whose credentials looked, as an ARN; empty where AWS did not say."""
    versions: Versions
    answers: Mapping[str, Any]
    """The site file's."""
    stacks: tuple[StackFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class StackEvent:
    """One event of a stack."""

    time: datetime
    stack: str
    resource: str
    type: str
    status: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a log."""

    time: datetime
    text: str


@dataclass(frozen=True, slots=True)
class LogExcerpt:
    """The last lines of one stream."""

    group: str
    stream: str
    region: str
    lines: tuple[LogLine, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that was seen."""

    facts: Facts
    diagnosis: Diagnosis
    report: Report
    events: tuple[StackEvent, ...] = ()
    """The newest of each stack, in order of time."""
    logs: tuple[LogExcerpt, ...] = ()
    calls: tuple[MadeCall, ...] = ()
    """Every call to AWS, with its time."""
    missing: tuple[Unknown, ...] = ()
    """What the bundle would hold, but could not be read, and why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the file is, what it holds, and what was removed from it."""

    format: int
    solarrally: str
    made: datetime
    site: str
    files: Mapping[str, str]
    """SHA-256 of every other file, by its name."""
    removed: Mapping[str, int]
    """How often something was removed, by its kind."""
    shortened: int = 0
    """Lines of logs and events that were left out, so that the file stays small."""
