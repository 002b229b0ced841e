"""solarrally chargers rotate."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from solarrally_tui.commands.chargers.site_options import add_site, on_site
from solarrally_tui.commands.shared.options import AddAction, SiteOptions, add_json, carry_out
from solarrally_tui.commands.shared.terminal import explain, say, show, show_json, show_result
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.table import fit

if TYPE_CHECKING:
    from solarrally_tui.chargers.rotation import Rotation
    from solarrally_tui.deployed.site import DeployedSite


@dataclass(frozen=True, slots=True)
class RotateOptions(SiteOptions):
    """What rotate takes."""

    older_than: int
    to: Path
    at_most: int
    wait: float
    json: bool


def add(add_action: AddAction) -> None:
    """Add the action."""
    rotating = add_action("rotate", "Give chargers with an old certificate another key.")
    rotating.add_argument(
        "--older-than", type=int, required=True, metavar="DAYS", help="age of the certificate"
    )
    rotating.add_argument(
        "--to",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="where each charger gets a folder of its name with its new files",
    )
    rotating.add_argument(
        "--at-most",
        type=int,
        default=50,
        metavar="N",
        help="how many may have two keys at the same time; the default is 50",
    )
    rotating.add_argument(
        "--wait",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="how long to wait for new keys to connect; the default is 0",
    )
    add_site(rotating)
    add_json(rotating)
    rotating.epilog = (
        "exit status: 0 no charger has an old certificate, 7 some have not connected with their "
        "new key yet, 6 some failed. Run it again to continue."
    )
    carry_out(
        rotating,
        partial(on_site, _rotate),
        RotateOptions,
        example="solarrally chargers rotate --older-than 365 --to new-keys\n"
        "solarrally chargers rotate --older-than 365 --to new-keys --at-most 10",
    )


async def _rotate(options: RotateOptions, site: "DeployedSite") -> int:
    from solarrally_tui.chargers.rotation import Plan, rotate

    if options.older_than < 0 or options.at_most < 1:
        say("--older-than takes days from 0 up, --at-most a number from 1 up.")
        return Exit.USAGE
    last = [""]

    def tell(rotation: "Rotation") -> None:
        line = _line(rotation)
        if line == last[0]:
            return
        last[0] = line
        if options.json:
            show_json({"type": "progress", **_as_json(rotation)})
        else:
            say(line)

    before = datetime.now(UTC) - timedelta(days=options.older_than)
    plan = Plan(before, options.to, options.at_most, options.wait)
    rotation = await rotate(plan, site, tell, lambda _, text: say(text))
    status = Exit.FAILED if rotation.failed else Exit.WAITING_FOR_YOU
    status = Exit.OK if rotation.is_complete else status
    if options.json:
        return show_result(_as_json(rotation), status)
    for failure in rotation.failed:
        say(f"{failure.name} failed:")
        explain(failure.plain)
    if rotation.is_complete and not rotation.done:
        show(f"No charger of {site.name} has a certificate older than {options.older_than} days.")
        return status
    show(_line(rotation))
    if rotation.waiting:
        text = (
            f"Copy each folder in {options.to} to its charger, then delete it here. Old keys work "
            "until the new one has connected. Run this again to end them and to continue."
        )
        show(fit(text))
    return status


def _line(rotation: "Rotation") -> str:
    parts = [
        f"{len(rotation.done)} connected with their new key",
        f"{len(rotation.waiting)} did not yet",
    ]
    if rotation.elsewhere:
        parts.append(f"{len(rotation.elsewhere)} have their new key in another folder")
    if rotation.later:
        parts.append(f"{len(rotation.later)} come later")
    if rotation.failed:
        parts.append(f"{len(rotation.failed)} failed")
    return ", ".join(parts) + "."


def _as_json(rotation: "Rotation") -> dict[str, object]:
    return {
        "done": list(rotation.done),
        "waiting": list(rotation.waiting),
        "elsewhere": list(rotation.elsewhere),
        "later": list(rotation.later),
        "failed": [{"name": one.name, "what": one.plain.what} for one in rotation.failed],
    }
