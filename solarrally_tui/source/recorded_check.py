"""What the source check found in the default commit: recorded, so that nothing need be fetched.

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
class Known:
    """A report of an earlier day."""

    report: SourceReport
    checked: date
    committed: date
    """When the commit was made."""


@cache
def recorded() -> Known:
    """Return what was found in the default commit of the default repository."""
    read = json.loads(resources.files(__package__).joinpath(_FILE).read_text(encoding="utf-8"))
    findings = tuple(
        SourceFinding(
            each["id"],
            Level(each["level"]),
            each["what"],
            tuple(Place(at["file"], at["line"] or 0) for at in each["places"]),
            each["remedy"],
            each["fix"] or "",
        )
        for each in read["findings"]
    )
    report = SourceReport(read["source"], read["commit"], findings)
    return Known(report, date.fromisoformat(read["checked"]), date.fromisoformat(read["committed"]))


def known(repository: str, commit: str) -> Known | None:
    """Return what is known of a commit without fetching it."""
    found = recorded()
    same = (found.report.source, found.report.commit) == (repository, commit)
    return found if same else None
