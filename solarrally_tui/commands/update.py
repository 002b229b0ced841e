"""solarrally update SITE."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.consent import (
    Question,
    ask,
    run_on_site,
    say_differences,
    show_plan,
)
from solarrally_tui.commands.shared.options import (
    SiteDeploymentOptions,
    add_guards,
    add_leave,
    add_run_options,
    add_site,
    carry_out,
)
from solarrally_tui.commands.shared.source_check import may_run
from solarrally_tui.commands.shared.terminal import say, show_result
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.deployed.site import DeployedSite
    from solarrally_tui.provisioning.deployment.releases.updating import Wish


@dataclass(frozen=True, slots=True)
class Options(SiteDeploymentOptions):
    """What update takes."""

    commit: str
    ref: str
    image: str
    tier: str
    plan: bool


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    from solarrally_tui.site.tiers import Tier

    add_site(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--commit", metavar="COMMIT", default="", help="full id of the commit to run")
    text = "branch or tag whose newest commit to run"
    what.add_argument("--ref", metavar="REF", default="", help=text)
    text = "image to run in place of one that is built, by its digest"
    what.add_argument("--image", metavar="IMAGE", default="", help=text)
    text = "size the site as another tier; answers of your own stay where they fit"
    parser.add_argument("--tier", choices=[tier.value for tier in Tier], default="", help=text)
    text = "show what would change and what it costs, and change nothing"
    parser.add_argument("--plan", action="store_true", help=text)
    add_run_options(parser)
    add_guards(parser)
    add_leave(parser)
    parser.epilog = (
        "Without --commit, --ref, --image and --tier, the site gets the blueprints and fixes of "
        "this version. An update that failed continues."
    )
    carry_out(
        parser,
        run,
        Options,
        example="solarrally update barn --ref main --plan\nsolarrally update barn --tier medium",
    )


def run(options: Options) -> int:
    """Update a deployed site, without loss of service."""
    return run_on_site(options, lambda door: _update(options, door))


async def _update(options: Options, door: "Door") -> int:
    from solarrally_tui.commands.shared.runs import report_run
    from solarrally_tui.deployed.site import DeployedSite
    from solarrally_tui.health.diagnosis.keeping import look
    from solarrally_tui.pricing.estimate import estimate
    from solarrally_tui.provisioning.deployment.deploy import deploy
    from solarrally_tui.provisioning.deployment.releases.updating import (
        differences,
        set_aside,
        updated,
    )
    from solarrally_tui.provisioning.preview.outlook import outlook
    from solarrally_tui.provisioning.preview.render import to_json
    from solarrally_tui.site.problems import SiteError

    deployed = await DeployedSite.open(door, options.site)
    before = deployed.site
    try:
        site = updated(before, await wish(options, deployed))
    except SiteError as error:
        for problem in error.problems:
            say(str(problem))
        return Exit.USAGE
    changes = differences(before, site)
    say_differences(changes)
    if aside := set_aside(before, options.tier):
        say(aside)
    if not await may_run(before, site, sure=options.skip_preflight):
        return Exit.REFUSED
    question = Question.of(options, "update")
    if options.plan:
        plan = await show_plan(site, deployed.door, question)
        if plan and options.json:
            return show_result(to_json(plan, outlook(site, plan)), Exit.OK)
        return Exit.OK if plan else Exit.REFUSED
    consent = await ask(site, deployed.door, question)
    if not consent.starts:
        say("Nothing was changed.")
        return Exit.REFUSED
    status = await report_run(
        "update",
        site.name,
        options,
        lambda emit, leave: deploy(
            site,
            deployed.door,
            emit,
            confirmed=consent.confirmed,
            preflight=not options.skip_preflight,
            leave=leave,
            look=partial(look, site, deployed.door),
        ),
        options.leave,
        partial(estimate, site),
        site,
    )
    if changes:
        say("A site file of yours still has the earlier answers. Change it before its next deploy.")
    return status


async def wish(options: Options, deployed: "DeployedSite") -> "Wish":
    """Return what the options wish, with the commit that a branch is at now.

    A commit that GitHub Actions brought out stays, where the options name no other.
    """
    from solarrally_tui.provisioning.deployment.releases.service_image import commit_beside_stack
    from solarrally_tui.provisioning.deployment.releases.updating import Wish
    from solarrally_tui.site.problems import Problem, SiteError
    from solarrally_tui.source.fetch import find
    from solarrally_tui.source.reference import AddressError, FetchError

    if not options.ref:
        commit = options.commit
        if not commit and not options.image and (commit := await commit_beside_stack(deployed)):
            say(f"GitHub Actions brought out commit {commit[:12]}. It stays.")
        return Wish(commit, image=options.image, tier=options.tier)
    try:
        found = await find(deployed.site.application.repository, options.ref)
    except (AddressError, FetchError) as error:
        raise SiteError((Problem("application.ref", str(error), ""),)) from None
    return Wish(found.commit, found.ref, tier=options.tier)
