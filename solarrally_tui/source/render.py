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
        found = [each for each in report.findings if each.level is level]
        if found:
            yield level.line(f"{level.heading} ({len(found)})")
            for each in found:
                yield from _finding(each)
            yield ""
    at = f" at {report.commit}" if report.commit else ""
    yield from wrap(f"{report.source}{at}: {_LAST[report.worst]}", rest="")


def _finding(finding: SourceFinding) -> Iterator[str]:
    yield from wrap(f"{finding.id}: {finding.what}", "  ", "    ")
    yield from wrap(f"where: {', '.join(map(str, finding.places))}", "    ", "      ")
    label = "no fix" if finding.by_hand else "done"
    yield from wrap(f"{label}: {finding.remedy}", "    ", "      ")


def to_json(report: SourceReport) -> dict[str, Any]:
    """Return the report as the object that --json prints."""
    return {
        "source": report.source,
        "commit": report.commit or None,
        "worst": report.worst.value if report.findings else None,
        "findings": [
            {
                "id": each.id,
                "level": each.level.value,
                "what": each.what,
                "places": [{"file": at.file, "line": at.line or None} for at in each.places],
                "fix": each.fix or None,
                "remedy": f"no fix: {each.remedy}" if each.by_hand else each.remedy,
            }
            for each in report.findings
        ],
    }
