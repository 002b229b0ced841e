"""solarrally status SITE: its health, once, again and again, or on a wall."""

import asyncio
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import (
    SiteOptions,
    add_json,
    add_site_or_only,
    carry_out,
)
from solarrally_tui.commands.shared.terminal import (
    say,
    say_without_file,
    show,
    show_json,
    show_result,
    start_page,
)
from solarrally_tui.computer.wizard_child import DEMONSTRATION
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.health.report import Report
    from solarrally_tui.health.watch import Watch

EXITS: Final = {
    Severity.OK: Exit.OK,
    Severity.WARN: Exit.WARN,
    Severity.FAIL: Exit.FAIL,
    Severity.UNKNOWN: Exit.UNKNOWN,
}
_LAYERS: Final = ("chargers", "iot", "application", "database", "page", "operations")
_EVERY: Final = 10.0
"""Seconds between two rounds of --watch."""


@dataclass(frozen=True, slots=True)
class Options(SiteOptions):
    """What status takes."""

    json: bool
    watch: bool
    kiosk: bool
    layer: str
    details: bool
    cost_explorer: bool


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    parser.epilog = (
        "exit status: 0 ok, 10 warning, 11 failing, 12 unknown, 4 credentials. With --watch: that "
        "of the last round, after Ctrl+C. docs/status.md says what each check means and costs."
    )
    add_site_or_only(parser)
    add_json(parser)
    way = parser.add_mutually_exclusive_group()
    way.add_argument(
        "--watch",
        action="store_true",
        help=f"check again every {_EVERY:.0f} seconds until Ctrl+C; with --json, a line a round",
    )
    way.add_argument(
        "--kiosk",
        action="store_true",
        help="fill the screen, for a display on a wall; below one dollar a month, no keys needed",
    )
    parser.add_argument(
        "--layer",
        choices=_LAYERS,
        default="",
        metavar="LAYER",
        help=f"only the checks of one layer of the site, in full: {', '.join(_LAYERS)}",
    )
    parser.add_argument(
        "--details", action="store_true", help="show every check in full, also what is ok"
    )
    parser.add_argument(
        "--cost-explorer",
        action="store_true",
        help="also ask Cost Explorer what the site costs this month; AWS bills 0.01 USD for it",
    )
    carry_out(
        parser,
        run,
        Options,
        example="solarrally status barn\n"
        "solarrally status barn --watch\n"
        "solarrally status barn --kiosk",
    )


def run(options: Options) -> int:
    """Check a deployed site, found by its name alone."""
    from solarrally_tui.commands.shared.door import run_on_site

    if options.kiosk:
        from solarrally_tui.commands.watching.kiosk import run as run_kiosk

        return run_kiosk(options)
    return run_on_site(options, _status)


async def _status(options: Options, door: "Door") -> int:
    from solarrally_tui.deployed.site import DeployedSite
    from solarrally_tui.health.watch import Watch

    watch = Watch(
        await DeployedSite.open(door, options.site), asks_cost_explorer=options.cost_explorer
    )
    if options.watch:
        return await _again(options, watch)
    report = _chosen(await watch.round(), options.layer)
    status = EXITS[report.health]
    if options.json:
        from solarrally_tui.health.render import to_json

        return show_result(to_json(report), status)
    _show(report, options)
    return status


async def _again(options: Options, watch: "Watch") -> int:
    """Show every round, until a person stops it. The status is that of the last round."""
    from solarrally_tui.health.render import to_json

    status = Exit.UNKNOWN
    try:
        while True:
            report = _chosen(await watch.round(), options.layer)
            status = EXITS[report.health]
            if options.json:
                show_json(to_json(report))
            else:
                start_page()
                _show(report, options)
                say(f"Again every {_EVERY:.0f} s. Ctrl+C ends it. {_costs(report)}")
            await _pause()
    except asyncio.CancelledError:
        if options.json:
            return show_result({"site": options.site}, status)
        return status


async def _pause() -> None:
    await asyncio.sleep(_EVERY)


def _chosen(report: "Report", layer: str) -> "Report":
    """Return a report with the checks of one layer; all of it where none is named."""
    from dataclasses import replace

    from solarrally_tui.health.layers import Layer

    return replace(report, checks=report.of(Layer(layer))) if layer else report


def _show(report: "Report", options: Options) -> None:
    from solarrally_tui.health.render import table
    from solarrally_tui.wizard.demo_stage import played

    details = options.details or bool(options.layer)
    if os.environ.get(DEMONSTRATION):
        report = played(report)
    show(table(report, datetime.now(UTC), details=details))
    say_without_file(*(check.line for check in report.checks))


def _costs(report: "Report") -> str:
    return f"If it runs all month, AWS bills {report.monthly_cost:.2f} USD at most for it."
