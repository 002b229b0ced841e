"""solarrally status SITE."""

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from solarrally_tui.commands.shared.options import CommonOptions, add_json, add_site, carry_out
from solarrally_tui.commands.shared.terminal import show, show_result
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door

EXITS: Final = {
    Severity.OK: Exit.OK,
    Severity.WARN: Exit.WARN,
    Severity.FAIL: Exit.FAIL,
    Severity.UNKNOWN: Exit.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Options(CommonOptions):
    """What status takes."""

    site: str
    json: bool


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.epilog = "exit status: 0 ok, 10 warning, 11 failing, 12 unknown, 4 credentials"
    add_site(parser)
    add_json(parser)
    carry_out(parser, run, Options)


def run(options: Options) -> int:
    """Check a deployed site, found by its name alone."""
    from solarrally_tui.commands.shared.door import run_with_door

    return run_with_door(options, lambda door: _status(options, door))


async def _status(options: Options, door: "Door") -> int:
    from solarrally_tui.deployed.site import DeployedSite
    from solarrally_tui.health.checks import check_site
    from solarrally_tui.health.render import table, to_json

    report = await check_site(await DeployedSite.open(door, options.site))
    status = EXITS[report.health]
    if options.json:
        return show_result(to_json(report), status)
    show(table(report))
    return status
