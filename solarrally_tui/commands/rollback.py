"""solarrally rollback SITE."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.consent import Question, ask, run_on_site, say_differences
from solarrally_tui.commands.shared.options import (
    SiteDeploymentOptions,
    add_guards,
    add_leave,
    add_run_options,
    add_site,
    carry_out,
)
from solarrally_tui.commands.shared.terminal import explain, say, show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.deployed.releases import Release
    from solarrally_tui.provisioning.deployment.releases.returning import Kept


@dataclass(frozen=True, slots=True)
class Options(SiteDeploymentOptions):
    """What rollback takes."""

    only_list: bool
    to: int | None


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    add_site(parser)
    text = "list the releases, and change nothing"
    parser.add_argument("--list", dest="only_list", action="store_true", help=text)
    text = "go back to the release with this number; the default is the one before"
    parser.add_argument("--to", type=int, metavar="NUMBER", help=text)
    add_run_options(parser)
    add_guards(parser)
    add_leave(parser)
    carry_out(
        parser,
        run,
        Options,
        example="solarrally rollback barn --list\n"
        "solarrally rollback barn\n"
        "solarrally rollback barn --to 3",
    )


def run(options: Options) -> int:
    """Return a site to an earlier release, without a build and without loss of service."""
    return run_on_site(options, lambda door: _roll_back(options, door))


async def _roll_back(options: Options, door: "Door") -> int:
    from solarrally_tui.commands.shared.runs import report_run
    from solarrally_tui.deployed.site import DeployedSite
    from solarrally_tui.health.diagnosis.keeping import look
    from solarrally_tui.pricing.estimate import estimate
    from solarrally_tui.provisioning.deployment.deploy import roll_back
    from solarrally_tui.provisioning.deployment.releases.returning import choose, look_up
    from solarrally_tui.provisioning.deployment.releases.updating import differences
    from solarrally_tui.provisioning.engine.steps import StepError

    deployed = await DeployedSite.open(door, options.site)
    kept = await look_up(deployed)
    if options.only_list:
        return _list(options, kept)
    try:
        release = await choose(deployed, kept, options.to)
    except StepError as error:
        explain(error.plain)
        return error.exit_code
    say(f"Goes back to {release.title}.")
    say_differences(differences(kept.site, release.site))
    consent = await ask(
        release.site, deployed.door, Question.of(options, "go back", release=release)
    )
    if not consent.starts:
        say("Nothing was changed.")
        return Exit.REFUSED
    return await report_run(
        "rollback",
        options.site,
        options,
        lambda emit, leave: roll_back(
            release,
            deployed.door,
            emit,
            confirmed=consent.confirmed,
            preflight=not options.skip_preflight,
            leave=leave,
            look=partial(look, release.site, deployed.door),
        ),
        options.leave,
        partial(estimate, release.site),
        release.site,
    )


def _list(options: Options, kept: "Kept") -> int:
    if options.json:
        return show_result({"releases": [_to_json(one, kept) for one in kept.releases]}, Exit.OK)
    if not kept.releases:
        say(f"The site {options.site} has kept no release yet. Its next deployment keeps one.")
    for release in kept.releases:
        show(f"{_mark(release, kept)} {release.title}, solarrally {release.version}")
    if kept.releases and not kept.is_complete:
        say(
            "The newest release is not what runs: an update did not end, or GitHub Actions brought "
            "out another commit. A rollback returns to the newest release."
        )
    return Exit.OK


def _mark(release: "Release", kept: "Kept") -> str:
    if kept.is_complete and release == kept.releases[0]:
        return "now   "
    return "before" if release == kept.target else "      "


def _to_json(release: "Release", kept: "Kept") -> dict[str, Any]:
    """Return a release for scripts."""
    application = release.site.application
    return {
        "number": release.number,
        "kept": release.kept.isoformat(),
        "commit": application.commit,
        "ref": application.ref,
        "image": release.app_image,
        "page": release.page,
        "version": release.version,
        "runs": kept.is_complete and release == kept.releases[0],
        "target": release == kept.target,
    }
