"""What the checks of one site observed, when, with figures, and the worst of it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.glyphs import Signed
from solarrally_tui.findings.severity import Severity, worst
from solarrally_tui.health.figures import Figure
from solarrally_tui.health.layers import Layer
from solarrally_tui.health.telemetry import Telemetry
from solarrally_tui.text.plain import Plain

_ROUNDS: Final = 2.5
"""How many of its own paces a check may be old before it is stale: one round may be missed."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What one probe saw. `checks` makes it a check with the probe's id and title."""

    severity: Severity
    line: str
    figures: tuple[Figure, ...] = ()
    pending: "Pending | None" = None
    """Where nothing can be judged, why: ok then means that nothing is wrong, not that it was seen
    to work."""


class Pending(Signed):
    """How a check looks that has nothing to judge."""

    UNUSED = "not used"
    """Nobody lets AWS look."""
    WAITING = "waiting"
    """There is nothing yet."""


@dataclass(frozen=True, slots=True)
class Check(Finding):
    """What one probe saw of a site, where on the way of the data, and when."""

    layer: Layer = Layer.OPERATIONS
    figures: tuple[Figure, ...] = ()
    at: datetime | None = None
    """When it was seen, in UTC. None where that does not matter."""
    pace: float = 0.0
    """Seconds after which it is looked at again; 0 where it is not."""
    pending: Pending | None = None
    """As of its observation."""
    asked: tuple[str, ...] = ()
    """What it was seen by: calls, as the AWS CLI names them, such as ecs describe-services."""

    @property
    def sign(self) -> Signed:
        """How it looks: as its severity, but never green where nothing was seen."""
        return self.pending if self.pending and self.severity is Severity.OK else self.severity

    @property
    def urgency(self) -> tuple[int, bool]:
        """What checks are ordered by, the worst highest: what waits comes before what is well."""
        return self.severity.rank, self.sign is Pending.WAITING

    def is_stale(self, now: datetime) -> bool:
        """Whether it was seen too long ago to be shown as what is so now."""
        if self.at is None or not self.pace:
            return False
        return now - self.at > timedelta(seconds=self.pace * _ROUNDS)


@dataclass(frozen=True, slots=True)
class Report:
    """All checks of one site. Frozen: what shows it needs no account and no network."""

    site: str
    checks: tuple[Check, ...]
    telemetry: Telemetry | None = None
    """Telemetry at each place of its way, with figures for a display: `telemetry.fleet` has the
    chargers connected of registered, `telemetry.power_kw`, `messages_a_minute` and `newest_age` the
    present, `telemetry.flow` and `stops_at` the verdict, `silent` and `rejections` names. What
    could not be seen is None. None as a whole where the check did not come to an end."""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When the last round of checks ended, in UTC."""
    lost: Plain | None = None
    """Why AWS could not be reached in the last round; None where it was."""
    lost_since: datetime | None = None
    """The end of the first round that did not reach AWS."""
    monthly_cost: float = 0.0
    """What checking at this pace costs in a month at most, in USD."""
    is_past: bool = False
    """Whether it is shown again, under its time, until a newer one is there."""

    @property
    def is_old(self) -> bool:
        """Whether nothing of it may be shown as what is so now."""
        return self.lost is not None

    def outdates(self, check: Check, now: datetime) -> bool:
        """Whether a check was seen too long ago for its mark.

        While all is checked again, each keeps the mark that it had at the time that is shown.
        """
        return self.is_old or (not self.is_past and check.is_stale(now))

    @property
    def checked_at(self) -> datetime:
        """When the newest of its checks was seen."""
        return max((check.at for check in self.checks if check.at), default=self.at)

    def is_stale(self, now: datetime) -> bool:
        """Whether all of it was seen too long ago to be shown as what is so now."""
        return bool(self.checks) and all(check.is_stale(now) for check in self.checks)

    @property
    def sign(self) -> Signed:
        """How the whole looks: as its health, but not green while telemetry is waited for."""
        waiting = any(check.sign is Pending.WAITING for check in self.checks)
        return Pending.WAITING if waiting and self.health is Severity.OK else self.health

    @property
    def waits_for(self) -> str:
        """What is waited for, in a sentence; empty where nothing is."""
        lines = (check.line for check in self.checks if check.sign is Pending.WAITING)
        return next(lines, "")

    @property
    def health(self) -> Severity:
        """The worst severity among the checks; unknown without any, and without a connection."""
        if self.lost:
            return Severity.UNKNOWN
        return worst(check.severity for check in self.checks)

    @property
    def ranked(self) -> tuple[Check, ...]:
        """The checks, the worst first; among equals they follow the way of the data."""
        along = sorted(self.checks, key=lambda check: tuple(Layer).index(check.layer))
        return tuple(sorted(along, key=lambda check: check.urgency, reverse=True))

    def of(self, layer: Layer) -> tuple[Check, ...]:
        """Return the checks of one layer."""
        return tuple(check for check in self.checks if check.layer is layer)

    def figure(self, id_: str) -> Figure | None:
        """Return a figure by its id; None where it was not measured."""
        figures = (figure for check in self.checks for figure in check.figures)
        return next((figure for figure in figures if figure.id == id_), None)


def ok(line: str, *figures: Figure) -> Observation:
    """Return that all is well."""
    return Observation(Severity.OK, line, figures)


def waits(line: str, *figures: Figure) -> Observation:
    """Return that nothing is wrong, and that there is nothing to judge yet."""
    return Observation(Severity.OK, line, figures, Pending.WAITING)


def unused(line: str) -> Observation:
    """Return that nothing is wrong, as far as anybody lets AWS look."""
    return Observation(Severity.OK, line, pending=Pending.UNUSED)


def warn(line: str, *figures: Figure) -> Observation:
    """Return that something needs attention."""
    return Observation(Severity.WARN, line, figures)


def fail(line: str, *figures: Figure) -> Observation:
    """Return that something does not work."""
    return Observation(Severity.FAIL, line, figures)


def unknown(line: str) -> Observation:
    """Return that nothing could be seen."""
    return Observation(Severity.UNKNOWN, line)


def not_from_here(plain: Plain) -> Observation:
    """Return that this computer prevents a check. It says nothing about the site."""
    return unknown(f"Not checked from here. {plain}")
