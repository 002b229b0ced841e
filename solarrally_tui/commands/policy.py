"""solarrally policy deploy|support|service-role."""

import argparse
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from solarrally_tui.commands.shared.options import CommonOptions, add_actions, carry_out
from solarrally_tui.commands.shared.terminal import say, show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.policy.render import Bundle
    from solarrally_tui.policy.scope import Scope

_KINDS: Final = (
    ("deploy", "Print what your own credentials need to deploy, change and destroy."),
    ("support", "Print what is needed to look at a site; it allows no changes."),
    ("service-role", "Print what CloudFormation's service role needs, and its trust policy."),
)
_SITE: Final = re.compile(r"(?=.{3,20}$)[a-z](-?[a-z0-9])+")
_ACCOUNT: Final = re.compile(r"\d{12}|\*")


@dataclass(frozen=True, slots=True)
class Options(CommonOptions):
    """What policy takes."""

    site: str | None
    account: str
    partition: str
    json: bool
    out: Path | None


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's kinds of policies."""
    add_kind = add_actions(parser)
    for kind, text in _KINDS:
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
        output = kind_parser.add_mutually_exclusive_group()
        output.add_argument("--json", action="store_true", help="print the policies as JSON")
        output.add_argument(
            "--out", type=Path, metavar="FOLDER", help="write one file per policy to this folder"
        )
        carry_out(kind_parser, partial(run, kind), Options)


def run(kind: str, options: Options) -> int:
    """Print IAM policies of a kind, or write them as files. Needs no network."""
    from solarrally_tui.policy.render import text, to_json, write
    from solarrally_tui.policy.scope import Scope
    from solarrally_tui.site.model import NAME_RULE

    if options.site and not _SITE.fullmatch(options.site):
        say(f"{options.site} is not a valid site name: {NAME_RULE}.")
        return Exit.USAGE
    if not _ACCOUNT.fullmatch(options.account):
        say(f"{options.account} is not an AWS account ID. It has 12 digits.")
        return Exit.USAGE
    bundle = _bundle(kind, Scope(options.site or "", options.partition, options.account))
    if options.json:
        return show_result(to_json(bundle), Exit.OK)
    if options.out is None:
        show(text(bundle))
        return Exit.OK
    try:
        for path in write(bundle, options.out):
            show(str(path))
    except OSError as error:
        say(f"{options.out} cannot be written: {error.strerror}.")
        return Exit.USAGE
    return Exit.OK


def _bundle(kind: str, scope: "Scope") -> "Bundle":
    from solarrally_tui.policy import deploy, service_role, support
    from solarrally_tui.policy.render import Bundle

    if kind == "service-role":
        role = scope.service_role.replace("*", "sites")
        return Bundle(kind, service_role.policies(scope), role, service_role.TRUST)
    return Bundle(kind, deploy.policies(scope) if kind == "deploy" else support.policies(scope))
