"""solarrally chargers add."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from solarrally_tui.commands.chargers.site_options import SiteOptions, add_site, on_site
from solarrally_tui.commands.shared.options import AddAction, carry_out
from solarrally_tui.commands.shared.terminal import say, show
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.table import fit

if TYPE_CHECKING:
    from solarrally_tui.deployed.site import DeployedSite


@dataclass(frozen=True, slots=True)
class AddOptions(SiteOptions):
    """What add takes."""

    name: str
    to: Path
    replace: bool


def add(add_action: AddAction) -> None:
    """Add the action."""
    adding = add_action("add", "Register a charger and write its files.")
    adding.add_argument("name", metavar="NAME", help="name of the charger")
    adding.add_argument(
        "--to", type=Path, required=True, metavar="FOLDER", help="folder for the charger's files"
    )
    adding.add_argument("--replace", action="store_true", help="issue a new certificate")
    add_site(adding)
    carry_out(
        adding,
        partial(on_site, _add),
        AddOptions,
        example="solarrally chargers add evse-1 --to chargers\n"
        "solarrally chargers add evse-1 --to chargers --replace",
    )


async def _add(options: AddOptions, site: "DeployedSite") -> int:
    from solarrally_tui.chargers.onboarding import add as register

    charger = await register(options.name, site, options.to, replace=options.replace)
    show(fit(f"Charger {charger.name} is registered. Its files are in {options.to}."))
    say("The private key exists only there. Copy the folder to the charger, then delete it here.")
    return Exit.OK
