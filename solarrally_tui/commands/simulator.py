"""solarrally simulator: an embedded account for other terminals and for tests."""

import argparse
import os
import time

from solarrally_tui.commands.common import say, show
from solarrally_tui.provisioning.outcome import Exit


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted, after printing the environment that points a shell at it."""
    try:
        from solarrally_tui.simulator.child import Child
    except ImportError as error:
        return missing_extra(error)
    child = Child(port=options.port, speed=options.speed, faults=tuple(options.fault))
    account = child.start()
    try:
        for name, value in account.environment.items():
            show(f"export {name}={value}" if os.name != "nt" else f'$env:{name} = "{value}"')
        say(f"A simulated AWS account listens on {account.endpoint_url}. Ctrl+C ends it.")
        while child.running():
            time.sleep(0.5)
        say("The simulated account ended by itself. Start it again.")
        return Exit.FAILED
    except KeyboardInterrupt:
        return Exit.OK
    finally:
        child.stop()


def missing_extra(error: ImportError) -> int:
    """Say how to install what the simulator needs."""
    say(f"The simulated account needs the demo extra: {error.name} is not installed.")
    say('Install it with: pipx install "solarrally-tui[demo]"')
    return Exit.USAGE
