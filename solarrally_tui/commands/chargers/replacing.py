"""solarrally chargers replace."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from solarrally_tui.commands.chargers.site_options import add_site, add_waiting, on_site
from solarrally_tui.commands.shared.options import AddAction, SiteOptions, add_json, carry_out
from solarrally_tui.commands.shared.terminal import say, show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.table import fit

if TYPE_CHECKING:
    from solarrally_tui.deployed.site import DeployedSite


@dataclass(frozen=True, slots=True)
class ReplaceOptions(SiteOptions):
    """What replace takes."""

    name: str
    to: Path
    wait: float
    at_once: bool
    json: bool


def add(add_action: AddAction) -> None:
    """Add the action."""
    replacing = add_action("replace", "Give a charger another key; the old one ends after it.")
    add_site(replacing)
    replacing.add_argument("name", metavar="NAME", help="name of the charger")
    replacing.add_argument(
        "--to", type=Path, required=True, metavar="FOLDER", help="folder for its new files"
    )
    add_waiting(replacing, "the new key to connect", "key")
    add_json(replacing)
    replacing.epilog = (
        "exit status: 0 the charger has one key, the new one; 7 the new one has not connected yet, "
        "and both work. Run it again to continue."
    )
    carry_out(
        replacing,
        partial(on_site, _replace),
        ReplaceOptions,
        example="solarrally chargers replace evse-1 --to new-files\n"
        "solarrally chargers replace evse-1 --to new-files --at-once",
    )


async def _replace(options: ReplaceOptions, site: "DeployedSite") -> int:
    from solarrally_tui.chargers import replacement
    from solarrally_tui.chargers.onboarding import Onboarding
    from solarrally_tui.chargers.replacement import Stage

    begun = await replacement.begin(options.name, await Onboarding.begin(site), options.to)
    if begun.old or not begun.is_continued:
        say(f"The new key of {begun.name} is in {begun.folder}. It exists only there.")
    if options.at_once:
        await replacement.end_at_once(begun, site)
        stage = Stage.DONE
    else:
        if begun.old and not begun.was_revoked and options.wait > 0:
            say(
                "Copy the folder to the charger, then delete it here. The old key ends when the "
                f"new one has connected. Waiting for that for {options.wait:.0f} s."
            )
        stage = await replacement.wait(begun, site, options.wait)
    status = Exit.OK if stage is Stage.DONE else Exit.WAITING_FOR_YOU
    if options.json:
        result = {
            "name": begun.name,
            "folder": str(begun.folder),
            "certificate_id": begun.certificate_id,
            "old": [arn.rpartition("/")[2] for arn in begun.old],
            "stage": stage.value,
        }
        return show_result(result, status)
    show(fit(replacement.words(begun, stage, is_forced=options.at_once)))
    if stage is not Stage.DONE:
        show(f"To continue: solarrally chargers replace {begun.name} --to {begun.folder}")
    if stage is Stage.NOT_REPORTED:
        show(f"If it stays so, update the site: solarrally update {site.name}")
    return status
