"""solarrally diagnose SITE: why it has problems, what to do, and what that rests on."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from solarrally_tui.commands.shared.options import CommonOptions, add_site, carry_out
from solarrally_tui.commands.shared.terminal import say, show, show_result
from solarrally_tui.commands.status import EXITS

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door


@dataclass(frozen=True, slots=True)
class Options(CommonOptions):
    """What diagnose takes."""

    site: str
    format: str


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.epilog = (
        "exit status: 0 ok, 10 warning, 11 failing, 12 unknown, 4 credentials. Changes nothing. "
        "The JSON has schema 1."
    )
    add_site(parser)
    output = parser.add_mutually_exclusive_group()
    output.add_argument(
        "--format", choices=("table", "json", "md"), default="table", help="default: table"
    )
    output.add_argument(
        "--json", action="store_const", dest="format", const="json", help="same as --format json"
    )
    carry_out(parser, run, Options)


def run(options: Options) -> int:
    """Examine a site, found by its name alone. Only reads, whatever the credentials allow."""
    from solarrally_tui.commands.shared.door import run_with_door

    return run_with_door(replace(options, read_only=True), lambda door: _diagnose(options, door))


async def _diagnose(options: Options, door: "Door") -> int:
    from solarrally_tui.deployed.site import DeployedSite
    from solarrally_tui.health.diagnosis.examine import examine
    from solarrally_tui.health.diagnosis.render import as_object, to_markdown, to_table

    site = await DeployedSite.open(door, options.site)
    diagnosis = await examine(site, _progress())
    status = EXITS[diagnosis.health]
    if options.format == "json":
        return show_result(as_object(diagnosis), status)
    render = {"table": to_table, "md": to_markdown}[options.format]
    show(render(diagnosis).rstrip("\n"))
    return status


def _progress() -> Callable[[int, int, str], None]:
    """Return what prints how far we are on a terminal; nothing goes into files and pipes."""
    if not sys.stderr.isatty():
        return lambda *_: None
    return lambda done, total, title: say(f"read {done} of {total} sources: {title}")
