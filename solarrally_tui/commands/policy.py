"""solarrally policy deploy|support|service-role."""

import argparse
import json
import re
from typing import Final

from solarrally_tui.commands.shared.terminal import say, show
from solarrally_tui.policy import deploy, service_role, support
from solarrally_tui.policy.render import Bundle, text, to_json, write
from solarrally_tui.policy.scope import Scope
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.site.model import Site

_SITE: Final = re.compile(r"(?=.{3,20}$)[a-z](-?[a-z0-9])+")
_ACCOUNT: Final = re.compile(r"\d{12}|\*")


def run(options: argparse.Namespace) -> int:
    """Print IAM policies, or write them as files. Needs no network."""
    if options.site and not _SITE.fullmatch(options.site):
        say(f"{options.site} is not the name of a site: {Site.NAME_RULE}.")
        return Exit.USAGE
    if not _ACCOUNT.fullmatch(options.account):
        say(f"{options.account} is not the number of an AWS account: 12 digits.")
        return Exit.USAGE
    scope = Scope(options.site or "", options.partition, options.account)
    bundle = _bundle(options.kind, scope)
    if options.out is None:
        show(json.dumps(to_json(bundle)) if options.json else text(bundle))
        return Exit.OK
    try:
        for path in write(bundle, options.out):
            show(str(path))
    except OSError as error:
        say(f"{options.out} cannot be written: {error.strerror}.")
        return Exit.USAGE
    return Exit.OK


def _bundle(kind: str, scope: Scope) -> Bundle:
    if kind == "service-role":
        policies = service_role.policies(scope)
        role = scope.service_role.replace("*", "sites")
        return Bundle(kind, policies, role, service_role.TRUST)
    made = deploy.policies(scope) if kind == "deploy" else support.policies(scope)
    return Bundle(kind, made)
