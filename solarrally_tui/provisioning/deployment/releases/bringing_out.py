"""Brings a commit out to the tasks and to the page, with rights that change no stack.

GitHub Actions do this (docs/ci.md). The steps are those of an update, but for the stacks, the
answers and the release, which only an operator may write: whoever may write them can give himself
every other right of the site.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Final

from solarrally_tui.aws.errors import Plain
from solarrally_tui.deployed.run_lock import BusyError, alone
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.provisioning.deployment import verify
from solarrally_tui.provisioning.deployment.builds import build_steps, publish
from solarrally_tui.provisioning.deployment.builds.build_source import source_key
from solarrally_tui.provisioning.deployment.context import Deployment
from solarrally_tui.provisioning.deployment.releases import service_image
from solarrally_tui.provisioning.deployment.releases.updating import Wish, updated
from solarrally_tui.provisioning.deployment.step_graph import (
    FRONTEND,
    IMAGE,
    PUBLISH,
    TASKS,
    VERIFY,
)
from solarrally_tui.provisioning.engine.context import Action
from solarrally_tui.provisioning.engine.events import Emit, State
from solarrally_tui.provisioning.engine.graph import graph
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome, refused
from solarrally_tui.provisioning.engine.runner import run
from solarrally_tui.provisioning.engine.steps import End, StepError
from solarrally_tui.provisioning.engine.waits import patient
from solarrally_tui.site.model import Site
from solarrally_tui.site.names import SITE_TAG
from solarrally_tui.site.tiers import Shape

_STACKS: Final = ("bootstrap", "build", "balancer", "edge", "app")
"""Those whose outputs the steps need."""

_GITHUB: Final = "https://github.com/"


@dataclass(frozen=True, slots=True, kw_only=True)
class BringingOut(Deployment):
    """One commit that is brought out to a deployed site."""

    there: Mapping[str, Stack]
    """The stacks, as they were before. None of them changes."""

    @property
    def outputs(self) -> Mapping[str, Mapping[str, str]]:
        """Outputs of each stack."""
        return {name: stack.outputs for name, stack in self.there.items()}


async def look_up(deployed: DeployedSite, commit: str) -> BringingOut:
    """Return what is to be brought out. Changes nothing.

    Raises StepError where that is refused, SiteError for what is no commit, and AwsError.
    """
    before, narrator = deployed.site, Narrator(deployed.name, lambda _: None)
    site = updated(before, Wish(commit))
    found = {name: await deployed.stacks.find(name) for name in _STACKS}
    there = {name: stack for name, stack in found.items() if stack}
    if wrong := _of_functions(before) or _unlike(before) or _unready(before.name, there):
        raise StepError(wrong, Exit.REFUSED)
    return BringingOut(narrator=narrator, site=site, stacks=deployed.stacks, there=there)


async def bring_out(wanted: BringingOut, emit: Emit) -> Outcome:
    """Build the commit where that was not done, and give it to the tasks and then to viewers.

    ECS takes it back where it does not run; the page stays as it was then.
    """
    narrator, site = Narrator(wanted.site.name, emit), wanted.site
    door = patient(wanted.door, narrator, IMAGE)
    stacks = replace(wanted.stacks, door=door)
    doing = replace(wanted, narrator=narrator, stacks=stacks)

    async def work() -> Outcome:
        await run(BRINGING_OUT, _ACTIONS, doing)
        return _outcome(doing)

    try:
        say = partial(narrator.step, IMAGE, State.RUNNING)
        return await alone(door, site.name, "ci-deploy", work, say)
    except BusyError as busy:
        return refused(busy, changed=doing.ends.changed)


async def _images(deployment: BringingOut) -> End:
    built, digests = await build_steps.ensure_digests(deployment)
    return End(built, deployment.site.application.commit[:12], digests["AppImage"])


async def _tasks(deployment: BringingOut) -> End:
    door, app = deployment.door, deployment.there["app"]
    tags = {
        SITE_TAG: deployment.site.name,
        service_image.COMMIT_TAG: deployment.site.application.commit,
    }
    image = deployment.ends.learnt(IMAGE, str)
    arn = await service_image.bring(door, app.outputs, app.parameters["AppImage"], image, tags)
    if not arn:
        return End(False, "The tasks run this image.")
    await service_image.wait(door, app.outputs, arn, deployment.narrator, TASKS)
    return End(True, arn.rpartition("/")[2])


BRINGING_OUT: Final = graph(
    {
        IMAGE: (),
        FRONTEND: (),
        TASKS: (IMAGE, FRONTEND),
        PUBLISH: (TASKS,),
        VERIFY: (PUBLISH,),
    }
)
"""The graph of bringing a commit out: tasks before the page, as in a deployment."""

_ACTIONS: Final[Mapping[str, Action[BringingOut]]] = MappingProxyType(
    {
        IMAGE: _images,
        FRONTEND: build_steps.build_frontend,
        TASKS: _tasks,
        PUBLISH: publish.publish_page,
        VERIFY: verify.verify,
    }
)


def _outcome(deployment: BringingOut) -> Outcome:
    ends, application = deployment.ends, deployment.site.application
    if error := ends.first_error:
        plain = error.plain
        return Outcome(
            error.exit_code, plain.what, plain, warnings=ends.warnings, changed=ends.changed
        )
    did = "serves" if ends.changed else "serves already"
    summary = (
        f"Site {deployment.site.name} {did} commit {application.commit[:12]} at "
        f"{verify.address(deployment)}."
    )
    return Outcome(Exit.OK, summary, warnings=ends.warnings, changed=ends.changed)


def _of_functions(site: Site) -> Plain | None:
    if site.size.shape is Shape.TASKS:
        return None
    return Plain(
        what=f"GitHub Actions cannot bring out commits to {site.name}. Nothing was changed.",
        why="They may replace tasks, and change no stack. This site has functions, whose image is "
        "part of their stack.",
        next=f"Bring the commit out yourself: solarrally update {site.name} --commit COMMIT.",
    )


def _unlike(site: Site) -> Plain | None:
    """Say why the commits of the site's repository are none that GitHub Actions may bring out."""
    wanted = site.governance.github_repository
    builds = site.application.repository.removesuffix(".git").removeprefix(_GITHUB)
    if wanted and builds == wanted:
        return None
    return Plain(
        what=f"GitHub Actions may not bring out commits to {site.name}. Nothing was changed.",
        why=f"governance.github_repository is {wanted or 'not set'}, and the site is built from "
        f"{site.application.repository}.",
        next="Set both to your fork in the site file, then run solarrally deploy.",
    )


def _unready(name: str, there: Mapping[str, Stack]) -> Plain | None:
    missing = [stack for stack in _STACKS if stack not in there]
    if missing:
        return Plain(
            what=f"The site {name} is not complete. Nothing was changed.",
            why=f"These stacks are missing: {', '.join(missing)}.",
            next="Run solarrally deploy with the site file first.",
        )
    if there["app"].busy:
        return Plain(
            what=f"The tasks of {name} are being updated. Nothing was changed.",
            why=f"The stack app is {there['app'].status}.",
            next="Run the same command again when that has ended.",
        )
    if there["build"].parameters.get("BuildSourceKey") != source_key():
        return Plain(
            what=f"This version of solarrally is not the one that deployed {name}. Nothing was "
            "changed.",
            why="Its build steps and fixes are others than those of the site's builds.",
            next=f"Install the version that deployed it, or run solarrally update {name}, which "
            "gives it the build steps of this one.",
        )
    return None
