"""solarrally simulator: a simulated account for other terminals and for tests."""

import argparse
import os
import time
from dataclasses import dataclass

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import CommonOptions, carry_out
from solarrally_tui.commands.shared.terminal import say, show
from solarrally_tui.provisioning.engine.outcome import Exit


@dataclass(frozen=True, slots=True)
class AccountOptions(CommonOptions):
    """How a simulated account behaves."""

    speed: str
    fault: list[str]


@dataclass(frozen=True, slots=True)
class Options(AccountOptions):
    """What simulator takes."""

    port: int
    scenario: str


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    from solarrally_tui.simulator.scenarios.catalogue import NAMES

    parser.add_argument(
        "--port", type=int, default=4599, metavar="N", help="port on localhost; default: 4599"
    )
    parser.add_argument(
        "--scenario",
        choices=NAMES,
        default="",
        metavar="NAME",
        help=f"what kind of account it is: {', '.join(NAMES)}; default: an ordinary one",
    )
    add_account_options(parser, speed="1")
    carry_out(
        parser,
        run,
        Options,
        example="solarrally simulator\nsolarrally simulator --port 4600 --speed 30",
    )


def add_account_options(parser: argparse.ArgumentParser, *, speed: str) -> None:
    """Add the options of AccountOptions. speed: the default."""
    parser.add_argument(
        "--speed",
        default=speed,
        metavar="X",
        help=f"real, instant, or how many times faster than AWS; default: {speed}",
    )
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="STACK/LOGICAL_ID=MESSAGE",
        help="let this resource fail as AWS does; may be repeated",
    )


def run(options: Options) -> int:
    """Serve until interrupted, after printing the environment variables for a shell."""
    try:
        from solarrally_tui.simulator.child import Child, EmbeddedAccountError
    except ImportError as error:
        return missing_extra(error)
    child = Child(
        port=options.port,
        speed=options.speed,
        faults=tuple(options.fault),
        scenario=options.scenario,
    )
    try:
        account = child.start()
        for name, value in account.environment.items():
            show(f"export {name}={value}" if os.name != "nt" else f'$env:{name} = "{value}"')
        say(f"A simulated AWS account listens on {account.endpoint_url}. Press Ctrl+C to stop it.")
        while child.running():
            time.sleep(0.5)
        say("The simulated account stopped unexpectedly. Start it again.")
        return Exit.FAILED
    except EmbeddedAccountError as error:
        return not_started(error)
    except KeyboardInterrupt:
        return Exit.OK
    finally:
        child.stop()


def missing_extra(error: ImportError) -> int:
    """Print how to install what the simulator needs."""
    say(f"The simulated account needs the demo extra: {error.name} is not installed.")
    say('Install it with: pipx install "solarrally-tui[demo]"')
    return Exit.USAGE


def not_started(error: Exception) -> int:
    """Print that the simulated account did not start, and why."""
    say("The simulated account did not start.")
    say("Another program may use its port. Try another one with --port.")
    say(f"Detail: {error}")
    return Exit.FAILED
