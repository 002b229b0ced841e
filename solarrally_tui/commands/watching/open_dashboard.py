"""solarrally open SITE: its dashboard in the browser, signed in, or its address without one."""

from typing import TYPE_CHECKING

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import (
    ShowingOptions,
    add_json,
    add_site_or_only,
    carry_out,
)
from solarrally_tui.commands.shared.terminal import say, show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    parser.epilog = (
        "exit status: 0 the address is known, 6 the site has none yet, 4 credentials. Without a "
        "browser, or with --json, it only prints the address."
    )
    add_site_or_only(parser)
    add_json(parser)
    carry_out(parser, run, ShowingOptions, example="solarrally open barn")


def run(options: ShowingOptions) -> int:
    """Open the dashboard of a site, found by its name alone, signed in as a viewer."""
    from solarrally_tui.commands.shared.door import run_on_site

    return run_on_site(options, _open)


async def _open(options: ShowingOptions, door: "Door") -> int:
    from solarrally_tui.deployed.dashboard import site_http, viewer_login
    from solarrally_tui.deployed.site import DeployedSite

    site = await DeployedSite.open(door, options.site)
    outputs = await site.stacks.outputs("edge")
    url = site_http.browsable(outputs.get("Url", ""))
    if options.json:
        status = Exit.OK if url else Exit.FAILED
        return show_result({"site": site.name, "url": url}, status)
    if not url:
        say(f"The site {site.name} has no address yet. Run solarrally deploy to finish it.")
        return Exit.FAILED
    show(url)
    secret = outputs.get("ViewerSecretArn", "")

    async def ask() -> str:
        return await viewer_login.password(site.door, secret) if secret else ""

    opening = await viewer_login.open_dashboard(url, ask)
    if opening.unread:
        say(f"The dashboard asks for the password. {opening.unread.plain.what}")
    if not opening.was_opened:
        say("No browser was found on this computer. Open the address above.")
        if secret:
            say(f"It asks for the viewers' password: solarrally access {site.name} --show.")
    return Exit.OK
