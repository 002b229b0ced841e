"""How serious something is."""

from collections.abc import Iterable

from solarrally_tui.findings.glyphs import Signed


class Severity(Signed):
    """How serious something is, from good to bad in this order.

    Unknown is never shown as good, and never stops anything.
    """

    OK = "ok"
    UNKNOWN = "unknown"
    WARN = "warn"
    FAIL = "fail"
    """It does not work, or it would stop a deployment."""


def worst(severities: Iterable[Severity], default: Severity = Severity.UNKNOWN) -> Severity:
    """Return the worst of some severities."""
    return max(severities, key=lambda severity: severity.rank, default=default)
