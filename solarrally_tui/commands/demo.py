"""solarrally demo: the wizard, or the whole main job headless, on an embedded account."""

import argparse
import asyncio
import os
import sys

from solarrally_tui.commands.common import explain, say
from solarrally_tui.commands.simulator import missing_extra, not_started
from solarrally_tui.provisioning.outcome import Exit


def run(options: argparse.Namespace) -> int:
    """Start the embedded account and run in it: the wizard with a terminal, headless without."""
    try:
        from solarrally_tui.simulator.child import Child, EmbeddedAccountError
    except ImportError as error:
        return missing_extra(error)
    say("Starting a simulated AWS account on this machine. Nothing leaves it and nothing costs.")
    child = Child(speed=options.speed, faults=tuple(options.fault))
    try:
        account = child.start()
        os.environ.pop("AWS_PROFILE", None)
        os.environ.update(account.environment)
        return _in_account(options)
    except EmbeddedAccountError as error:
        return not_started(error)
    except KeyboardInterrupt:
        return Exit.OK
    finally:
        child.stop()


def _in_account(options: argparse.Namespace) -> int:
    from solarrally_tui.aws.errors import AwsError
    from solarrally_tui.commands.headless import run_headless
    from solarrally_tui.commands.wizard import open_wizard

    options.profile = options.credentials = None
    if sys.stdin.isatty() and sys.stdout.isatty():
        return open_wizard(options)
    try:
        return asyncio.run(run_headless(options))
    except AwsError as error:
        explain(error.plain)
        return Exit.FAILED
