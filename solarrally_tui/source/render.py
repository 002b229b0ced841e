"""A report as text for people and as the object that --json prints."""

from collections.abc import Iterator
from typing import Any, Final

from solarrally_tui.source.finding import Level, SourceFinding, SourceReport
from solarrally_tui.text.table import wrap

_LAST: Final = {
    Level.BLOCKED: "It cannot run as it is.",
    Level.WARNING: "It runs, with warnings.",
    Level.ARRANGED: "It runs.",
    Level.FIXED: "It runs.",
}


def text(report: SourceReport) -> str:
    """Return the report as lines, the worst first."""
    return "\n".join(_lines(report))


def _lines(report: SourceReport) -> Iterator[str]:
    for level in reversed(Level):
        findings = [finding for finding in report.findings if finding.level is level]
        if findings:
            yield level.line(f"{level.heading} ({len(findings)})")
            for finding in findings:
                yield from _finding(finding)
            yield ""
    at = f" at {report.commit}" if report.commit else ""
    yield from wrap(f"{report.source}{at}: {_LAST[report.worst]}", rest="")


def _finding(finding: SourceFinding) -> Iterator[str]:
    yield from wrap(f"{finding.id}: {finding.line}", "  ", "    ")
    yield from wrap(f"where: {', '.join(map(str, finding.places))}", "    ", "      ")
    below = f"no fix: {finding.remedy}" if finding.by_hand else f"without it: {finding.what}"
    yield from wrap(below, "    ", "      ")


def to_json(report: SourceReport) -> dict[str, Any]:
    """Return the report as the object that --json prints."""
    return {
        "source": report.source,
        "commit": report.commit or None,
        "worst": report.worst.value if report.findings else None,
        "findings": [
            {
                "id": finding.id,
                "level": finding.level.value,
                "what": finding.what,
                "places": [
                    {"file": place.file, "line": place.line or None}
                    | ({"name": place.name} if place.name else {})
                    for place in finding.places
                ],
                "fix": finding.fix or None,
                "remedy": f"no fix: {finding.remedy}" if finding.by_hand else finding.remedy,
            }
            for finding in report.findings
        ],
    }


def findings_of(report: SourceReport) -> str:
    """Return the report as Markdown: the verdict, and a list of what people have to see."""
    seen = [finding for finding in reversed(report.findings) if finding.by_hand]
    listed = [f"* {finding.what} {finding.remedy} ({_where(finding)})" for finding in seen]
    return "\n".join([_LAST[report.worst], *([""] if listed else []), *listed])


def _where(finding: SourceFinding) -> str:
    return ", ".join(f"`{place}`" for place in finding.places)
