"""solarrally simulator: an embedded account for other terminals and for tests."""

import argparse
import os
import time

from solarrally_tui.commands.shared.terminal import say, show
from solarrally_tui.provisioning.engine.outcome import Exit


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted, after printing the environment that points a shell at it."""
    try:
        from solarrally_tui.simulator.child import Child, EmbeddedAccountError
    except ImportError as error:
        return missing_extra(error)
    child = Child(port=options.port, speed=options.speed, faults=tuple(options.fault))
    try:
        account = child.start()
        for name, value in account.environment.items():
            show(f"export {name}={value}" if os.name != "nt" else f'$env:{name} = "{value}"')
        say(f"A simulated AWS account listens on {account.endpoint_url}. Ctrl+C ends it.")
        while child.running():
            time.sleep(0.5)
        say("The simulated account ended by itself. Start it again.")
        return Exit.FAILED
    except EmbeddedAccountError as error:
        return not_started(error)
    except KeyboardInterrupt:
        return Exit.OK
    finally:
        child.stop()


def missing_extra(error: ImportError) -> int:
    """Say how to install what the simulator needs."""
    say(f"The simulated account needs the demo extra: {error.name} is not installed.")
    say('Install it with: pipx install "solarrally-tui[demo]"')
    return Exit.USAGE


def not_started(error: Exception) -> int:
    """Say that the simulated account did not start, and why."""
    say("The simulated account did not start.")
    say("Another program may use its port. Try another one with --port.")
    say(f"Detail: {error}")
    return Exit.FAILED
