"""What the application screen needs from the outside: commits, findings, and images."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from solarrally_tui.site.tiers import Architecture
from solarrally_tui.source.finding import SourceFinding
from solarrally_tui.source.reference import ResolvedCommit


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at a commit told."""

    findings: Sequence[SourceFinding]
    committed: date | None
    """When the commit was made, where that is known."""
    checked: date | None = None
    """The day of the look; None means just now."""


@dataclass(frozen=True, slots=True)
class ImageLook:
    """What a look at an image told."""

    line: str
    """What is known to be right; empty where nothing is."""
    findings: Sequence[SourceFinding]


class Applications(Protocol):
    """Sources and images as the screens see them."""

    def known(self, repository: str, commit: str) -> Looked | None:
        """Return what is known of a commit without asking anybody."""

    async def resolve(self, repository: str, ref: str) -> ResolvedCommit:
        """Return what a branch or tag means now. Raises FetchError and AddressError."""

    async def look(self, repository: str, commit: str, *, fresh: bool = False) -> Looked:
        """Fetch a commit and check it; fresh forgets an earlier look.

        Raises FetchError, AddressError and OSError.
        """

    async def image(self, region: str, image: str, architecture: Architecture) -> ImageLook:
        """Look at an image for a site in a Region. Raises AwsError and ValueError."""
