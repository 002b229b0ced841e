"""solarrally import SITE DUMP."""

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
from solarrally_tui.provisioning.operations.dump_import import import_dump


def run(options: argparse.Namespace) -> int:
    """Load a dump of an existing SolarRally database into a site."""
    return run_with_door(options, lambda door: _import(options, door))


async def _import(options: argparse.Namespace, door: Door) -> int:
    if not options.yes and not confirm(
        f"This runs the statements of {options.dump} in the database of {options.site}, all of "
        "them or none. Type the site's name to go ahead.",
        options.site,
    ):
        say("Nothing was changed.")
        return Exit.REFUSED
    printer = print_json if options.json else print_plain
    with RunLog("import", options.site) as log:
        outcome = await import_dump(options.site, options.dump, door, fan_out(printer, log.write))
        print_result(options.site, outcome, as_json=options.json)
        say(f"Log: {log.path}")
    return outcome.exit_code
