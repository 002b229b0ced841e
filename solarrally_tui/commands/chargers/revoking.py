"""solarrally chargers revoke."""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from solarrally_tui.commands.chargers.site_options import add_site_option, on_site
from solarrally_tui.commands.shared.options import AddAction, SiteOptions, add_json, carry_out
from solarrally_tui.commands.shared.terminal import explain, say, show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.table import fit

if TYPE_CHECKING:
    from solarrally_tui.chargers.revocation import Revoked
    from solarrally_tui.deployed.site import DeployedSite


@dataclass(frozen=True, slots=True)
class RevokeOptions(SiteOptions):
    """What revoke takes."""

    names: list[str]
    json: bool


def add(add_action: AddAction) -> None:
    """Add the action."""
    revoking = add_action("revoke", "Lock stolen chargers out within seconds.")
    revoking.add_argument("names", nargs="+", metavar="NAME", help="name of a charger")
    add_site_option(revoking)
    add_json(revoking)
    carry_out(
        revoking,
        partial(on_site, _revoke),
        RevokeOptions,
        example="solarrally chargers revoke evse-1\n"
        "solarrally chargers revoke evse-1 evse-2 --site home --json",
    )


async def _revoke(options: RevokeOptions, site: "DeployedSite") -> int:
    from solarrally_tui.aws.errors import AwsError
    from solarrally_tui.chargers.problems import ChargerError
    from solarrally_tui.chargers.revocation import revoke

    names = list(dict.fromkeys(options.names))
    ended = await asyncio.gather(*(revoke(name, site) for name in names), return_exceptions=True)
    status = Exit.OK
    results: list[dict[str, Any]] = []
    for name, one in zip(names, ended, strict=True):
        if isinstance(one, AwsError | ChargerError):
            status = Exit.FAILED
            results.append({"name": name, "problem": f"{one.plain.what} {one.plain.why}"})
            if not options.json:
                explain(one.plain)
        elif isinstance(one, BaseException):
            raise one
        else:
            status = status if one.gone else Exit.FAILED
            results.append(_as_json(one))
            if not options.json:
                show(fit(f"{one.name}: {one.words}"))
    if options.json:
        return show_result({"chargers": results}, status)
    if status is Exit.OK:
        say("They stay registered. To let one in again with a new key: chargers replace NAME.")
    return status


def _as_json(revoked: "Revoked") -> dict[str, Any]:
    return {
        "name": revoked.name,
        "certificates": list(revoked.certificates),
        "was_connected": revoked.was_connected,
        "gone": revoked.gone,
        "seconds": round(revoked.seconds, 3),
        "problem": revoked.problem,
    }
