"""solarrally deploy FILE."""

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.consent import Question, ask
from solarrally_tui.commands.shared.options import (
    DeploymentOptions,
    add_guards,
    add_leave,
    add_run_options,
    add_site_file,
    carry_out,
)
from solarrally_tui.commands.shared.terminal import read_site, say
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.site.model import Site


@dataclass(frozen=True, slots=True)
class Options(DeploymentOptions):
    """What deploy takes."""

    file: Path
    watch: bool

    @property
    def watches(self) -> bool:
        """Whether a deployment that is under way is watched, in place of a refusal."""
        return self.watch or not (self.yes or self.json or not sys.stdin.isatty())


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    add_site_file(parser)
    add_run_options(parser)
    add_guards(parser)
    parser.add_argument(
        "--watch",
        action="store_true",
        help="where another deployment of the site is under way, follow it to its end; at a "
        "terminal, without --yes and --json, that is so anyway",
    )
    add_leave(parser)
    carry_out(
        parser,
        run,
        Options,
        example="solarrally deploy barn.toml\n"
        "solarrally deploy barn.toml --yes --json\n"
        "solarrally deploy barn.toml --watch",
    )


def run(options: Options) -> int:
    """Deploy or update a site, resuming what an earlier run left unfinished."""
    from solarrally_tui.commands.shared.door import run_with_door

    site = read_site(options.file)
    if site is None:
        return Exit.INVALID_SITE
    if options.confirm_replacement not in {"", site.name}:
        say(
            f"--confirm-replacement names {options.confirm_replacement}, "
            f"but the site in {options.file} is {site.name}."
        )
        return Exit.USAGE
    return run_with_door(options, lambda door: _deploy(options, site, door), site.region)


async def _deploy(options: Options, site: "Site", door: "Door") -> int:
    from solarrally_tui.commands.shared.runs import report_run
    from solarrally_tui.deployed.run_lock import WATCHED, present
    from solarrally_tui.health.diagnosis.keeping import look
    from solarrally_tui.pricing.estimate import estimate
    from solarrally_tui.provisioning.deployment.deploy import deploy, watch

    other = await present(door, site.name) if options.watches else None
    if other and other.run.command in WATCHED:
        run = other.run
        say(f"Under way: {run.title}. This command watches it, and changes nothing.")
        return await report_run(
            "deploy", site.name, options, lambda emit, _: watch(site, door, emit, run)
        )
    consent = await ask(site, door, Question.of(options, "deploy"))
    if not consent.starts:
        say("Nothing was created or changed.")
        return Exit.REFUSED
    return await report_run(
        "deploy",
        site.name,
        options,
        lambda emit, leave: deploy(
            site,
            door,
            emit,
            confirmed=consent.confirmed,
            preflight=not options.skip_preflight,
            leave=leave,
            look=partial(look, site, door),
            watches=options.watches,
        ),
        options.leave,
        partial(estimate, site),
        site,
    )
