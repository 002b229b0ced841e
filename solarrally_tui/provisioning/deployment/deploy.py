"""Deploys a site, or updates it to what its answers say now. Running it again resumes."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.deployed.releases import Release
from solarrally_tui.deployed.run_lock import WATCHED, BusyError, Ending, Run, alone
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.provisioning.change.evidence import Look
from solarrally_tui.provisioning.deployment import step_graph, unfinished
from solarrally_tui.provisioning.deployment.context import Deployment
from solarrally_tui.provisioning.deployment.step_actions import ACTIONS
from solarrally_tui.provisioning.deployment.verify import address
from solarrally_tui.provisioning.engine.events import Emit, State
from solarrally_tui.provisioning.engine.followed_run import follow
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome, refused
from solarrally_tui.provisioning.engine.runner import run
from solarrally_tui.provisioning.engine.waits import patient
from solarrally_tui.site.model import Site

_STOPPED: Final = frozenset({Exit.FAILED, Exit.REFUSED, Exit.WAITING_FOR_YOU})
"""Ends of a run after which AWS can be asked what there is."""


async def deploy(  # noqa: PLR0913 each is a wish of its own
    site: Site,
    door: Door,
    emit: Emit,
    *,
    confirmed: str = "",
    preflight: bool = True,
    leave: frozenset[str] = frozenset(),
    look: Look | None = None,
    watches: bool = False,
) -> Outcome:
    """Deploy a site and report every step as events.

    Each step reads the account first and acts on what it finds, so that running again continues an
    interrupted deployment. Errors of AWS come back as the outcome's cause, not as exceptions.

    confirmed: the site's name where the operator has agreed to lose what replaced and removed
    resources hold. With anything else a change that loses data is refused before it begins.
    preflight: whether what would stop the deployment is looked up first, and refused.
    leave: resources, as STACK/RESOURCE, that stay as they are where AWS can neither roll them back
    nor delete them: what an earlier outcome calls stuck.
    watches: whether a deployment of the site that is under way is followed to its end, where this
    one would be refused.
    look: looks at a stack that fails; what it returns is kept before AWS rolls the stack back.
    """
    terms = Terms(confirmed == site.name, preflight, leave, look, watches)
    return await _run(site, door, emit, terms)


async def roll_back(  # noqa: PLR0913 as deploy
    release: Release,
    door: Door,
    emit: Emit,
    *,
    confirmed: str = "",
    preflight: bool = True,
    leave: frozenset[str] = frozenset(),
    look: Look | None = None,
) -> Outcome:
    """Return a site to a release that it has kept. Builds nothing, and otherwise is as deploy."""
    terms = Terms(confirmed == release.site.name, preflight, leave, look)
    return await _run(release.site, door, emit, terms, release)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a run treats what it finds: see deploy."""

    may_lose: bool
    preflight: bool
    leave: frozenset[str]
    look: Look | None
    watches: bool = False


async def _run(
    site: Site, door: Door, emit: Emit, terms: Terms, release: Release | None = None
) -> Outcome:
    narrator, impatient = Narrator(site.name, emit), door
    door = patient(door, narrator, step_graph.ACCOUNT)
    deployment = Deployment(
        narrator=narrator,
        site=site,
        stacks=SiteStacks.of(site, door),
        preflight=terms.preflight,
        may_lose=terms.may_lose,
        leave=terms.leave,
        look=terms.look,
        release=release,
    )
    shape = site.size.shape
    command = "rollback" if release else "deploy"
    graph = step_graph.rollback(shape) if release else step_graph.deployment(shape)

    async def work() -> Outcome:
        await run(graph, ACTIONS, deployment)
        return _outcome(deployment)

    say = partial(narrator.step, step_graph.ACCOUNT, State.RUNNING)
    try:
        outcome = await alone(door, site.name, command, work, say, _ending)
    except BusyError as busy:
        changed = deployment.ends.changed
        if terms.watches and busy.run.command in WATCHED and not changed:
            return await follow(site, deployment.stacks, narrator, busy.run)
        return refused(busy, changed=changed)
    if outcome.exit_code in _STOPPED:
        stays = await unfinished.look_up(site, SiteStacks.of(site, impatient))
        return replace(outcome, unfinished=stays)
    return outcome


async def watch(site: Site, door: Door, emit: Emit, run: Run) -> Outcome:
    """Follow a deployment that another run works on, and change nothing, whatever happens."""
    narrator = Narrator(site.name, emit)
    stacks = SiteStacks.of(site, patient(door, narrator, step_graph.ACCOUNT))
    return await follow(site, stacks, narrator, run)


def _ending(outcome: Outcome) -> Ending:
    return int(outcome.exit_code), outcome.summary


def _outcome(deployment: Deployment) -> Outcome:
    ends, outputs, site = deployment.ends, deployment.outputs, deployment.site.name
    if error := ends.first_error:
        plain = error.plain
        return Outcome(
            error.exit_code,
            plain.what,
            plain,
            outputs,
            warnings=ends.warnings,
            stuck=ends.stuck,
            # The account's check changes nothing, and everything else comes after it.
            changed=ends.changed and step_graph.ACCOUNT in ends.done,
        )
    did = f"is back at {deployment.release.title}" if deployment.release else "is deployed"
    words = did if ends.changed else "has no changes. It matches its answers"
    parts = (
        f"Site {site} {words}.",
        f"Its address is {address(deployment)}.",
        f"Run solarrally access {site} to show its passwords.",
        deployment.bridge_off,
    )
    summary = " ".join(part for part in parts if part)
    return Outcome(Exit.OK, summary, outputs=outputs, warnings=ends.warnings, changed=ends.changed)
