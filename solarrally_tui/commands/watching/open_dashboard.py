"""solarrally open SITE: its dashboard in the browser, or its address where there is none."""

import os
import sys
import webbrowser
from dataclasses import dataclass
from typing import TYPE_CHECKING

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import CommonOptions, add_json, add_site, carry_out
from solarrally_tui.commands.shared.terminal import say, show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door


@dataclass(frozen=True, slots=True)
class Options(CommonOptions):
    """What open takes."""

    site: str
    json: bool


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    parser.epilog = (
        "exit status: 0 the address is known, 6 the site has none yet, 4 credentials. Without a "
        "browser, or with --json, it only prints the address."
    )
    add_site(parser)
    add_json(parser)
    carry_out(parser, run, Options, example="solarrally open barn")


def run(options: Options) -> int:
    """Open the dashboard of a site, found by its name alone."""
    from solarrally_tui.commands.shared.door import run_with_door

    return run_with_door(options, lambda door: _open(options, door))


async def _open(options: Options, door: "Door") -> int:
    from solarrally_tui.deployed.site import DeployedSite

    site = await DeployedSite.open(door, options.site)
    url = (await site.stacks.outputs("edge")).get("Url", "")
    if options.json:
        status = Exit.OK if url else Exit.FAILED
        return show_result({"site": site.name, "url": url}, status)
    if not url:
        say(f"The site {site.name} has no address yet. Run solarrally deploy to finish it.")
        return Exit.FAILED
    show(url)
    if site.site.access.viewing == "password":
        say(f"It asks for the viewers' password: solarrally access {site.name} --show.")
    if not opened(url):
        say("No browser was found on this computer. Open the address above.")
    return Exit.OK


def opened(url: str) -> bool:
    """Open an address in a browser with a window; tell whether there was one.

    A browser inside the terminal would take it over, and an SSH session has no window.
    """
    has_window = sys.platform in {"win32", "darwin"} or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    try:
        return has_window and webbrowser.open(url)
    except (webbrowser.Error, OSError):
        return False
