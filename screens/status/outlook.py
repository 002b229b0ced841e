"""What is true of a site today about the operations on it, in a few words each. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from solarrally_tui.findings.severity import Severity
from solarrally_tui.text.dates import day
from solarrally_tui.text.enumeration import counted

if TYPE_CHECKING:
    from solarrally_tui.health.report import Report
    from solarrally_tui.interview.draft import Draft
    from solarrally_tui.wizard.model import Upkeep

_NO_COPY = "Copy backups to Region, in More options on Size, makes it possible."
_NO_FORK = (
    "Name your fork in the site file first: governance.github_repository. Then deploy it once."
)
_NO_RELEASE = "No earlier release is kept. Update can build another commit."


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a list of operations says of one site, by the titles of operations."""

    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """In at most 16 columns."""
    obstacles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Why an operation cannot work now, and what helps."""
    prices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Where this site's are known."""


def outlook(
    draft: "Draft", report: "Report | None", upkeep: "Upkeep | None", prices: Mapping[str, str]
) -> Outlook:
    """Return what is known. report: of Status. upkeep: None until the account has said it."""
    facts, obstacles = _of_answers(draft)
    registered = report.figure("chargers_registered") if report else None
    if registered is not None and registered.value is not None:
        facts["Add charger"] = f"{registered.value:.0f} registered"
    if upkeep is None:
        return Outlook(facts, obstacles, prices)
    if upkeep.earlier:
        facts["Roll back"] = f"to {upkeep.earlier}"
    elif upkeep.earlier is not None:
        facts["Roll back"], obstacles["Roll back"] = "none is kept", _NO_RELEASE
    if upkeep.password_due:
        facts["Rotate"] = f"due {day(upkeep.password_due)}"
    facts["Maintain"] = _due(upkeep)
    return Outlook(facts, obstacles, prices)


def _of_answers(draft: "Draft") -> tuple[dict[str, str], dict[str, str]]:
    facts, obstacles = {}, {}
    commit = draft.text("application.commit")
    if commit and not draft.text("application.image"):
        facts["Update"] = f"commit {commit[:7]}"
    if copies := draft.text("size.backup_copy_region"):
        facts["Recover"] = f"in {copies}"
    else:
        facts["Recover"], obstacles["Recover"] = "no copy is there", _NO_COPY
    if not draft.text("governance.github_repository"):
        facts["GitHub Actions"], obstacles["GitHub Actions"] = "no fork is named", _NO_FORK
    facts["Destroy"] = "its data stays"
    return facts, obstacles


def _due(upkeep: "Upkeep") -> str:
    """Return how much Maintain has to renew. What could not be seen is never "nothing"."""
    if upkeep.due:
        return Severity.WARN.line(f"{counted(len(upkeep.due), 'thing')} due")
    return f"{upkeep.unseen} not seen" if upkeep.unseen else "nothing is due"
