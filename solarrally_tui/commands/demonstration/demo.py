"""solarrally demo: the wizard, or the whole main job headless, in a simulated account."""

import asyncio
import os
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from solarrally_tui.commands.demonstration.scenarios import BY_ID
from solarrally_tui.commands.demonstration.simulator import (
    AccountOptions,
    add_account_options,
    missing_extra,
    not_started,
)
from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import carry_out
from solarrally_tui.commands.shared.terminal import say
from solarrally_tui.commands.wizard import Ended, open_wizard
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.commands.demonstration.stage import SimulatedStage


@dataclass(frozen=True, slots=True)
class Options(AccountOptions):
    """What demo takes."""

    scenario: str


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "--scenario",
        choices=tuple(BY_ID),
        default="happy",
        metavar="NAME",
        help=f"what to show: {', '.join(BY_ID)}; the default is happy",
    )
    add_account_options(parser, speed="30")
    carry_out(
        parser,
        run,
        Options,
        example="solarrally demo\n"
        "solarrally demo --scenario quota\n"
        "solarrally demo --speed instant | cat",
    )


def run(options: Options) -> int:
    """Start the simulated account and run in it: the wizard with a terminal, headless without."""
    from solarrally_tui.screens.common.exit_requests import RESTART, sites_and_answers
    from solarrally_tui.screens.common.words import capital

    try:
        from solarrally_tui.simulator.child import EmbeddedAccountError
    except ImportError as error:
        return missing_extra(error)
    try:
        ended, scenario = _once(options)
        while ended.wish == RESTART:
            # The scenario may have been changed on the way, and the next account keeps it.
            ended, scenario = _once(replace(options, scenario=scenario))
    except EmbeddedAccountError as error:
        return not_started(error)
    except KeyboardInterrupt:
        return Exit.OK
    if sys.stdout.isatty():
        what = capital(sites_and_answers(ended.sites))
        say(f"The demonstration has ended. {what} are deleted with its simulated account.")
        say(
            "Nothing was created in AWS. solarrally demo begins again; solarrally is the wizard "
            "for your own account."
        )
    return ended.status


def _once(options: Options) -> tuple[Ended, str]:
    """Run in a new account; return how it ended, and the scenario that was shown last."""
    from solarrally_tui.commands.demonstration.running import announced
    from solarrally_tui.commands.demonstration.stage import SimulatedStage
    from solarrally_tui.simulator.child import Child

    say("Starting a simulated AWS account on this computer. Nothing leaves it, nothing costs.")
    child = Child(speed=options.speed, faults=tuple(options.fault))
    # What is tried here must not lie among the drafts and chargers of real sites.
    with tempfile.TemporaryDirectory(prefix="solarrally-demo-") as name:
        folder = Path(name)
        try:
            account = child.start()
            os.environ.pop("AWS_PROFILE", None)
            os.environ.update(account.environment)
            stage = SimulatedStage(account.endpoint_url, options.scenario, options.speed, folder)
            asyncio.run(stage.play(options.scenario))
            options = replace(options, profile=None, credentials=None)
            with announced({**account.environment, **stage.environment}):
                return _in_account(options, stage, folder), stage.current
        finally:
            child.stop()


def _in_account(options: Options, stage: "SimulatedStage", folder: Path) -> Ended:
    from solarrally_tui.commands.demonstration.headless import DEMO_SITE, run_headless
    from solarrally_tui.interview.draft import Draft
    from solarrally_tui.interview.draft_store import DraftStore

    draft = Draft(DEMO_SITE, stage.screen)
    for path, value in stage.answers.items():
        draft.set(path, value)
    if sys.stdin.isatty() and sys.stdout.isatty():
        return open_wizard(options, stage, DraftStore(folder / "drafts"), draft)
    return Ended(asyncio.run(run_headless(draft.site(), stage, read_only=options.read_only)))
