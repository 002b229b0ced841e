"""solarrally status SITE."""

import argparse
import json

from solarrally_tui.aws.door import Door
from solarrally_tui.commands.shared.terminal import run_with_door, show
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.checks import check_site
from solarrally_tui.health.render import table, to_json
from solarrally_tui.provisioning.engine.outcome import Exit

EXITS = {
    Severity.OK: Exit.OK,
    Severity.WARN: Exit.WARN,
    Severity.FAIL: Exit.FAIL,
    Severity.UNKNOWN: Exit.UNKNOWN,
}


def run(options: argparse.Namespace) -> int:
    """Probe a deployed site, found by its name alone."""
    return run_with_door(options, lambda door: _status(options, door))


async def _status(options: argparse.Namespace, door: Door) -> int:
    report = await check_site(await DeployedSite.open(door, options.site))
    show(json.dumps(to_json(report)) if options.json else table(report))
    return EXITS[report.health]
