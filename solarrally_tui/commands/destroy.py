"""solarrally destroy SITE."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import (
    SiteRunOptions,
    add_leave,
    add_run_options,
    add_site,
    carry_out,
)
from solarrally_tui.commands.shared.terminal import confirm, say
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.site.model import Site


@dataclass(frozen=True, slots=True)
class Options(SiteRunOptions):
    """What destroy takes."""

    delete_data: str | None
    leave: list[str]


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    parser.description = (
        "Delete a site: its page, its application, its database and its chargers' certificates. A "
        "final snapshot of the database and the audit log stay, unless --delete-data deletes them. "
        "Before it asks, it lists what goes, what stays at what price, and how long AWS takes."
    )
    add_site(parser)
    add_run_options(parser)
    parser.add_argument(
        "--delete-data",
        metavar="SITE",
        help="also delete the final database snapshot and the audit log; repeat the site's name",
    )
    add_leave(parser)
    carry_out(
        parser,
        run,
        Options,
        example="solarrally destroy barn\nsolarrally destroy barn --delete-data barn",
    )


def run(options: Options) -> int:
    """Delete a site; its data only when its name is repeated."""
    from solarrally_tui.commands.shared.door import run_with_door

    if options.delete_data not in {None, options.site}:
        say(f"--delete-data must repeat the site's name, {options.site}. Nothing was deleted.")
        return Exit.REFUSED
    return run_with_door(options, lambda door: _destroy(options, door))


async def _destroy(options: Options, door: "Door") -> int:
    from solarrally_tui.commands.shared.runs import check_writing, report_run
    from solarrally_tui.provisioning.teardown.destroy import check_there, destroy

    check_writing("destroy", options)
    await check_there(options.site, door)
    delete_data = options.delete_data is not None
    if not options.yes and not await _agreed(options.site, door, delete_data=delete_data):
        say("Nothing was changed.")
        return Exit.REFUSED
    return await report_run(
        "destroy",
        options.site,
        options,
        lambda emit, leave: destroy(options.site, door, emit, delete_data=delete_data, leave=leave),
        options.leave,
        answers=await _answers(options.site, door),
    )


async def _answers(site: str, door: "Door") -> "Site | None":
    """Return what a site was deployed with: its shape decides how long AWS takes to delete it."""
    from solarrally_tui.aws.errors import AwsError
    from solarrally_tui.deployed import record

    try:
        known = await record.find(door, site)
    except AwsError:
        return None  # the deletion says what is wrong
    return known.site if known else None


async def _agreed(site: str, door: "Door", *, delete_data: bool) -> bool:
    """Say what is lost and what stays, and ask for the site's name."""
    from solarrally_tui.provisioning.teardown.deleted_sites import deleted_site
    from solarrally_tui.provisioning.teardown.losses import losses

    known = await losses(door, site)
    if known.site is None and (gone := await deleted_site(site, door)):
        say(f"The site {site} is deleted. Its data stays: {gone.words}.")
        if delete_data:
            say("This deletes that data.")
        else:
            say(f"To delete the data: solarrally destroy {site} --delete-data {site}")
            say("Without it, this deletes only what an interrupted run may have left.")
        return confirm("Type the site's name to continue.", site)
    say(f"This deletes the site {site}.")
    for line in known.lines(lambda usd: f"{usd:.2f} USD", delete_data=delete_data):
        say(line)
    if known.site:
        say(" ".join(_takes_and_ends(known.site, is_whole=not known.parts)))
    return confirm("Type the site's name to delete it.", site)


def _takes_and_ends(site: "Site", *, is_whole: bool) -> Iterator[str]:
    """Say how long AWS usually takes, and which cost ends with a site that is there as a whole."""
    from solarrally_tui.pricing.estimate import estimate
    from solarrally_tui.provisioning.teardown.step_graph import titles
    from solarrally_tui.wizard.run_outlook import deletion_takes, prospects

    if takes := deletion_takes(titles(site.size.shape), prospects(site, None, destroys=True)):
        yield takes
    cost = estimate(site)
    if is_whole and cost.complete:
        yield f"About {cost.expected:.0f} USD a month ends with it."
