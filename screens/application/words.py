"""What Application shows: its help, and a line each for the source and the image."""

from collections.abc import Sequence
from typing import Final

from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.application.source_findings import counted
from solarrally_tui.source.finding import Level, SourceFinding
from solarrally_tui.source.reference import AddressError, FetchError
from solarrally_tui.wizard.applications import ImageCheck, SourceCheck
from solarrally_tui.wizard.plain_errors import plain_of

HELP: Final = (
    "The commit pins exactly what runs, so that two deployments are the same. Keep the default "
    "unless you have your own version of SolarRally. The commit of a branch or tag is looked up "
    "and pinned; F2 uses a newer one when the branch has moved on.\n\n"
    "The source is checked here, and nothing of it is run. The build fixes known defects, each "
    "only where it finds it. When a file is neither the known defective one nor already right, "
    "the build stops and names the fix. It never guesses. F5 fetches and checks again.\n\n"
    "Only public repositories can be built, because the build has no password for others. With "
    "your own image, in a public registry or in Amazon ECR, AWS builds the web page from the "
    "source and runs your image.\n\n"
    "All answers can be changed later. A new version starts beside the old one."
)


def why(error: Exception) -> str:
    """Return why something was not checked."""
    plain = plain_of(error)
    own = isinstance(error, (FetchError, AddressError))
    return str(error) if own else f"{plain.what} {plain.detail}"


def image_line(checked: ImageCheck) -> str:
    """Return the worst of what is known of an image in one line, or that all is well."""
    worst = max(checked.findings, key=lambda finding: finding.level.rank, default=None)
    return worst.level.line(worst.what) if worst else Severity.OK.line(checked.line)


def source_line(checked: SourceCheck, findings: Sequence[SourceFinding]) -> tuple[str, str]:
    """Return the sentence about a commit that was checked, and its tone."""
    blocked = any(finding.level is Level.BLOCKED for finding in findings)
    facts = [
        f"commit of {checked.committed:%d %b %Y}" if checked.committed else "",
        f"checked on {checked.checked:%d %b %Y}" if checked.checked else "checked just now",
    ]
    about = _sentence(", ".join(filter(None, facts)))
    severity, tone = (Severity.FAIL, "error") if blocked else (Severity.OK, "success")
    return f"{severity.line(_sentence(counted(findings)))}.\n  {about}.", tone


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
