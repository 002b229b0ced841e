"""solarrally chargers watch."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from solarrally_tui.commands.chargers.site_options import add_site, on_site
from solarrally_tui.commands.shared.options import AddAction, SiteOptions, add_json, carry_out
from solarrally_tui.commands.shared.terminal import explain, say, show, show_json, show_result
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.enumeration import counted

if TYPE_CHECKING:
    from solarrally_tui.chargers.watch import Watched
    from solarrally_tui.deployed.site import DeployedSite


@dataclass(frozen=True, slots=True)
class WatchOptions(SiteOptions):
    """What watch takes."""

    seconds: float
    until: int | None
    json: bool


def add(add_action: AddAction) -> None:
    """Add the action."""
    watching = add_action("watch", "Count telemetry as the dashboard receives it.")
    watching.add_argument(
        "--seconds", type=float, default=60.0, metavar="N", help="how long; the default is 60"
    )
    watching.add_argument("--until", type=int, metavar="N", help="stop after N messages")
    add_site(watching)
    add_json(watching)
    carry_out(
        watching,
        partial(on_site, _watch),
        WatchOptions,
        example="solarrally chargers watch\nsolarrally chargers watch --site barn --until 1",
    )


async def _watch(options: WatchOptions, site: "DeployedSite") -> int:
    from websockets.exceptions import InvalidStatus, WebSocketException

    from solarrally_tui.chargers.watch import watch
    from solarrally_tui.computer.proxies import proxy_for, through
    from solarrally_tui.deployed.dashboard import viewer_login
    from solarrally_tui.deployed.dashboard.site_http import Front

    edge = await site.stacks.outputs("edge")
    address = edge.get("DistributionDomainName", "")
    if not address:
        say(f"The site {site.name} has no address yet. Deploy it first.")
        return Exit.FAILED

    headers = await viewer_login.headers(site.door, edge)

    def listening() -> None:
        if options.json:
            show_json({"listening": address})
        else:
            say(f"Listening on wss://{address}/ws/live for {options.seconds:.0f} s.")

    try:
        seen = await watch(
            address,
            headers=headers,
            name=site.site.domain.name,
            seconds=options.seconds,
            until=options.until,
            listening=listening,
        )
    except (OSError, ImportError, WebSocketException) as error:
        proxy = proxy_for(Front(address, site.site.domain.name).origin)
        if proxy and not isinstance(error, InvalidStatus):
            explain(through(proxy, str(error)))
            return Exit.OUT_OF_SIGHT
        say(f"The site's live channel at {address} does not answer: {error}")
        say(f"Check its health with: solarrally status {site.name}")
        return Exit.FAILED
    if options.json:
        counted = {"total": seen.total, "by_charger": dict(seen.by_charger)}
        return show_result(counted, Exit.OK)
    show(_counted(seen))
    return Exit.OK


def _counted(seen: "Watched") -> str:
    counts = ", ".join(f"{name} {count}" for name, count in sorted(seen.by_charger.items()))
    return f"{counted(seen.total, 'message')}{': ' + counts if counts else ''}."
