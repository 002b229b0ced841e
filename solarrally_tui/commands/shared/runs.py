"""Runs that change a site: confirmed, printed as events, and logged."""

import os
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.commands.shared import transcript
from solarrally_tui.commands.shared.door import run_with_door
from solarrally_tui.commands.shared.event_readers import (
    RunLogFile,
    print_brief,
    print_json,
    print_plain,
    print_result,
)
from solarrally_tui.commands.shared.heartbeat import Heartbeat
from solarrally_tui.commands.shared.interrupts import asking
from solarrally_tui.commands.shared.options import AskingOptions, RunOptions, SiteRunOptions
from solarrally_tui.commands.shared.terminal import confirm, say, signal
from solarrally_tui.computer.wizard_child import in_wizard, is_answered
from solarrally_tui.provisioning.deployment import step_graph as deployment
from solarrally_tui.provisioning.deployment.progress.durations import Timer, durations_file
from solarrally_tui.provisioning.engine.events import Emit, fan_out
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.provisioning.teardown import step_graph as teardown
from solarrally_tui.provisioning.teardown.destroy import check_there
from solarrally_tui.text.terminal_signals import notification, wants_signals
from solarrally_tui.wizard.engine import account_label
from solarrally_tui.wizard.leaving import leaving
from solarrally_tui.wizard.run_progress import RunProgress
from solarrally_tui.wizard.run_signals import in_short

if TYPE_CHECKING:
    from solarrally_tui.pricing.metering.estimate_lines import Estimate
    from solarrally_tui.site.model import Site

_DEPLOYS: Final = frozenset({"deploy", "update", "rollback", "recover"})
_ASKS: Final = _DEPLOYS | {"destroy"}
"""Commands that say what leaving means. Other runs have steps without a title."""

_LONG: Final = 60.0
"""Seconds from which on a run that ends is notified of."""

Leave = frozenset[str]
"""Resources, as STACK/RESOURCE, without which a run continues: see Outcome.stuck."""


def run_on_site(
    command: str,
    options: SiteRunOptions,
    effect: str,
    start: Callable[[Door, Emit, Leave], Awaitable[Outcome]],
    leave: Iterable[str] = (),
) -> int:
    """Run something on a deployed site once its name was typed; return the exit status.

    effect: what happens then, as sentences. leave: what the options name to continue without.
    """

    async def confirm_and_run(door: Door) -> int:
        check_writing(command, options)
        await check_there(options.site, door)
        if not options.yes:
            say(effect)
            if not confirm(f"Type {options.site} to confirm.", options.site):
                say("Nothing was changed.")
                return Exit.REFUSED
        site = options.site
        return await report_run(
            command, site, options, lambda emit, left: start(door, emit, left), leave
        )

    return run_with_door(options, confirm_and_run)


def check_writing(command: str, options: AskingOptions) -> None:
    """Raise AwsError in a read-only session, before a run fails step by step."""
    if options.read_only:
        raise AwsError("ReadOnly", "this session is read-only", "solarrally", command)


async def report_run(  # noqa: PLR0913, PLR0917 each is a wish of its own
    command: str,
    site: str,
    options: RunOptions,
    start: Callable[[Emit, Leave], Awaitable[Outcome]],
    leave: Iterable[str] = (),
    estimate: "Callable[[], Estimate] | None" = None,
    answers: "Site | None" = None,
) -> int:
    """Run something, print and log its events, print how it ended; return the exit status.

    At a terminal, Ctrl+C says first what leaving means. Where AWS could neither roll back nor
    delete something, the operator is asked there whether to run again without it.
    estimate: of what is deployed. answers: of the site, whose time is forecast.
    Raises AwsError in a read-only session.
    """
    check_writing(command, options)
    transcript.current().site = site
    # People who watch get the ends of steps, and a log each resource.
    is_watched = sys.stderr.isatty() or in_wizard()
    for_people = print_brief if is_watched and not options.verbose else print_plain
    printer = print_json if options.json else for_people
    left = frozenset(leave)
    while True:
        titles = _titles(command, answers)
        progress = RunProgress(titles, destroys=command == "destroy", site=site)
        with (
            RunLogFile(command, site) as log,
            # What leaving means is known of runs of stacks. Others end at once and put away theirs.
            asking(
                partial(leaving, progress, estimate),
                asks=command in _ASKS and not options.json,
            ),
        ):
            timer = Timer(destroys=progress.destroys)
            heartbeat = Heartbeat(progress, log, as_json=options.json)
            async with heartbeat.beating(answers, estimate):
                outcome = await start(fan_out(progress.take, printer, log.write, timer.take), left)
            # A simulated account's pace is no measurement.
            if (answers or progress.destroys) and not account_label():
                timer.save(durations_file())
            print_result(site, outcome, as_json=options.json)
            if outcome.exit_code is not Exit.OK or not in_wizard():
                say(log.line)
        progress.finish(outcome)
        _notify(progress)
        more = frozenset(outcome.stuck) - left
        asks = more and not options.yes and not options.json and is_answered()
        if not asks or not confirm(_without(site, more), site):
            return outcome.exit_code
        left |= more


def _titles(command: str, answers: "Site | None") -> Mapping[str, str]:
    if command == "destroy":
        return teardown.TITLES
    if command not in _DEPLOYS:
        return {}
    return deployment.planned(answers.size.shape) if answers else deployment.PLANNED


def _notify(run: RunProgress) -> None:
    """Ring the bell at the end of a run that somebody has turned away from."""
    if run.elapsed >= _LONG and sys.stderr.isatty() and wants_signals(os.environ):
        signal(notification(f"{in_short(run)}.", os.environ))


def _without(site: str, places: Iterable[str]) -> str:
    named = ", ".join(sorted(places))
    return f"Type {site} to continue without {named}, and leave it as it is. Enter ends here."
