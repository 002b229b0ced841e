"""solarrally preflight FILE: what in the account would stop or slow a deployment."""

import argparse
import json
from collections.abc import Sequence
from typing import Any, Final

from solarrally_tui.account.preflight.inspection import findings
from solarrally_tui.aws.door import Door
from solarrally_tui.commands.shared.terminal import read_site, run_with_door, show
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity, worst
from solarrally_tui.policy.simulation_questions import deploy_questions
from solarrally_tui.provisioning.deployment.durations import expected, read
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.site.model import Site
from solarrally_tui.text.table import columns
from solarrally_tui.wizard.engine import durations_file

_EXITS: Final = {
    Severity.OK: Exit.OK,
    Severity.UNKNOWN: Exit.WARN,
    Severity.WARN: Exit.WARN,
    Severity.FAIL: Exit.FAIL,
}


def run(options: argparse.Namespace) -> int:
    """Look at the account for a site file. Exit status: 0 ok, 10 a warning, 11 something stops."""
    site = read_site(options.file)
    if site is None:
        return Exit.INVALID_SITE
    return run_with_door(options, lambda door: _look(options, site, door), site.region)


async def _look(options: argparse.Namespace, site: Site, door: Door) -> int:
    who = await door.identity()
    asked = deploy_questions(site.name, who.partition, who.account)
    found = await findings(door, who, site, asked, expected(site, read(durations_file())))
    level = worst((each.severity for each in found), Severity.OK)
    if options.json:
        told = {
            "v": 1,
            "site": site.name,
            "account": who.account,
            "arn": who.arn,
            "level": level,
            "findings": [_json(each) for each in found],
        }
        show(json.dumps(told))
    else:
        show(text(found))
    return _EXITS[level]


def _json(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "title": finding.title,
        "level": finding.severity.value,
        "line": finding.line,
        "fix": finding.fix,
    }


def text(found: Sequence[Finding]) -> str:
    """Return a row a finding: sign and word, title, and what was found with how to fix it."""
    return "\n".join(
        columns(
            [
                (
                    each.severity.line(each.severity.word),
                    each.title,
                    f"{each.line}\n{each.fix}".rstrip(),
                )
                for each in found
            ]
        )
    )
