"""solarrally preflight FILE: what in the account would stop or slow a deployment."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from solarrally_tui.account.preflight.checks import worst
from solarrally_tui.account.preflight.inspection import findings
from solarrally_tui.aws.door import Door
from solarrally_tui.commands.shared.terminal import read_site, run_with_door, show
from solarrally_tui.findings.finding import Finding, Level
from solarrally_tui.policy.questions import questions
from solarrally_tui.provisioning.deployment.durations import expected, read
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.site.model import Site
from solarrally_tui.wizard.engine import durations_file

_EXITS: Final = {
    Level.OK: Exit.OK,
    Level.UNKNOWN: Exit.WARN,
    Level.WARN: Exit.WARN,
    Level.FAIL: Exit.FAIL,
}


def run(options: argparse.Namespace) -> int:
    """Look at the account for a site file. Exit status: 0 ok, 10 a warning, 11 something stops."""
    site = read_site(options.file)
    if site is None:
        return Exit.INVALID_SITE
    return run_with_door(options, lambda door: _look(options, site, door), site.region)


async def _look(options: argparse.Namespace, site: Site, door: Door) -> int:
    who = await door.identity()
    asked = questions(site.name, who.partition, who.account)
    found = await findings(door, who, site, asked, expected(site, read(durations_file())))
    if options.json:
        told = {
            "v": 1,
            "site": site.name,
            "account": who.account,
            "arn": who.arn,
            "level": worst(found),
            "findings": [asdict(each) for each in found],
        }
        show(json.dumps(told))
    else:
        show(text(found))
    return _EXITS[worst(found)]


def text(found: Sequence[Finding]) -> str:
    """Return one line a finding, and under it how to fix it."""
    lines = []
    for each in found:
        lines.append(f"{each.level:<8} {each.title:<20} {each.line}")
        if each.fix:
            lines.append(f"         {each.fix}")
    return "\n".join(lines)
