"""What the checks of one site observed, and the worst of it."""

from dataclasses import dataclass

from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity, worst
from solarrally_tui.health.telemetry import Telemetry
from solarrally_tui.text.plain import Plain


@dataclass(frozen=True, slots=True)
class Observation:
    """What one probe saw. `checks` makes it a finding with the probe's id and title."""

    severity: Severity
    line: str


@dataclass(frozen=True, slots=True)
class Report:
    """All checks of one site."""

    site: str
    checks: tuple[Finding, ...]
    telemetry: Telemetry | None = None
    """Telemetry at each place of its way, with figures for a display: `telemetry.fleet` has the
    chargers connected of registered, `telemetry.power_kw`, `messages_a_minute` and `newest_age` the
    present, `telemetry.flow` and `stops_at` the verdict, `silent` and `rejections` names. What
    could not be seen is None. None as a whole where the check did not come to an end."""

    @property
    def health(self) -> Severity:
        """The worst severity among the checks; unknown without any."""
        return worst(check.severity for check in self.checks)


def ok(line: str) -> Observation:
    """Return that all is well."""
    return Observation(Severity.OK, line)


def warn(line: str) -> Observation:
    """Return that something needs attention."""
    return Observation(Severity.WARN, line)


def fail(line: str) -> Observation:
    """Return that something does not work."""
    return Observation(Severity.FAIL, line)


def unknown(line: str) -> Observation:
    """Return that nothing could be seen."""
    return Observation(Severity.UNKNOWN, line)


def not_from_here(plain: Plain) -> Observation:
    """Return that this computer prevents a check. It says nothing about the site."""
    return unknown(f"Not checked from here. {plain}")
