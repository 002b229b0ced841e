"""solarrally chargers rename."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from solarrally_tui.commands.chargers.site_options import add_site, add_waiting, on_site
from solarrally_tui.commands.shared.options import AddAction, SiteOptions, add_json, carry_out
from solarrally_tui.commands.shared.terminal import say, show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.table import fit

if TYPE_CHECKING:
    from solarrally_tui.deployed.site import DeployedSite


@dataclass(frozen=True, slots=True)
class RenameOptions(SiteOptions):
    """What rename takes."""

    old: str
    new: str
    wait: float
    at_once: bool
    json: bool


def add(add_action: AddAction) -> None:
    """Add the action."""
    renaming = add_action("rename", "Give a charger another name; its key stays.")
    add_site(renaming)
    renaming.add_argument("old", metavar="OLD", help="present name of the charger")
    renaming.add_argument(
        "new", metavar="NEW", help="its new name: 1 to 64 letters, digits, hyphens and underscores"
    )
    add_waiting(renaming, "it to connect as NEW", "name")
    add_json(renaming)
    renaming.epilog = (
        "exit status: 0 the charger has the new name only; 7 it has not connected under it yet, "
        "and both work. Run it again to continue."
    )
    carry_out(
        renaming,
        partial(on_site, _rename),
        RenameOptions,
        example="solarrally chargers rename evse-1 garage-left\n"
        "solarrally chargers rename evse-1 garage-left --at-once",
    )


async def _rename(options: RenameOptions, site: "DeployedSite") -> int:
    from solarrally_tui.chargers import renaming

    begun = await renaming.begin(options.old, options.new, site)
    say(f"Change at the charger: client id {begun.new}, topic {begun.topic}.")
    say("Its key and certificate stay, and so do host, port and authority.")
    if options.at_once:
        await renaming.end_old(begun, site)
        is_done = True
    else:
        if options.wait > 0:
            say(f"Both names work until it connects as {begun.new}.")
        is_done = await renaming.wait(begun, site, options.wait)
    status = Exit.OK if is_done else Exit.WAITING_FOR_YOU
    if options.json:
        result = {"old": begun.old, "new": begun.new, "topic": begun.topic, "done": is_done}
        return show_result(result, status)
    if is_done:
        show(
            fit(f"{begun.old} is now {begun.new}. What it sent before is shown under {begun.old}.")
        )
    else:
        show(fit(f"It has not connected as {begun.new} yet. Both names work."))
        show(f"To continue: solarrally chargers rename {begun.old} {begun.new}")
    return status
