"""What the source check finds in the default commit: recorded, so that nothing need be fetched.

tools/record_findings.py writes the record from a real check. A test compares its words with those
that the check has now.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from solarrally_tui.source.finding import Level, Place, SourceFinding, SourceReport

_FILE = "default_findings.json"


@dataclass(frozen=True, slots=True)
class RecordedCheck:
    """A report from an earlier day."""

    report: SourceReport
    checked: date
    committed: date
    """When the commit was made."""


@cache
def recorded() -> RecordedCheck:
    """Return what was found in the default commit of the default repository."""
    record = json.loads(resources.files(__package__).joinpath(_FILE).read_text(encoding="utf-8"))
    findings = tuple(
        SourceFinding(
            entry["id"],
            Level(entry["level"]),
            entry["what"],
            tuple(
                Place(place["file"], place["line"] or 0, place.get("name", ""))
                for place in entry["places"]
            ),
            entry["remedy"],
            entry["fix"] or "",
        )
        for entry in record["findings"]
    )
    return RecordedCheck(
        SourceReport(record["source"], record["commit"], findings),
        date.fromisoformat(record["checked"]),
        date.fromisoformat(record["committed"]),
    )


def known(repository: str, commit: str) -> RecordedCheck | None:
    """Return what is recorded of a commit, or None."""
    record = recorded()
    same = (record.report.source, record.report.commit) == (repository, commit)
    return record if same else None
