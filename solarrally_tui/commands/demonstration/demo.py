"""solarrally demo: the wizard, or the whole main job headless, on an embedded account."""

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from solarrally_tui.commands.demonstration.simulator import missing_extra, not_started
from solarrally_tui.commands.demonstration.stage import Stage
from solarrally_tui.commands.shared.terminal import explain, say
from solarrally_tui.commands.wizard import Ended, open_wizard
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.screens.common.exit_requests import RESTART


def run(options: argparse.Namespace) -> int:
    """Start the embedded account and run in it: the wizard with a terminal, headless without."""
    try:
        from solarrally_tui.simulator.child import EmbeddedAccountError
    except ImportError as error:
        return missing_extra(error)
    ended = Ended(Exit.OK, RESTART)
    try:
        while ended.wish == RESTART:
            ended = _once(options)
    except EmbeddedAccountError as error:
        return not_started(error)
    except KeyboardInterrupt:
        return Exit.OK
    return ended.status


def _once(options: argparse.Namespace) -> Ended:
    """Run in an account that is made for it. The scenario is kept for the next one."""
    from solarrally_tui.simulator.child import Child

    say("Starting a simulated AWS account on this machine. Nothing leaves it and nothing costs.")
    child = Child(speed=options.speed, faults=tuple(options.fault))
    try:
        account = child.start()
        os.environ.pop("AWS_PROFILE", None)
        os.environ.update(account.environment)
        stage = Stage(account.endpoint_url, options.scenario, options.speed)
        ended = _in_account(options, stage)
        options.scenario = stage.current
        return ended
    finally:
        child.stop()


def _in_account(options: argparse.Namespace, stage: Stage) -> Ended:
    from solarrally_tui.aws.errors import AwsError
    from solarrally_tui.commands.demonstration.headless import DEMO_SITE, run_headless
    from solarrally_tui.interview.draft import Draft
    from solarrally_tui.interview.draft_store import DraftStore

    options.profile = options.credentials = None
    asyncio.run(stage.play(options.scenario))
    draft = Draft(DEMO_SITE)
    for path, value in stage.answers.items():
        draft.set(path, value)
    if sys.stdin.isatty() and sys.stdout.isatty():
        # What is tried here must not lie among the drafts of real sites.
        with tempfile.TemporaryDirectory(prefix="solarrally-drafts-") as folder:
            return open_wizard(options, stage, DraftStore(Path(folder)), draft)
    try:
        return Ended(asyncio.run(run_headless(options, draft.site(), stage)))
    except AwsError as error:
        explain(error.plain)
        return Ended(Exit.FAILED)
