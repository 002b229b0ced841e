"""What the checks found: a verdict each, and the worst of them for the site."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How something is, from good to bad in this order."""

    OK = "ok"
    UNKNOWN = "unknown"
    WARN = "warn"
    FAIL = "fail"


_ORDER = tuple(Verdict)


def worst(verdicts: list[Verdict]) -> Verdict:
    """Return the worst of some verdicts; unknown where there are none."""
    return max(verdicts, key=_ORDER.index, default=Verdict.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look at one thing told."""

    state: Verdict
    detail: str


@dataclass(frozen=True, slots=True)
class Check:
    """A finding with its name. The id never changes; scripts rely on it."""

    id: str
    title: str
    state: Verdict
    detail: str


@dataclass(frozen=True, slots=True)
class Report:
    """All checks of one site."""

    site: str
    checks: tuple[Check, ...]

    @property
    def health(self) -> Verdict:
        """The worst verdict among the checks."""
        return worst([check.state for check in self.checks])


def ok(detail: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(Verdict.OK, detail)


def warn(detail: str) -> Finding:
    """Return a finding that wants a look."""
    return Finding(Verdict.WARN, detail)


def fail(detail: str) -> Finding:
    """Return a finding that something does not work."""
    return Finding(Verdict.FAIL, detail)


def unknown(detail: str) -> Finding:
    """Return a finding that nothing could be seen."""
    return Finding(Verdict.UNKNOWN, detail)
