"""solarrally drill SITE: whether a backup can be restored, how fast, and what would be lost."""

import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from solarrally_tui.commands.recovery.moments import read_moment
from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import (
    SiteRunOptions,
    add_run_options,
    add_site,
    carry_out,
)
from solarrally_tui.commands.shared.terminal import (
    confirm,
    say,
    show,
    show_document,
    show_json,
    show_refusal,
)
from solarrally_tui.computer.wizard_child import in_wizard
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.table import fit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.deployed.site import DeployedSite
    from solarrally_tui.provisioning.engine.events import Emit
    from solarrally_tui.provisioning.engine.outcome import Outcome
    from solarrally_tui.provisioning.operations.drill import DrillPlan
    from solarrally_tui.provisioning.operations.drill_report import DrillReport

_NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Options(SiteRunOptions):
    """What drill takes."""

    snapshot: str
    time: str
    report: Path | None
    keep: bool
    clean: bool


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    add_site(parser)
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--snapshot",
        nargs="?",
        const=_NEWEST,
        default="",
        metavar="NAME",
        help="restore a snapshot, the newest without a name; else the latest restorable time",
    )
    source.add_argument(
        "--time",
        default="",
        metavar="TIME",
        help="restore this time in UTC, such as 2026-11-29T14:05:00",
    )
    source.add_argument(
        "--clean", action="store_true", help="only delete what an interrupted drill has left"
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="keep a snapshot of what was restored, for size.database_snapshot",
    )
    parser.add_argument(
        "--report",
        type=Path,
        default=None,
        metavar="FILE",
        help="write the report there, in place of printing it",
    )
    add_run_options(parser)
    carry_out(
        parser,
        run,
        Options,
        example="solarrally drill barn\n"
        "solarrally drill barn --snapshot --report drill.md\n"
        "solarrally drill barn --time 2026-11-29T14:05:00 --keep\n"
        "solarrally drill barn --clean",
    )


def run(options: Options) -> int:
    """Restore, check, measure and delete."""
    from solarrally_tui.commands.shared.door import run_with_door

    try:
        moment = read_moment(options.time)
    except ValueError as error:
        say(str(error))
        return Exit.USAGE
    return run_with_door(options, lambda door: _drill(options, moment, door))


async def _drill(options: Options, moment: datetime | None, door: "Door") -> int:
    from solarrally_tui.commands.shared.runs import report_run
    from solarrally_tui.deployed.site import DeployedSite
    from solarrally_tui.provisioning.engine.steps import StepError
    from solarrally_tui.provisioning.operations.drill import Wish, clean, plan
    from solarrally_tui.wizard.engine import account_label

    site = await DeployedSite.open(door, options.site)
    if options.clean:
        return await report_run("drill", site.name, options, lambda emit, _: clean(site, emit))
    try:
        wish = Wish(options.snapshot, moment, options.keep)
        chosen = await plan(site, wish, is_simulated=bool(account_label()))
    except StepError as error:
        return show_refusal(error, as_json=options.json)
    for line in _effect(chosen):
        say(line)
    question = f"Type {site.name} to confirm."
    if not options.yes and not confirm(question, site.name):
        say("Nothing was changed.")
        return Exit.REFUSED
    return await report_run(
        "drill", site.name, options, lambda emit, _: _reported(options, chosen, emit)
    )


async def _reported(options: Options, chosen: "DrillPlan", emit: "Emit") -> "Outcome":
    from solarrally_tui.provisioning.operations.drill import drill

    outcome, report = await drill(chosen, emit)
    if report:
        _hand_over(options, report)
    return outcome


def _hand_over(options: Options, report: "DrillReport") -> None:
    from solarrally_tui.site.atomic import write_atomically

    if options.json:
        show_json(report.to_json())
    if options.report:
        write_atomically(options.report, report.to_markdown())
        say(f"The report is in {options.report}.")
    elif options.json:
        return
    elif in_wizard() or sys.stdout.isatty():
        show(fit(report.to_text()))
    else:
        show_document(report.to_markdown())


def _effect(chosen: "DrillPlan") -> list[str]:
    site: DeployedSite = chosen.site
    copy = f"a second database of {site.name} ({chosen.size}, {chosen.storage_gib} GiB)"
    lines = [
        f"This restores {chosen.source.title} as {copy}.",
        "It checks that the application can use it, and deletes it.",
        _keeps(chosen).strip(),
        "The site's own database is neither changed nor read.",
        _cost(chosen),
        "Expect 10 to 30 minutes, longer with much data.",
        "Until then no other run can change the site.",
    ]
    return [line for line in lines if line]


def _keeps(chosen: "DrillPlan") -> str:
    if not chosen.keeps:
        return ""
    from solarrally_tui.pricing.price_book.book import UnknownPriceError
    from solarrally_tui.pricing.price_book.store import snapshot_gb_month

    try:
        usd = snapshot_gb_month(chosen.site.region) * chosen.storage_gib
    except UnknownPriceError:
        return "A snapshot of it stays, at a price that is not known here. "
    return f"A snapshot of it stays, for at most {usd:.2f} USD a month. "


def _cost(chosen: "DrillPlan") -> str:
    from solarrally_tui.pricing.advice.operations import restored_hourly
    from solarrally_tui.pricing.price_book.book import UnknownPriceError
    from solarrally_tui.pricing.price_book.store import book

    try:
        usd = restored_hourly(book(), chosen.site.region, chosen.size, chosen.storage_gib)
    except UnknownPriceError:
        return "What it costs is not known: the price book has no price for it here."
    return f"It costs about {usd:.3f} USD an hour while it exists."
