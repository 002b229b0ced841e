"""solarrally chargers show."""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from solarrally_tui.commands.chargers.listing import add_listening, listened
from solarrally_tui.commands.chargers.site_options import add_site, on_site
from solarrally_tui.commands.shared.options import (
    AddAction,
    ReadingOptions,
    add_json,
    add_role,
    carry_out,
)
from solarrally_tui.commands.shared.terminal import say, show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.deployed.site import DeployedSite


@dataclass(frozen=True, slots=True)
class ShowOptions(ReadingOptions):
    """What show takes."""

    name: str
    listen: float | None
    json: bool


def add(add_action: AddAction) -> None:
    """Add the action."""
    showing = add_action("show", "Show all that is known of one charger.")
    add_site(showing)
    showing.add_argument("name", metavar="NAME", help="name of the charger")
    add_listening(showing)
    add_role(showing)
    add_json(showing)
    carry_out(
        showing,
        partial(on_site, _show),
        ShowOptions,
        example="solarrally chargers show barn-17\nsolarrally chargers show barn-17 --json",
    )


async def _show(options: ShowOptions, site: "DeployedSite") -> int:
    from solarrally_tui.chargers.fleet.detail import detail
    from solarrally_tui.chargers.fleet.sight import look
    from solarrally_tui.text.table import columns

    one = await detail(site, options.name)
    if one is None:
        say(f"The site {site.name} has no charger {options.name}.")
        say(f"List its chargers with: solarrally chargers list --site {site.name}")
        return Exit.USAGE
    sight = await look(site)
    await listened(asyncio.sleep(0), site, sight, options.listen)
    shadow = one.settings
    if one.unseen:
        sight.unseen["settings"] = one.unseen
    if options.json:
        settings = {"desired": dict(shadow.desired), "reported": dict(shadow.reported)}
        shown = one.record(sight) | {"settings": settings, "unseen": sight.unseen}
        return show_result(shown, Exit.OK)
    show("\n".join(columns([*one.lines(sight), *shadow.lines], flexible=1)))
    for what, why in sight.unseen.items():
        say(f"The {what} could not be asked: {why}")
    return Exit.OK
