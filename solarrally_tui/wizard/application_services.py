"""The real services of the application screen: the source check and registries of images."""

import asyncio
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from solarrally_tui.site.tiers import Architecture
from solarrally_tui.source.finding import Level, Place, SourceFinding
from solarrally_tui.source.reference import ResolvedCommit
from solarrally_tui.source.tree import NotASourceError
from solarrally_tui.wizard.application_ports import ImageLook, Looked

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door

Opener = Callable[[str | None], Awaitable["Door"]]


class EngineApplications:
    """Asks Git servers, registries and AWS. A commit is fetched once in a session."""

    def __init__(self, at: Opener) -> None:
        self._at = at
        self._looked: dict[tuple[str, str], Looked] = {}

    def known(self, repository: str, commit: str) -> Looked | None:
        """Return what is known of a commit without asking anybody."""
        from solarrally_tui.source.recorded_check import known  # noqa: PLC0415

        if looked := self._looked.get((repository, commit)):
            return looked
        found = known(repository, commit)
        if found is None:
            return None
        return Looked(found.report.findings, found.committed, found.checked)

    async def resolve(self, repository: str, ref: str) -> ResolvedCommit:
        """Return what a branch or tag means now. Raises FetchError and AddressError."""
        fetching = await _imported("solarrally_tui.source.fetch")
        found: ResolvedCommit = await fetching.find(repository, ref)
        return found

    async def look(self, repository: str, commit: str, *, fresh: bool = False) -> Looked:
        """Fetch a commit and check it; fresh forgets an earlier look.

        Raises FetchError, AddressError and OSError.
        """
        key = (repository, commit)
        if fresh or key not in self._looked:
            self._looked[key] = await _look(repository, commit)
        return self._looked[key]

    async def image(self, region: str, image: str, architecture: Architecture) -> ImageLook:
        """Look at an image for a site in a Region. Raises AwsError and ValueError."""
        images = await _imported("solarrally_tui.provisioning.deployment.builds.given_image")
        checked = await images.check(image, architecture, await self._at(region))
        return ImageLook(checked.line, checked.findings)


async def _look(repository: str, commit: str) -> Looked:
    fetching = await _imported("solarrally_tui.source.fetch")
    checking = await _imported("solarrally_tui.source.check")
    with TemporaryDirectory(prefix="solarrally-fetch-") as folder:
        found = await fetching.fetch(repository, commit, Path(folder))
        try:
            report = await asyncio.to_thread(checking.check, Path(folder), repository, commit)
            findings = report.findings
        except NotASourceError as error:
            findings = (_no_source(repository, error),)
    return Looked(findings, found.made.date() if found.made else None)


def _no_source(repository: str, error: NotASourceError) -> SourceFinding:
    todo = "name a repository of SolarRally."
    return SourceFinding(
        "not-the-application", Level.BLOCKED, str(error), (Place(repository),), todo
    )


async def _imported(name: str) -> Any:
    """Import a module beside the event loop: the HTTP client alone takes longer than a key may."""
    return await asyncio.to_thread(import_module, name)
