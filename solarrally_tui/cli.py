"""The command line. Parses before importing anything heavy; every command is a module."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final, NoReturn

from solarrally_tui import __version__
from solarrally_tui.commands.shared import guard, transcript

COMMANDS: Final = {
    "init": ("init", "Answer the wizard's questions in plain lines and write a site file."),
    "validate": ("validate", "Check a site file. Needs no AWS account."),
    "estimate": ("pricing.estimate", "Estimate the price of a site. Needs no network, no account."),
    "quote": ("pricing.quote", "Write a quote for a customer. Needs no network, no account."),
    "prices": ("pricing.prices", "Show or refresh the price book."),
    "deploy": ("deploy", "Deploy or update a site from its site file."),
    "update": ("update", "Update a deployed site: another commit, image, tier or version."),
    "rollback": ("rollback", "Return a site to an earlier release, without a build."),
    "plan": ("plan", "Show what deploy would change, and change nothing."),
    "sites": ("watching.sites", "List the sites of this account in all Regions."),
    "status": ("watching.status", "Show the health of a deployed site, or a display for a wall."),
    "open": ("watching.open_dashboard", "Open the dashboard of a site in the browser."),
    "logs": ("watching.logs", "Show what a site's programs wrote, without secrets."),
    "diagnose": (
        "support.diagnose",
        "Find out why a site has problems: cause, evidence, next step.",
    ),
    "explain": ("support.explain", "Explain what AWS or a container said: cause, next step."),
    "alerts": ("alerts", "Show who gets the alerts of a site, and confirm subscriptions."),
    "access": ("access", "Show who can access a site and where its passwords are stored."),
    "users": ("users", "List, add and remove users of the application, reset passwords."),
    "rotate": ("rotate", "Rotate the database password of a site."),
    "import": ("import_dump", "Import a dump of an existing SolarRally database into a site."),
    "destroy": ("destroy", "Delete a site from the account."),
    "chargers": ("chargers.actions", "Add chargers, send test telemetry, count what arrives."),
    "demo": ("demonstration.demo", "Try everything in a simulated AWS account."),
    "simulator": ("demonstration.simulator", "Run a simulated AWS account."),
    "policy": ("policy", "Generate IAM policies with least privilege."),
    "source": ("source", "Check the application's source before it is built."),
    "credentials": ("credentials", "Manage access keys in the system's keyring."),
    "preflight": ("preflight", "Check what in the account would stop or delay a deployment."),
}
"""By the word on the command line: the module in commands/, and what it does."""

_EXIT_STATUS: Final = """\
exit status: 0 ok, 2 usage, 3 invalid site file, 4 credentials or settings of this computer,
5 refused by you or by a guard, 6 failed and rolled back, 7 waiting for you, 8 connection lost,
9 internal error of solarrally; status and diagnose: 0 ok, 10 warning, 11 failing, 12 unknown;
explain: 0 known, 12 not known.
With --json, the last JSON object has the type result. Every command uses AWS_PROFILE, AWS_REGION
and AWS_ENDPOINT_URL.
"""


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and exit with its status."""
    if argv is None:
        guard.settle()
    words = sys.argv[1:] if argv is None else argv
    sys.exit(guard.guarded(lambda: _run(words), as_json=guard.wants_json(words)))


def _run(words: Sequence[str]) -> int:
    parsed = parser().parse_args(words)
    return int(parsed.run(parsed))


class CommandParser(argparse.ArgumentParser):
    """A parser that gets its options when it parses, so that only one command is imported.

    Parsers of actions below a command are of this class, too.
    """

    def __init__(self, *args: Any, module: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._module = module
        self._is_complete = False

    def error(self, message: str) -> NoReturn:
        """Exit with what is wrong with the command line."""
        transcript.current().lines.append(message)
        super().error(message)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse, after the command has added its options and we those of every command."""
        if not self._is_complete:
            self._is_complete = True
            if self._module:
                import_module(f"solarrally_tui.commands.{self._module}").add(self)
            _add_common(self)
        return super().parse_known_args(args, namespace)


def parser() -> CommandParser:
    """Return the parser of the whole command line."""
    root = CommandParser(
        prog="solarrally",
        description="Deploy SolarRally to your AWS account. Without a command: the wizard.",
        epilog=_EXIT_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    root.add_argument("--version", action="version", version=f"solarrally {__version__}")
    root.set_defaults(run=_wizard, profile=None, credentials=None, read_only=False)
    commands = root.add_subparsers(title="commands", metavar="COMMAND")
    for word, (module, text) in COMMANDS.items():
        commands.add_parser(word, help=text, description=text, module=module)
    return root


def _add_common(parser: argparse.ArgumentParser) -> None:
    """Add what every command takes, before or after its name: so only the root has defaults."""
    who = parser.add_mutually_exclusive_group()
    for name, text in (
        ("--profile", "AWS profile to use instead of AWS_PROFILE"),
        ("--credentials", "access key of the keyring to use; see solarrally credentials"),
    ):
        who.add_argument(name, metavar="NAME", default=argparse.SUPPRESS, help=text)
    text = "refuse every call that would change anything"
    parser.add_argument("--read-only", action="store_true", default=argparse.SUPPRESS, help=text)


def _wizard(parsed: argparse.Namespace) -> int:
    wizard = import_module("solarrally_tui.commands.wizard")
    ended = wizard.run(wizard.Options.of(parsed))
    if ended.wish:  # the wizard was left for another command
        return _run([ended.wish])
    return int(ended.status)


if __name__ == "__main__":
    main()
