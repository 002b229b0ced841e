"""solarrally deploy FILE."""

import argparse
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from solarrally_tui.commands.shared.options import (
    RunOptions,
    add_leave,
    add_run_options,
    add_site_file,
    carry_out,
)
from solarrally_tui.commands.shared.terminal import confirm, explain, read_site, say
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.site.model import Site


@dataclass(frozen=True, slots=True)
class Options(RunOptions):
    """What deploy takes."""

    file: Path
    confirm_replacement: str
    skip_preflight: bool
    leave: list[str]


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add_site_file(parser)
    add_run_options(parser)
    parser.add_argument(
        "--confirm-replacement",
        metavar="SITE",
        default="",
        help="deploy even if a change loses data; repeat the site's name",
    )
    parser.add_argument(
        "--skip-preflight",
        action="store_true",
        help="deploy even if a check of the account or the domain fails; AWS then decides",
    )
    add_leave(parser)
    carry_out(parser, run, Options)


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


@dataclass(frozen=True, slots=True)
class Consent:
    """What the operator agreed to."""

    deploys: bool
    loses_data: bool = False


async def _deploy(options: Options, site: "Site", door: "Door") -> int:
    from solarrally_tui.commands.shared.runs import report_run
    from solarrally_tui.health.diagnosis.keeping import look
    from solarrally_tui.pricing.estimate import estimate
    from solarrally_tui.provisioning.deployment.deploy import deploy

    consent = Consent(deploys=True) if options.yes else await _ask(options, site, door)
    if not consent.deploys:
        say("Nothing was created or changed.")
        return Exit.REFUSED
    confirmed = site.name if consent.loses_data else options.confirm_replacement
    return await report_run(
        "deploy",
        site.name,
        options,
        lambda emit, leave: deploy(
            site,
            door,
            emit,
            confirmed=confirmed,
            preflight=not options.skip_preflight,
            leave=leave,
            look=partial(look, site, door),
        ),
        options.leave,
        partial(estimate, site),
    )


async def _ask(options: Options, site: "Site", door: "Door") -> Consent:
    """Show what it costs and what it changes, and ask. Losing data takes the site's name."""
    from solarrally_tui.pricing.estimate import estimate
    from solarrally_tui.provisioning.engine.steps import StepError
    from solarrally_tui.provisioning.preview.preview import preview
    from solarrally_tui.provisioning.preview.render import lines

    identity = await door.identity()
    cost = estimate(site)
    say(f"Site {site.name} ({site.tier.value}) in {site.region}, account {identity.account}.")
    if cost.complete:
        say(f"About {cost.expected:.0f} USD a month, between {cost.low:.0f} and {cost.high:.0f}.")
    else:
        say(f"What it costs is not fully known: the price book lacks prices of {site.region}.")
    try:
        plan = await preview(site, door)
    except StepError as error:
        explain(error.plain)
        return Consent(deploys=False)
    for line in lines(plan) if plan.obstacles or plan.dangers or not plan.is_new else ():
        say(line)
    if plan.obstacles and not options.skip_preflight:
        return Consent(deploys=False)
    if plan.dangers and options.confirm_replacement != site.name:
        agreed = confirm(f"Type {site.name} to deploy and lose that data.", site.name)
        return Consent(agreed, loses_data=agreed)
    return Consent(confirm("Type yes to deploy.", "yes"))
