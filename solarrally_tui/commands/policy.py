"""solarrally policy deploy|support|service-role|boundary."""

import argparse
import re
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import CommonOptions, add_actions, carry_out
from solarrally_tui.commands.shared.terminal import say, show, show_result
from solarrally_tui.computer.folders import why_not
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.policy.render import Bundle
    from solarrally_tui.policy.scope import Scope

_KINDS: Final = (
    (
        "deploy",
        "Print what your own credentials need to deploy, change and destroy.",
        "--site barn",
    ),
    ("support", "Print what is needed to look at a site; it allows no changes.", "--json"),
    (
        "service-role",
        "Print what CloudFormation's service role needs, and its trust policy.",
        "--site barn --out policies",
    ),
    (
        "boundary",
        "Print a permissions boundary that keeps all roles of a site to the site.",
        "--site barn --account 123456789012",
    ),
)
_BOUNDED: Final = ("deploy", "service-role")
"""Kinds that can demand a boundary of every role that they create."""

_OWN: Final = "own"
_SITE: Final = re.compile(r"(?=.{3,20}$)[a-z](-?[a-z0-9])+")
_ACCOUNT: Final = re.compile(r"\d{12}|\*")
_ZONE: Final = re.compile(r"Z[A-Z0-9]{1,31}")
_BOUNDARY: Final = re.compile(r"arn:[a-z-]+:iam::(\d{12}|aws):policy/.+")


@dataclass(frozen=True, slots=True)
class Options(CommonOptions):
    """What policy takes."""

    site: str | None
    account: str
    partition: str
    region: str
    zone: list[str]
    boundary: str
    json: bool
    out: Path | None


def add(parser: CommandParser) -> None:
    """Add the command's kinds of policies."""
    add_kind = add_actions(parser)
    for kind, text, words in _KINDS:
        kind_parser = add_kind(kind, text)
        kind_parser.add_argument("--site", metavar="NAME", help="for this site only")
        kind_parser.add_argument(
            "--account", default="*", metavar="ID", help="limit ARNs to this account"
        )
        kind_parser.add_argument(
            "--partition",
            default="aws",
            choices=("aws",),
            help="AWS partition of the ARNs; only aws is supported",
        )
        _add_limits(kind_parser, kind)
        output = kind_parser.add_mutually_exclusive_group()
        output.add_argument("--json", action="store_true", help="print the policies as JSON")
        output.add_argument(
            "--out", type=Path, metavar="FOLDER", help="write one file per policy to this folder"
        )
        example = f"solarrally policy {kind} {words}"
        carry_out(kind_parser, partial(run, kind), Options, example=example)


def _add_limits(parser: argparse.ArgumentParser, kind: str) -> None:
    parser.set_defaults(region="", zone=[], boundary="")
    if kind not in _BOUNDED:
        return
    parser.add_argument(
        "--region", metavar="REGION", help="only in the Region of the site and in us-east-1"
    )
    parser.add_argument(
        "--zone",
        action="append",
        metavar="ID",
        help="only records of this Route 53 hosted zone; repeat it for several",
    )
    parser.add_argument(
        "--boundary",
        nargs="?",
        const=_OWN,
        metavar="ARN",
        help="create and change roles only with this permissions boundary; without an ARN with "
        "the one that solarrally policy boundary prints",
    )


def run(kind: str, options: Options) -> int:
    """Print IAM policies of a kind, or write them as files. Needs no network."""
    from solarrally_tui.policy.render import text, to_json, write

    if wrong := _wrong(kind, options):
        say(wrong)
        return Exit.USAGE
    bundle = _bundle(kind, _scope(options))
    if options.json:
        return show_result(to_json(bundle), Exit.OK)
    if options.out is None:
        show(text(bundle))
        return Exit.OK
    try:
        for path in write(bundle, options.out):
            show(str(path))
    except OSError as error:
        say(f"{options.out} cannot be written. {why_not(error)}")
        return Exit.USAGE
    return Exit.OK


def _wrong(kind: str, options: Options) -> str:
    """Return what is wrong with the options, empty for nothing."""
    from solarrally_tui.site.model import NAME_RULE
    from solarrally_tui.site.regions import why_unknown_region

    if options.site and not _SITE.fullmatch(options.site):
        return f"{options.site} is not a valid site name: {NAME_RULE}."
    if not _ACCOUNT.fullmatch(options.account):
        return f"{options.account} is not an AWS account ID. It has 12 digits."
    if options.region and (wrong := why_unknown_region(options.region)):
        return wrong
    if strange := [zone for zone in options.zone if not _ZONE.fullmatch(zone)]:
        return f"{strange[0]} is not the ID of a hosted zone. It begins with Z."
    own = kind == "boundary" or options.boundary == _OWN
    if own and not (options.site and options.account != "*"):
        return (
            "The boundary keeps roles to one site of one account. Add --site NAME and --account ID."
        )
    if options.boundary not in ("", _OWN) and not _BOUNDARY.fullmatch(options.boundary):
        return f"{options.boundary} is not the ARN of an IAM policy."
    return ""


def _scope(options: Options) -> "Scope":
    from solarrally_tui.policy import boundary
    from solarrally_tui.policy.scope import Scope

    scope = Scope(
        options.site or "",
        options.partition,
        options.account,
        options.region,
        tuple(options.zone),
        options.boundary,
    )
    return replace(scope, boundary=boundary.arn(scope)) if options.boundary == _OWN else scope


def _bundle(kind: str, scope: "Scope") -> "Bundle":
    from solarrally_tui.policy import boundary, deploy, service_role, support
    from solarrally_tui.policy.render import Bundle

    if kind == "service-role":
        role = scope.service_role.replace("*", "sites")
        return Bundle(kind, service_role.policies(scope), role, service_role.TRUST)
    if kind == "boundary":
        return Bundle(kind, (boundary.policy(scope),), arn=boundary.arn(scope))
    return Bundle(kind, deploy.policies(scope) if kind == "deploy" else support.policies(scope))
