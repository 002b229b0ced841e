"""What Application says: its help, and a line each for the source and the image."""

from collections.abc import Sequence
from typing import Final

from solarrally_tui.screens.application.source_findings import counted
from solarrally_tui.source.finding import Level, SourceFinding
from solarrally_tui.source.reference import AddressError, FetchError
from solarrally_tui.wizard.applications import ImageCheck, SourceCheck
from solarrally_tui.wizard.plain_errors import plain_of

HELP: Final = (
    "The commit pins exactly what runs, so that two deployments are the same. Keep the default "
    "unless you have your own version of SolarRally. A branch or tag is looked up and its commit "
    "pinned; F2 takes a newer one when the branch has moved on.\n\n"
    "The source is looked at here, and nothing of it is run. The build repairs known faults, each "
    "only if it finds it. When a file is neither the known faulty one nor already right, the "
    "build stops and names the repair. It never guesses. F5 fetches and looks again.\n\n"
    "Only public repositories can be built: the build has no password for others. With an image "
    "of your own, in a public registry or in Amazon ECR, AWS builds the web page from the source "
    "and runs your image.\n\n"
    "All answers can be changed later. A new version is rolled out beside the old one."
)


def why(error: Exception) -> str:
    """Return why something was not checked."""
    plain = plain_of(error)
    own = isinstance(error, (FetchError, AddressError))
    return str(error) if own else f"{plain.what} {plain.detail}"


def image_line(look: ImageCheck) -> str:
    """Return the worst of what is known of an image in one line, or that all is well."""
    worst = max(look.findings, key=lambda each: each.level.rank, default=None)
    if worst is None:
        return f"✓ {look.line}"
    return worst.level.line(worst.what)


def source_line(looked: SourceCheck, found: Sequence[SourceFinding]) -> tuple[str, str]:
    """Return the sentence about a commit that was looked at, and its tone."""
    blocked = any(each.level is Level.BLOCKED for each in found)
    facts = [
        f"commit of {looked.committed:%d %b %Y}" if looked.committed else "",
        f"looked at on {looked.checked:%d %b %Y}" if looked.checked else "looked at just now",
    ]
    about = _sentence(", ".join(filter(None, facts)))
    mark, tone = ("✗", "error") if blocked else ("✓", "success")
    return f"{mark} {_sentence(counted(found))}.\n  {about}.", tone


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
