"""The command line. Parses before importing anything heavy; every command is a module."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from solarrally_tui import __version__

OUT_OF_SIGHT: Final = 8
"""What runs in AWS goes on; importing the full table of exit status would cost start-up time."""

SCENARIOS: Final = (
    "happy",
    "quota",
    "no-capacity",
    "slow-certificate",
    "external-dns",
    "bad-image",
    "expired-session",
    "throttled",
    "unconfirmed-mail",
)
"""Ids in commands/demonstration/scenarios.py, which is imported only by the demo."""

_EXIT_STATUS = """\
exit status: 0 ok, 2 usage, 3 invalid site file, 4 credentials, 5 refused by you or by a guard,
6 failed and rolled back, 7 waiting for you, 8 out of sight; status and diagnose: 0 ok, 10 warn,
11 fail, 12 unknown. AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL are honoured by every command."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and exit with its status."""
    options = _parser().parse_args(argv)
    command = importlib.import_module(f"solarrally_tui.commands.{options.module}")
    try:
        status = int(command.run(options))
    except BrokenPipeError:
        # Whoever read our output has left. Python must not complain about it at exit, too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(OUT_OF_SIGHT)
    wish = getattr(options, "wish", "")
    if wish:  # the wizard was left for another command
        main([wish])
    sys.exit(status)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="solarrally",
        description="Deploy SolarRally to your own AWS account. Without a command: the wizard.",
        epilog=_EXIT_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"solarrally {__version__}")
    _everywhere(parser, profile=None, credentials=None, read_only=False)
    parser.set_defaults(module="wizard")
    commands = parser.add_subparsers(title="commands", metavar="")
    _site_commands(commands)
    _charger_commands(commands)
    _account_commands(commands)
    _policy_commands(commands)
    _source_commands(commands)
    _credential_commands(commands)
    _below(parser)
    return parser


def _everywhere(parser: argparse.ArgumentParser, **defaults: object) -> None:
    """Add what every command takes. Below the first parser nothing is a default."""
    who = parser.add_mutually_exclusive_group()
    for name, metavar, text in (
        ("profile", "NAME", "AWS profile to use instead of AWS_PROFILE"),
        ("credentials", "NAME", "access keys of the keyring to use; see solarrally credentials"),
    ):
        default = defaults.get(name, argparse.SUPPRESS)
        who.add_argument(f"--{name}", metavar=metavar, default=default, help=text)
    parser.add_argument(
        "--read-only",
        action="store_true",
        default=defaults.get("read_only", argparse.SUPPRESS),
        help="refuse every call that would change anything",
    )


def _below(parser: argparse.ArgumentParser) -> None:
    for action in parser._actions:  # noqa: SLF001 argparse has no public list of them
        if isinstance(action, _Commands):
            for command in dict.fromkeys(action.choices.values()):
                _everywhere(command)
                _below(command)


_Commands = argparse._SubParsersAction  # noqa: SLF001 argparse has no public name for it


def _add(commands: "_Commands[argparse.ArgumentParser]", name: str, module: str, text: str):  # type: ignore[no-untyped-def]
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(module=module)
    return parser


def _site_commands(commands: "_Commands[argparse.ArgumentParser]") -> None:
    init = _add(commands, "init", "init", "Answer the wizard's questions in plain lines.")
    init.add_argument("file", type=Path, help="site file to write")
    init.add_argument("--answers", type=Path, metavar="FILE", help="answers that are known already")
    init.add_argument("--defaults", action="store_true", help="ask nothing, take the defaults")
    init.add_argument("--force", action="store_true", help="replace the file if it exists")
    check = _add(commands, "validate", "validate", "Check a site file without touching AWS.")
    check.add_argument("file", type=Path)
    _price_commands(commands)
    deploy = _add(commands, "deploy", "deploy", "Make the account match a site file.")
    deploy.add_argument("file", type=Path)
    deploy.add_argument("--yes", action="store_true", help="do not ask before making resources")
    deploy.add_argument("--json", action="store_true", help="print one JSON event a line")
    deploy.add_argument(
        "--confirm-replacement",
        metavar="SITE",
        default="",
        help="go on though a change loses data; repeat the site's name",
    )
    plan = _add(commands, "plan", "plan", "Say what deploy would change, and change nothing.")
    plan.add_argument("file", type=Path)
    plan.add_argument("--json", action="store_true")
    status = _add(commands, "status", "status", "Show the health of a deployed site.")
    status.add_argument("site")
    status.add_argument("--json", action="store_true")
    _diagnose_command(commands)
    access = _add(commands, "access", "access", "Say who may see a site and where passwords are.")
    access.add_argument("site")
    access.add_argument("--show", action="store_true", help="show the passwords on the terminal")
    rotate = _add(commands, "rotate", "rotate", "Give the database of a site a new password.")
    rotate.add_argument("site")
    rotate.add_argument("--yes", action="store_true", help="do not ask")
    rotate.add_argument("--json", action="store_true", help="print one JSON event a line")
    text = "Load a dump of an existing SolarRally database into a site."
    load = _add(commands, "import", "import_dump", text)
    load.add_argument("site")
    load.add_argument("dump", type=Path, help="text made by pg_dump, see docs/operations.md")
    load.add_argument("--yes", action="store_true", help="do not ask")
    load.add_argument("--json", action="store_true", help="print one JSON event a line")
    destroy = _add(commands, "destroy", "destroy", "Remove a site from the account.")
    destroy.add_argument("site")
    destroy.add_argument("--yes", action="store_true", help="do not ask")
    destroy.add_argument("--json", action="store_true", help="print one JSON event a line")
    destroy.add_argument(
        "--delete-data",
        metavar="SITE",
        help="also delete the final database snapshot and the audit log; repeat the site's name",
    )


def _diagnose_command(commands: "_Commands[argparse.ArgumentParser]") -> None:
    text = "Say why a site is not well: cause, evidence, next step. Only reads."
    diagnose = _add(commands, "diagnose", "diagnose", text)
    diagnose.epilog = (
        "exit status: 0 well, 10 something wants a look, 11 something is broken, 12 unknown, "
        "4 credentials. The JSON has schema 1."
    )
    diagnose.add_argument("site")
    output = diagnose.add_mutually_exclusive_group()
    output.add_argument("--format", choices=("table", "json", "md"), default="table")
    output.add_argument("--json", action="store_true", help="the same as --format json")


def _price_commands(commands: "_Commands[argparse.ArgumentParser]") -> None:
    price = _add(
        commands, "estimate", "pricing.estimate", "Price a site. Needs no network, no account."
    )
    output = price.add_mutually_exclusive_group()
    output.add_argument("--format", choices=("table", "json", "csv", "md", "html"), default="table")
    output.add_argument("--json", action="store_true", help="the same as --format json")
    quote = _add(
        commands, "quote", "pricing.quote", "Write a quote for a customer. Needs no network."
    )
    quote.add_argument("--customer", required=True, metavar="NAME", help="for whom the quote is")
    quote.add_argument("--format", choices=("md", "html"), default="md")
    quote.add_argument("--valid-days", type=int, default=30, metavar="N", help="30 without it")
    quote.add_argument("--to", type=Path, metavar="FILE", help="write it there, not to the screen")
    for parser in (price, quote):
        _priced(parser)
    prices = _add(commands, "prices", "pricing.prices", "Show or refresh the price book.")
    actions = prices.add_subparsers(title="actions", metavar="", required=True, dest="action")
    shown = actions.add_parser("show", help="Say how old the prices are and where they are from.")
    shown.add_argument("--json", action="store_true")
    text = "Read AWS's current price list. Needs the Internet, but no credentials."
    refresh = actions.add_parser("refresh", help=text, description=text)
    refresh.add_argument("--region", metavar="R", help="the Region; AWS_REGION without it")


def _priced(price: argparse.ArgumentParser) -> None:
    """Add what describes a site to price, and how its price is shown."""
    price.add_argument("file", type=Path, nargs="?", help="site file; without it, the options")
    price.add_argument("--tier", choices=("small", "medium", "large"))
    price.add_argument("--chargers", type=int, metavar="N")
    price.add_argument("--interval", type=int, metavar="S", help="seconds between two messages")
    price.add_argument("--region", metavar="R")
    price.add_argument("--compare", action="store_true", help="tiers, what-ifs and break-evens")
    price.add_argument("--currency", metavar="EUR", help="show amounts in another currency")
    price.add_argument("--rate", metavar="X", help="how much of it one USD is")
    price.add_argument("--rate-date", metavar="DAY", help="the rate's date; today without it")
    price.add_argument("--credits", metavar="USD", help="credits that the account still has")
    price.add_argument(
        "--assume",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="replace an assumption: one value, or LOW,EXPECTED,HIGH; may be repeated",
    )


def _charger_commands(commands: "_Commands[argparse.ArgumentParser]") -> None:
    chargers = _add(commands, "chargers", "chargers", "Add chargers and send test telemetry.")
    actions = chargers.add_subparsers(title="actions", metavar="", required=True, dest="action")
    add = actions.add_parser("add", help="Register a charger and write its files.")
    add.add_argument("name")
    add.add_argument("--to", type=Path, required=True, metavar="FOLDER")
    add.add_argument("--replace", action="store_true", help="issue a new certificate")
    simulate = actions.add_parser("simulate", help="Publish realistic telemetry as chargers.")
    simulate.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    simulate.add_argument("--interval", type=float, default=5.0, metavar="SECONDS")
    simulate.add_argument("--count", type=int, help="messages a charger; endless without it")
    watch = actions.add_parser("watch", help="Count telemetry as the dashboard receives it.")
    watch.add_argument("--seconds", type=float, default=60.0)
    watch.add_argument("--until", type=int, metavar="N", help="stop after N messages")
    for action in (add, watch):
        action.add_argument("--site", help="needed when the account has several sites")
    for action in (simulate, watch):
        action.add_argument("--json", action="store_true")


def _account_commands(commands: "_Commands[argparse.ArgumentParser]") -> None:
    demo = _add(
        commands, "demo", "demonstration.demo", "Run everything in an embedded, simulated account."
    )
    demo.add_argument(
        "--scenario", choices=SCENARIOS, default="happy", help="what goes wrong, if anything"
    )
    simulator = _add(
        commands, "simulator", "demonstration.simulator", "Serve an embedded AWS account."
    )
    simulator.add_argument("--port", type=int, default=4599)
    for parser, speed in ((demo, "30"), (simulator, "1")):
        parser.add_argument(
            "--speed", default=speed, help="real, instant or how many times faster than AWS"
        )
        parser.add_argument(
            "--fault",
            action="append",
            default=[],
            metavar="STACK/LOGICAL_ID=MESSAGE",
            help="let this resource fail the way AWS does",
        )


def _policy_commands(commands: "_Commands[argparse.ArgumentParser]") -> None:
    policy = _add(commands, "policy", "policy", "Work out IAM policies with least privilege.")
    kinds = policy.add_subparsers(title="kinds", metavar="", required=True, dest="kind")
    for kind, text in (
        ("deploy", "What your own credentials need to deploy, change and destroy."),
        ("support", "What looking at a site needs; it changes nothing."),
        ("service-role", "What the role needs that CloudFormation works with, and its trust."),
    ):
        parser = kinds.add_parser(kind, help=text, description=text)
        parser.add_argument("--site", metavar="NAME", help="for this site only, not all of them")
        parser.add_argument("--account", default="*", metavar="ID", help="limit ARNs to an account")
        parser.add_argument(
            "--partition", default="aws", choices=("aws", "aws-cn", "aws-us-gov", "aws-eusc")
        )
        output = parser.add_mutually_exclusive_group()
        output.add_argument("--json", action="store_true")
        output.add_argument("--out", type=Path, metavar="FOLDER", help="write one file a policy")


def _source_commands(commands: "_Commands[argparse.ArgumentParser]") -> None:
    source = _add(commands, "source", "source", "Look at the application before it is built.")
    actions = source.add_subparsers(title="actions", metavar="", required=True, dest="action")
    text = "Say what of a source will not run here, and what the build does about it."
    check = actions.add_parser(
        "check",
        help=text,
        description=text,
        epilog="exit status: 0 ok or fixed by the build, "
        "10 warnings, 11 something cannot run, 12 the source cannot be fetched, 2 usage",
    )
    check.add_argument("place", metavar="URL|PATH", help="https:// address or a local folder")
    check.add_argument("--ref", metavar="R", help="branch, tag or commit; the default is HEAD")
    check.add_argument("--json", action="store_true")
    text = "Say which commit a branch or tag of a repository is at."
    find = actions.add_parser("find", help=text, description=text)
    find.add_argument("place", metavar="URL", help="https:// address of the repository")
    find.add_argument("--ref", metavar="R", help="branch, tag or commit; the default is HEAD")
    find.add_argument("--json", action="store_true")
    actions.add_parser("image", help="Say what an image must bring that you build yourself.")


def _credential_commands(commands: "_Commands[argparse.ArgumentParser]") -> None:
    keys = _add(commands, "credentials", "credentials", "Keep access keys in the system's keyring.")
    actions = keys.add_subparsers(title="actions", metavar="", required=True, dest="action")
    text = "Ask for an access key, without showing it, and keep it in the keyring."
    actions.add_parser("add", help=text, description=text).add_argument("name", metavar="NAME")
    actions.add_parser("list", help="List the names in the keyring.")
    gone = actions.add_parser("remove", help="Delete a key from the keyring; AWS still knows it.")
    gone.add_argument("name", metavar="NAME")
    text = "Say what in an account would stop or slow a deployment. Changes nothing."
    before = _add(commands, "preflight", "preflight", text)
    before.add_argument("file", type=Path)
    before.add_argument("--json", action="store_true")


if __name__ == "__main__":
    main()
