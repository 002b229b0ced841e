"""solarrally deploy FILE."""

import argparse

from solarrally_tui.aws.door import Door
from solarrally_tui.commands.common import confirm, read_site, run_with_door, say
from solarrally_tui.commands.readers import (
    RunLog,
    fan_out,
    print_json,
    print_plain,
    print_result,
)
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.provisioning.deploy import deploy
from solarrally_tui.provisioning.outcome import Exit
from solarrally_tui.site.model import Site


def run(options: argparse.Namespace) -> int:
    """Deploy or update a site, resuming whatever an earlier run left."""
    site = read_site(options.file)
    if site is None:
        return Exit.INVALID_SITE
    return run_with_door(options, lambda door: _deploy(options, site, door), site.region)


async def _deploy(options: argparse.Namespace, site: Site, door: Door) -> int:
    if not options.yes and not await _agreed(site, door):
        say("Nothing was made.")
        return Exit.REFUSED
    printer = print_json if options.json else print_plain
    with RunLog("deploy", site.name) as log:
        outcome = await deploy(site, door, fan_out(printer, log.write))
        print_result(site.name, outcome, as_json=options.json)
        say(f"Log: {log.path}")
    return outcome.exit_code


async def _agreed(site: Site, door: Door) -> bool:
    identity = await door.identity()
    cost = estimate(site)
    say(f"Site {site.name} ({site.tier.value}) in {site.region}, account {identity.account}.")
    say(f"About {cost.expected:.0f} USD a month, between {cost.low:.0f} and {cost.high:.0f}.")
    return confirm("Type yes to deploy.", "yes")
