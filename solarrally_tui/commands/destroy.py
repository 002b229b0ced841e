"""solarrally destroy SITE."""

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
from solarrally_tui.provisioning.teardown.destroy import destroy


def run(options: argparse.Namespace) -> int:
    """Remove a site; its data only when its name is repeated."""
    if options.delete_data is not None and options.delete_data != options.site:
        say(f"--delete-data must repeat the site's name, {options.site}. Nothing was removed.")
        return Exit.REFUSED
    return run_with_door(options, lambda door: _destroy(options, door))


async def _destroy(options: argparse.Namespace, door: Door) -> int:
    if not options.yes and not confirm(
        f"This removes the site {options.site}. Type its name to go ahead.", options.site
    ):
        say("Nothing was removed.")
        return Exit.REFUSED
    printer = print_json if options.json else print_plain
    with RunLog("destroy", options.site) as log:
        emit = fan_out(printer, log.write)
        outcome = await destroy(
            options.site, door, emit, delete_data=options.delete_data is not None
        )
        print_result(options.site, outcome, as_json=options.json)
    return outcome.exit_code
