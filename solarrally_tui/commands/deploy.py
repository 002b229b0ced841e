"""solarrally deploy FILE."""

import argparse
from dataclasses import dataclass

from solarrally_tui.aws.door import Door
from solarrally_tui.commands.shared.event_readers import (
    RunLog,
    fan_out,
    print_json,
    print_plain,
    print_result,
)
from solarrally_tui.commands.shared.terminal import confirm, explain, read_site, run_with_door, say
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.provisioning.preview.preview import preview
from solarrally_tui.provisioning.preview.render import lines
from solarrally_tui.site.model import Site


def run(options: argparse.Namespace) -> int:
    """Deploy or update a site, resuming whatever an earlier run left."""
    site = read_site(options.file)
    if site is None:
        return Exit.INVALID_SITE
    if options.confirm_replacement not in {"", site.name}:
        say(
            f"--confirm-replacement names {options.confirm_replacement}; the file's site is "
            f"{site.name}."
        )
        return Exit.USAGE
    return run_with_door(options, lambda door: _deploy(options, site, door), site.region)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the operator said. loses: whether to go on though data is lost."""

    goes: bool
    loses: bool = False


async def _deploy(options: argparse.Namespace, site: Site, door: Door) -> int:
    said = Answer(goes=True) if options.yes else await _asked(options, site, door)
    if not said.goes:
        say("Nothing was made.")
        return Exit.REFUSED
    confirmed = site.name if said.loses else options.confirm_replacement
    printer = print_json if options.json else print_plain
    with RunLog("deploy", site.name) as log:
        outcome = await deploy(site, door, fan_out(printer, log.write), confirmed=confirmed)
        print_result(site.name, outcome, as_json=options.json)
        say(f"Log: {log.path}")
    return outcome.exit_code


async def _asked(options: argparse.Namespace, site: Site, door: Door) -> Answer:
    """Show what it costs and what it changes, and ask. Losing data asks for the site's name."""
    identity = await door.identity()
    cost = estimate(site)
    say(f"Site {site.name} ({site.tier.value}) in {site.region}, account {identity.account}.")
    say(f"About {cost.expected:.0f} USD a month, between {cost.low:.0f} and {cost.high:.0f}.")
    try:
        plan = await preview(site, door)
    except StepError as error:
        explain(error.plain)
        return Answer(goes=False)
    for line in () if plan.is_new else lines(plan):
        say(line)
    if plan.dangers and options.confirm_replacement != site.name:
        word = confirm(f"Type {site.name} to deploy and lose that data.", site.name)
        return Answer(word, loses=word)
    return Answer(confirm("Type yes to deploy.", "yes"))
