"""solarrally diagnose SITE: why it is not well, what to do, and what that rests on."""

import argparse
import sys
from collections.abc import Callable
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.commands.shared.terminal import run_with_door, say, show
from solarrally_tui.commands.status import EXITS
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.health.diagnosis.examine import examine
from solarrally_tui.health.diagnosis.model import Diagnosis
from solarrally_tui.health.diagnosis.render import to_json, to_markdown, to_table

_FORMATS: Final[dict[str, Callable[[Diagnosis], str]]] = {
    "table": to_table,
    "json": to_json,
    "md": to_markdown,
}


def run(options: argparse.Namespace) -> int:
    """Examine a site, found by its name alone. Only reads, whatever credentials allow."""
    options.read_only = True
    return run_with_door(options, lambda door: _diagnose(options, door))


async def _diagnose(options: argparse.Namespace, door: Door) -> int:
    site = await DeployedSite.open(door, options.site)
    told = await examine(site, _progress())
    wanted = "json" if options.json else options.format
    show(_FORMATS[wanted](told).rstrip("\n"))
    return EXITS[told.health]


def _progress() -> Callable[[int, int, str], None]:
    """Say how far we are where a person watches; nothing into files and pipes."""
    if not sys.stderr.isatty():
        return lambda *_: None
    return lambda done, total, title: say(f"asked {done} of {total} sources: {title}")
