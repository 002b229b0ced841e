"""solarrally rotate SITE."""

import argparse

from solarrally_tui.aws.door import Door
from solarrally_tui.commands.shared.event_readers import (
    RunLog,
    fan_out,
    print_json,
    print_plain,
    print_result,
)
from solarrally_tui.commands.shared.terminal import confirm, run_with_door, say
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.operations.rotation import rotate


def run(options: argparse.Namespace) -> int:
    """Give a site's database a new password, resuming whatever an earlier run left."""
    return run_with_door(options, lambda door: _rotate(options, door))


async def _rotate(options: argparse.Namespace, door: Door) -> int:
    if not options.yes and not confirm(
        f"This changes the database password of {options.site} and replaces its tasks. New "
        "connections to the database fail for some minutes. Type the site's name to go ahead.",
        options.site,
    ):
        say("Nothing was changed.")
        return Exit.REFUSED
    printer = print_json if options.json else print_plain
    with RunLog("rotate", options.site) as log:
        outcome = await rotate(options.site, door, fan_out(printer, log.write))
        print_result(options.site, outcome, as_json=options.json)
        say(f"Log: {log.path}")
    return outcome.exit_code
