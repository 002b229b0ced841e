"""What happened to a site, and its log, as scripted, for tests of screens alone."""

from datetime import UTC, datetime, timedelta

from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.events import Happened, SiteEvent
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

    async def deployments(self, name: str) -> Happened:
        event = SiteEvent(NOON - timedelta(hours=2), "Tasks", "Revision 3: COMPLETED, 1 of 1 tasks")
        return Happened((event,), ("codebuild: these credentials may not read it.",))

    async def events(self, name: str) -> Happened:
        text = "(service app) was unable to place a task [/x]. Reason: no container was there."
        return Happened((SiteEvent(NOON, "Tasks", text, Severity.WARN),))

    async def lines(self, name: str, source: str, words: str) -> tuple[LogLine, ...]:
        self.asked.append((source, words))
        return tuple(
            LogLine(NOON + timedelta(seconds=i), source, "task/backend/7f3", line, str(i))
            for i, line in enumerate(LINES)
            if words.lower() in line.lower()
        )
