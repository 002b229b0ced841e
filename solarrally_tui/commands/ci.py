"""solarrally ci write|plan|deploy SITE: GitHub Actions bring out commits of the operator's fork."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import (
    CommonOptions,
    RunOptions,
    add_actions,
    add_json,
    add_site,
    carry_out,
)
from solarrally_tui.commands.shared.source_check import may_run
from solarrally_tui.commands.shared.terminal import explain, say, show, show_document, show_result
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.provisioning.deployment.releases.bringing_out import BringingOut
    from solarrally_tui.site.model import Site
    from solarrally_tui.source.finding import SourceReport

_COMMIT = "0f2f4d0c1b7d6a5e4f3a2b1c0d9e8f7a6b5c4d3e"


@dataclass(frozen=True, slots=True)
class WriteOptions(CommonOptions):
    """What write takes."""

    site: str
    to: Path
    json: bool


@dataclass(frozen=True, slots=True)
class PlanOptions(CommonOptions):
    """What plan takes."""

    site: str
    commit: str


@dataclass(frozen=True, slots=True)
class DeployOptions(RunOptions):
    """What deploy takes."""

    site: str
    commit: str


def add(parser: CommandParser) -> None:
    """Add the command's actions."""
    add_action = add_actions(parser)
    writing = add_action("write", "Write the workflow into a checkout of your fork.")
    add_site(writing)
    writing.add_argument(
        "--to", type=Path, required=True, metavar="FOLDER", help="the checkout of your fork"
    )
    add_json(writing)
    carry_out(writing, _write, WriteOptions, example="solarrally ci write barn --to SolarRally")
    planning = add_action("plan", "Print as Markdown what bringing out a commit would do.")
    deploying = add_action("deploy", "Build a commit, check it, and bring it out. Does not ask.")
    for action in (planning, deploying):
        add_site(action)
        action.add_argument("--commit", metavar="COMMIT", required=True, help="its full id")
    carry_out(planning, _plan, PlanOptions, example=f"solarrally ci plan barn --commit {_COMMIT}")
    add_json(deploying)
    deploying.set_defaults(yes=True, verbose=True)
    deploying.epilog = (
        "Changes no stack and no answers: solarrally update SITE takes over what it brought out, "
        "and solarrally rollback SITE takes it back."
    )
    carry_out(
        deploying, _deploy, DeployOptions, example=f"solarrally ci deploy barn --commit {_COMMIT}"
    )


def _write(options: WriteOptions) -> int:
    from solarrally_tui.commands.shared.door import run_with_door

    if not options.to.is_dir():
        say(f"{options.to} is not a folder. Name the checkout of your fork.")
        return Exit.USAGE
    return run_with_door(options, lambda door: _write_for(options, door))


async def _write_for(options: WriteOptions, door: "Door") -> int:
    from solarrally_tui.aws.errors import Plain
    from solarrally_tui.deployed.site import DeployedSite
    from solarrally_tui.site.atomic import write_atomically
    from solarrally_tui.terraform.workflow import PATH, Roles, workflow

    deployed = await DeployedSite.open(door, options.site)
    outputs = await deployed.stacks.outputs("governance")
    if "PlanRoleArn" not in outputs:
        explain(
            Plain(
                what=f"The site {options.site} has no roles for GitHub Actions. No file was "
                "written.",
                why="Its stack governance has no output PlanRoleArn.",
                next="Set governance.github_repository and application.repository to your fork in "
                "the site file, then run solarrally deploy.",
            )
        )
        return Exit.REFUSED
    try:
        text = workflow(deployed.site, Roles(outputs["DeployRoleArn"], outputs["PlanRoleArn"]))
    except ValueError as error:
        say(
            f"governance.github_ref is {error}. The workflow brings out a branch. No file was "
            "written."
        )
        return Exit.REFUSED
    path = options.to / PATH
    write_atomically(path, text.encode())
    if options.json:
        return show_result({"file": str(path)}, Exit.OK)
    show(str(path))
    say(
        "AWS charges nothing for the roles. solarrally estimate --compare prices the builds of a "
        "commit."
    )
    say(
        "Set the variable SOLARRALLY of the repository to what pip installs, then commit and push "
        "this file."
    )
    return Exit.OK


def _plan(options: PlanOptions) -> int:
    from solarrally_tui.commands.shared.door import run_with_door

    return run_with_door(options, lambda door: _plan_for(options, door))


async def _plan_for(options: PlanOptions, door: "Door") -> int:
    from solarrally_tui.deployed.dashboard.site_http import Front
    from solarrally_tui.provisioning.deployment.releases import delivery_plan
    from solarrally_tui.source.finding import Level
    from solarrally_tui.terraform.workflow import comment_mark

    wanted = await _wanted(options, door)
    if isinstance(wanted, int):
        return wanted
    plan = await delivery_plan.look(wanted, Front.of(wanted.outputs["edge"]).url)
    report = await _report(wanted.site)
    unread = report if isinstance(report, str) else ""
    found = None if isinstance(report, str) else report
    show_document(comment_mark(options.site) + "\n" + delivery_plan.markdown(plan, found, unread))
    return Exit.REFUSED if found and found.worst is Level.BLOCKED else Exit.OK


async def _report(site: "Site") -> "SourceReport | str":
    """Check the source of the commit; return why that was not possible where it was not."""
    from solarrally_tui.source.check import check
    from solarrally_tui.source.fetch import fetch
    from solarrally_tui.source.reference import AddressError, FetchError
    from solarrally_tui.source.tree import NotASourceError

    application = site.application
    try:
        with TemporaryDirectory(prefix="solarrally-fetch-") as name:
            await fetch(application.repository, application.commit, Path(name))
            return await asyncio.to_thread(
                check, Path(name), application.repository, application.commit
            )
    except (AddressError, FetchError, NotASourceError, OSError) as error:
        return str(error)


def _deploy(options: DeployOptions) -> int:
    from solarrally_tui.commands.shared.door import run_with_door

    return run_with_door(options, lambda door: _deploy_for(options, door))


async def _deploy_for(options: DeployOptions, door: "Door") -> int:
    from solarrally_tui.commands.shared.runs import report_run
    from solarrally_tui.deployed.site import DeployedSite
    from solarrally_tui.provisioning.deployment.releases.bringing_out import bring_out

    wanted = await _wanted(options, door)
    if isinstance(wanted, int):
        return wanted
    before = (await DeployedSite.open(door, options.site)).site
    if not await may_run(before, wanted.site):
        return Exit.REFUSED
    return await report_run(
        "ci-deploy", options.site, options, lambda emit, _: bring_out(wanted, emit)
    )


async def _wanted(options: PlanOptions | DeployOptions, door: "Door") -> "BringingOut | int":
    """Return what is to be brought out, or the exit status where that is refused."""
    from solarrally_tui.deployed.site import DeployedSite
    from solarrally_tui.provisioning.deployment.releases.bringing_out import look_up
    from solarrally_tui.provisioning.engine.steps import StepError
    from solarrally_tui.site.problems import SiteError

    try:
        return await look_up(await DeployedSite.open(door, options.site), options.commit)
    except SiteError as error:
        for problem in error.problems:
            say(str(problem))
        return Exit.USAGE
    except StepError as error:
        explain(error.plain)
        return error.exit_code
