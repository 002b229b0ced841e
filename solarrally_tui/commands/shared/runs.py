"""Runs that change a site: confirmed, printed as events, and logged."""

from collections.abc import Awaitable, Callable

from solarrally_tui.aws.door import Door
from solarrally_tui.commands.shared import transcript
from solarrally_tui.commands.shared.door import run_with_door
from solarrally_tui.commands.shared.event_readers import (
    RunLogFile,
    print_json,
    print_plain,
    print_result,
)
from solarrally_tui.commands.shared.options import RunOptions, SiteRunOptions
from solarrally_tui.commands.shared.terminal import confirm, say
from solarrally_tui.provisioning.engine.events import Emit, fan_out
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome


def run_on_site(
    command: str,
    options: SiteRunOptions,
    effect: str,
    start: Callable[[Door, Emit], Awaitable[Outcome]],
) -> int:
    """Run something on a deployed site once its name was typed; return the exit status.

    effect: what happens then, as sentences.
    """

    async def confirm_and_run(door: Door) -> int:
        question = f"{effect} Type the site's name to continue."
        if not options.yes and not confirm(question, options.site):
            say("Nothing was changed.")
            return Exit.REFUSED
        return await report_run(command, options.site, options, lambda emit: start(door, emit))

    return run_with_door(options, confirm_and_run)


async def report_run(
    command: str, site: str, options: RunOptions, start: Callable[[Emit], Awaitable[Outcome]]
) -> int:
    """Run something, print and log its events, print how it ended; return the exit status."""
    transcript.current().site = site
    printer = print_json if options.json else print_plain
    with RunLogFile(command, site) as log:
        outcome = await start(fan_out(printer, log.write))
        print_result(site, outcome, as_json=options.json)
        say(log.line)
    return outcome.exit_code
