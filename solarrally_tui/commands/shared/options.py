"""How commands declare their options: on a parser, and as a frozen dataclass that run() takes."""

import argparse
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final, Self, TypeVar

from solarrally_tui.commands.shared.command_parser import CommandParser


@dataclass(frozen=True, slots=True)
class CommonOptions:
    """What every command takes. A field of a command's own options is named as on the parser."""

    profile: str | None
    credentials: str | None
    read_only: bool

    @classmethod
    def of(cls, parsed: argparse.Namespace) -> Self:
        """Return the options out of what was parsed."""
        return cls(**{field.name: getattr(parsed, field.name) for field in fields(cls)})


@dataclass(frozen=True, slots=True)
class RoleOptions(CommonOptions):
    """What commands take that a supporter uses."""

    role_arn: str | None
    external_id: str


@dataclass(frozen=True, slots=True)
class SiteOptions(CommonOptions):
    """What commands take that work on a deployed site."""

    site: str
    """Its name; empty for the only one of the account, where a command allows that."""


@dataclass(frozen=True, slots=True)
class ShowingOptions(SiteOptions):
    """The same for what only shows something of it."""

    json: bool


@dataclass(frozen=True, slots=True)
class ReadingOptions(RoleOptions):
    """The same for what only reads a site, as a supporter does."""

    site: str


@dataclass(frozen=True, slots=True)
class AskingOptions(CommonOptions):
    """What every command takes that asks before it changes something."""

    yes: bool
    json: bool


@dataclass(frozen=True, slots=True)
class RunOptions(AskingOptions):
    """The same for what changes a site and prints its events."""

    verbose: bool
    """Whether people get a line for each resource at a terminal, too."""


@dataclass(frozen=True, slots=True)
class SiteRunOptions(RunOptions):
    """The same for a site that is deployed."""

    site: str


@dataclass(frozen=True, slots=True)
class DeploymentOptions(RunOptions):
    """What commands take that change stacks: what a deployment is told about its guards."""

    confirm_replacement: str
    skip_preflight: bool
    leave: list[str]


@dataclass(frozen=True, slots=True)
class SiteDeploymentOptions(DeploymentOptions):
    """The same for a site that is deployed."""

    site: str


_Options = TypeVar("_Options", bound=CommonOptions)

SITE_OR_ONLY: Final = "name of the site; needed if the account has several"


def carry_out(
    parser: CommandParser,
    run: Callable[[_Options], int],
    options: type[_Options],
    *,
    example: str,
) -> None:
    """Let a parser end in a call of run with its options.

    example: for its help, whole command lines that can be typed as they are, one a line.
    """
    parser.examples = tuple(example.splitlines())
    parser.set_defaults(run=lambda parsed: run(options.of(parsed)))


AddAction = Callable[[str, str], CommandParser]
"""Adds an action to a command by its name and its help text; returns the parser of the action."""


def add_actions(parser: CommandParser) -> AddAction:
    """Let a command need an action, such as add; return what adds one by name and help text."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    def add_action(name: str, text: str) -> CommandParser:
        parser.parsers[name] = actions.add_parser(name, help=text, description=text)
        return parser.parsers[name]

    return add_action


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add --json for a command that prints one result."""
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def add_site(parser: argparse.ArgumentParser) -> None:
    """Add the name of a deployed site."""
    parser.add_argument("site", metavar="SITE", help="name of the site")


def add_site_or_only(parser: argparse.ArgumentParser) -> None:
    """Add the name of a deployed site, which an account with one site does not need."""
    parser.add_argument("site", metavar="SITE", nargs="?", default="", help=SITE_OR_ONLY)


def add_role(parser: argparse.ArgumentParser) -> None:
    """Add the options of RoleOptions."""
    parser.add_argument(
        "--role-arn",
        metavar="ARN",
        type=_role,
        help="role to assume first, such as the site's support role",
    )
    parser.add_argument(
        "--external-id",
        metavar="ID",
        default="",
        help="external ID that the role of another account asks for",
    )


def _role(text: str) -> str:
    if not re.fullmatch(r"arn:[a-z-]+:iam::\d{12}:role/[\w+=,.@/-]+", text):
        msg = f"{text} is not the ARN of a role, such as arn:aws:iam::123456789012:role/NAME"
        raise argparse.ArgumentTypeError(msg)
    return text


def add_site_file(parser: argparse.ArgumentParser) -> None:
    """Add the file that describes a site."""
    parser.add_argument("file", type=Path, metavar="FILE", help="site file")


def add_guards(parser: argparse.ArgumentParser) -> None:
    """Add what a deployment is told beforehand about its guards."""
    parser.add_argument(
        "--confirm-replacement",
        metavar="SITE",
        default="",
        help="deploy even if a change loses data; repeat the site's name",
    )
    parser.add_argument(
        "--skip-preflight",
        action="store_true",
        help="deploy even if a check of the account or the domain fails; AWS then decides",
    )


def add_leave(parser: argparse.ArgumentParser) -> None:
    """Add --leave, by which a run continues without what AWS cannot roll back or delete."""
    parser.add_argument(
        "--leave",
        metavar="STACK/RESOURCE",
        action="append",
        default=[],
        type=_place,
        help="continue without a resource that AWS can neither roll back nor delete: leave it as "
        "it is; repeatable, and named by the run that failed",
    )


def _place(text: str) -> str:
    from solarrally_tui.blueprints import CATALOGUE

    stack, _, resource = text.partition("/")
    if not resource or stack not in {item.id for item in CATALOGUE}:
        msg = f"{text} is not STACK/RESOURCE, such as data/Database"
        raise argparse.ArgumentTypeError(msg)
    return text


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of RunOptions."""
    parser.add_argument("--yes", action="store_true", help="do not ask for confirmation")
    parser.add_argument("--json", action="store_true", help="print one JSON event per line")
    parser.add_argument(
        "--verbose",
        action="store_true",
        help="print a line for each resource at a terminal, too; files and pipes always get them",
    )
