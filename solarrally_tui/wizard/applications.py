"""What the application screen needs: commits, findings about their source, and images."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from typing_extensions import override

from solarrally_tui.provisioning.deployment.builds import given_image
from solarrally_tui.site.tiers import Architecture
from solarrally_tui.source import check, fetch, recorded_check
from solarrally_tui.source.finding import Level, Place, SourceFinding
from solarrally_tui.source.reference import ResolvedCommit
from solarrally_tui.source.tree import NotASourceError
from solarrally_tui.wizard.model import Opener


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """What the check of a commit found."""

    findings: Sequence[SourceFinding]
    committed: date | None
    """When the commit was made, where that is known."""
    checked: date | None = None
    """The day of the check; None means just now."""


@dataclass(frozen=True, slots=True)
class ImageCheck:
    """What the check of an image found."""

    line: str
    """What is known to be right; empty where nothing is."""
    findings: Sequence[SourceFinding]


class Applications(Protocol):
    """Sources and images as the screens see them."""

    def known(self, repository: str, commit: str) -> SourceCheck | None:
        """Return what is known of a commit without asking anybody."""

    async def resolve(self, repository: str, ref: str) -> ResolvedCommit:
        """Return what a branch or tag means now. Raises FetchError and AddressError."""

    async def check(self, repository: str, commit: str, *, fresh: bool = False) -> SourceCheck:
        """Fetch a commit and check it; fresh forgets an earlier check.

        Raises FetchError, AddressError and OSError.
        """

    async def check_image(self, region: str, image: str, architecture: Architecture) -> ImageCheck:
        """Check an image for a site in a Region. Raises AwsError and ValueError."""


class EngineApplications(Applications):
    """Asks Git servers, registries and AWS. A commit is fetched once in a session."""

    def __init__(self, at: Opener) -> None:
        self._at = at
        self._checked: dict[tuple[str, str], SourceCheck] = {}

    @override
    def known(self, repository: str, commit: str) -> SourceCheck | None:
        if checked := self._checked.get((repository, commit)):
            return checked
        recorded = recorded_check.known(repository, commit)
        if recorded is None:
            return None
        return SourceCheck(recorded.report.findings, recorded.committed, recorded.checked)

    @override
    async def resolve(self, repository: str, ref: str) -> ResolvedCommit:
        return await fetch.find(repository, ref)

    @override
    async def check(self, repository: str, commit: str, *, fresh: bool = False) -> SourceCheck:
        key = (repository, commit)
        if fresh or key not in self._checked:
            self._checked[key] = await _check(repository, commit)
        return self._checked[key]

    @override
    async def check_image(self, region: str, image: str, architecture: Architecture) -> ImageCheck:
        checked = await given_image.check(image, architecture, await self._at(region))
        return ImageCheck(checked.line, checked.findings)


async def _check(repository: str, commit: str) -> SourceCheck:
    with TemporaryDirectory(prefix="solarrally-fetch-") as folder:
        fetched = await fetch.fetch(repository, commit, Path(folder))
        findings: Sequence[SourceFinding]
        try:
            report = await asyncio.to_thread(check.check, Path(folder), repository, commit)
            findings = report.findings
        except NotASourceError as error:
            todo = "name a repository of SolarRally."
            where = (Place(repository),)
            findings = (
                SourceFinding("not-the-application", Level.BLOCKED, str(error), where, todo),
            )
    return SourceCheck(findings, fetched.made.date() if fetched.made else None)
