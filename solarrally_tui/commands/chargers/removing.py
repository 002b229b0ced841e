"""solarrally chargers remove."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from solarrally_tui.commands.chargers.site_options import add_site_option, on_site
from solarrally_tui.commands.shared.options import AddAction, SiteOptions, add_json, carry_out
from solarrally_tui.commands.shared.terminal import confirm, explain, say, show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.table import fit

if TYPE_CHECKING:
    from solarrally_tui.deployed.site import DeployedSite


@dataclass(frozen=True, slots=True)
class RemoveOptions(SiteOptions):
    """What remove takes."""

    names: list[str]
    yes: bool
    json: bool


def add(add_action: AddAction) -> None:
    """Add the action."""
    removing = add_action("remove", "Delete chargers with their certificates and shadows.")
    removing.add_argument("names", nargs="+", metavar="NAME", help="name of a charger")
    removing.add_argument("--yes", action="store_true", help="do not ask")
    add_site_option(removing)
    add_json(removing)
    carry_out(
        removing,
        partial(on_site, _remove),
        RemoveOptions,
        example="solarrally chargers remove evse-1\n"
        "solarrally chargers remove evse-1 evse-2 --site home --yes",
    )


async def _remove(options: RemoveOptions, site: "DeployedSite") -> int:
    from solarrally_tui.aws.errors import AwsError
    from solarrally_tui.chargers.problems import ChargerError
    from solarrally_tui.chargers.removal import remove

    names = list(dict.fromkeys(options.names))
    asks = f"Type {site.name} to delete {len(names)} of its chargers: {', '.join(names)}."
    if not options.yes and not confirm(asks, site.name):
        say("Nothing was deleted.")
        return Exit.REFUSED
    status = Exit.OK
    results: list[dict[str, Any]] = []
    for name in names:
        try:
            removed = await remove(name, site)
        except (AwsError, ChargerError) as error:
            status = Exit.FAILED
            results.append({"name": name, "problem": f"{error.plain.what} {error.plain.why}"})
            if not options.json:
                explain(error.plain)
        else:
            results.append({"name": name, "certificates": removed.certificates})
            if not options.json:
                show(fit(f"{name} is deleted, with its certificates and shadows."))
    if options.json:
        return show_result({"chargers": results}, status)
    return status
