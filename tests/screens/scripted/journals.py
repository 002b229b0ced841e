"""What happened to a site, and its log, as scripted, for tests of screens alone."""

from datetime import UTC, datetime, timedelta

from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.history import Happened, SiteEvent
from solarrally_tui.health.logs import LogLine

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
LINES = (
    "Connecting bridge aws-iot (a1b2-ats.iot.us-east-1.amazonaws.com:8883)",
    "INFO: Application startup complete.",
    "WARNING Invalid telemetry data from evse-3: power_w is missing [/x]",
)


class ScriptedJournals:
    """Answers with a few events and lines."""

    period = "in the last hour"

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def history(self, name: str) -> Happened:
        refused = "was unable to place a task [/x]. Reason: no container instance was there."
        events = (
            SiteEvent(NOON, "Application tasks", f"The service {refused}", Severity.WARN),
            SiteEvent(
                NOON - timedelta(hours=2),
                "Deployment",
                "Begun by ops on laptop. The site is up.",
                seconds=2460,
            ),
            SiteEvent(NOON - timedelta(hours=3), "Database", "Created.", seconds=431),
            SiteEvent(NOON - timedelta(days=2), "Images", "Being built.", is_over=False),
        )
        return Happened(events, ("codebuild: these credentials may not read it.",))

    async def lines(self, name: str, source: str, words: str) -> tuple[LogLine, ...]:
        self.asked.append((source, words))
        return tuple(
            LogLine(NOON + timedelta(seconds=i), source, "task/backend/7f3", line, str(i))
            for i, line in enumerate(LINES)
            if words.lower() in line.lower()
        )
