"""Which release a rollback returns to, and what it refuses before anything changes."""

import contextlib
from dataclasses import dataclass

from solarrally_tui.aws.errors import Plain
from solarrally_tui.deployed import releases
from solarrally_tui.deployed.releases import Release, numbered
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.provisioning.deployment.builds.build_source import frontend_marker
from solarrally_tui.provisioning.deployment.builds.upload import object_metadata
from solarrally_tui.provisioning.deployment.releases import service_image
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.site.model import Site


@dataclass(frozen=True, slots=True)
class Kept:
    """The releases of a site, and what it runs."""

    site: Site
    """Its answers now: of an update that failed, too."""
    releases: tuple[Release, ...]
    """The newest first. Empty for a site that an earlier version deployed."""
    running: str
    """The application's image that the tasks run; empty where the stack does not exist."""
    database: str
    """RDS's identifier of its database; empty where there is none."""
    bucket: str
    """The artefact bucket; empty where there is none."""

    @property
    def is_complete(self) -> bool:
        """Whether the last deployment ended well: the newest release is what runs."""
        newest = self.releases[0] if self.releases else None
        return newest is not None and (newest.site, newest.app_image) == (self.site, self.running)

    @property
    def target(self) -> Release | None:
        """The release that a rollback returns to; None where there is none.

        An update that failed on its way is taken back to the newest release, and so is a commit
        that GitHub Actions brought out; a complete one is taken back to the release before it. A
        rollback that was interrupted continues to where it went.
        """
        if not self.releases:
            return None
        newest = self.releases[0]
        before = numbered(self.releases, newest.previous)
        if self.is_complete or (before and self._is_on_the_way(before, newest)):
            return before
        return newest

    def _is_on_the_way(self, before: Release, newest: Release) -> bool:
        if before.site != self.site:
            return False
        return newest.site != self.site or before.app_image == self.running


async def look_up(deployed: DeployedSite) -> Kept:
    """Return the releases of a site. Raises AwsError."""
    stacks = deployed.stacks
    outputs = await stacks.outputs("bootstrap", "data")
    bucket = outputs.get("ArtifactBucketName", "")
    kept = await releases.read(deployed.door, bucket) if bucket else ()
    running = await _running(deployed)
    return Kept(deployed.site, kept, running, outputs.get("DbInstanceId", ""), bucket)


async def _running(deployed: DeployedSite) -> str:
    """Return the image that runs, also where GitHub Actions have brought it out to the tasks."""
    functions = await deployed.stacks.parameters("functions")
    if functions:
        return functions["AppImage"]
    app = await deployed.stacks.find("app")
    image = app.parameters.get("AppImage", "") if app and app.is_created else ""
    if not app or not image or "ServiceName" not in app.outputs:
        return image
    with contextlib.suppress(StepError):  # without a service, the stack alone says what would run
        return await service_image.running_image(deployed.door, app.outputs, image)
    return image


async def choose(deployed: DeployedSite, kept: Kept, number: int | None = None) -> Release:
    """Return the release to go back to: the one with a number, or the one before.

    Raises StepError with the status of a refusal where there is none, or where it cannot come back;
    AwsError.
    """
    name = deployed.name
    chosen = kept.target if number is None else numbered(kept.releases, number)
    if chosen is None:
        raise StepError(_none(name, kept, number), Exit.REFUSED)
    if kept.database != chosen.database:
        raise StepError(_other_database(name, chosen, kept.database), Exit.REFUSED)
    if not await releases.has_image(deployed.door, chosen.app_image):
        raise StepError(_gone(name, chosen, f"The image {chosen.app_image}"), Exit.REFUSED)
    if not await releases.has_image(deployed.door, chosen.broker_image):
        raise StepError(_gone(name, chosen, f"The image {chosen.broker_image}"), Exit.REFUSED)
    marker = frontend_marker(chosen.page)
    if await object_metadata(deployed.door, kept.bucket, marker) is None:
        raise StepError(_gone(name, chosen, f"The dashboard {chosen.page}"), Exit.REFUSED)
    return chosen


def _none(site: str, kept: Kept, number: int | None) -> Plain:
    if number is not None:
        listed = ", ".join(str(release.number) for release in kept.releases) or "none"
        return Plain(
            what=f"The site {site} has no release {number}. Nothing was changed.",
            why=f"Its releases: {listed}. Only the newest {releases.SHOWN} are listed.",
            next=f"Show them: solarrally rollback {site} --list.",
        )
    why = (
        f"It runs {kept.releases[0].title}, and none is kept from before."
        if kept.releases
        else "An earlier version of solarrally deployed it, which kept no releases."
    )
    return Plain(
        what=f"The site {site} has no earlier release to go back to. Nothing was changed.",
        why=why,
        next=f"To run another commit, which is built again: solarrally update {site} --commit "
        "COMMIT.",
    )


def _other_database(site: str, release: Release, now: str) -> Plain:
    return Plain(
        what=f"The site {site} cannot go back to {release.title}: its database was replaced since. "
        "Nothing was changed.",
        why=f"That release ran with the database {release.database}, and now there is "
        f"{now or 'none'}. What was stored since is only in the present one.",
        next="To run the earlier application with the present database: solarrally update "
        f"{site} --commit {release.site.application.commit[:12]}.",
    )


def _gone(site: str, release: Release, what: str) -> Plain:
    return Plain(
        what=f"The site {site} cannot go back to {release.title}. Nothing was changed.",
        why=f"{what} is not there any more. A registry keeps its newest 30 images.",
        next=f"To build it again: solarrally update {site} --commit "
        f"{release.site.application.commit}.",
    )
