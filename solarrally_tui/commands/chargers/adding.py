"""solarrally chargers add."""

import shlex
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from solarrally_tui.commands.chargers.site_options import add_site_option, on_site
from solarrally_tui.commands.shared.options import AddAction, SiteOptions, add_json, carry_out
from solarrally_tui.commands.shared.terminal import explain, say, show, show_json, show_result
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.enumeration import counted
from solarrally_tui.text.table import fit

if TYPE_CHECKING:
    from solarrally_tui.chargers.intake.adding import Failure, Intake, Progress
    from solarrally_tui.chargers.intake.roster import Entry, RosterError
    from solarrally_tui.deployed.site import DeployedSite

_EVERY_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class AddOptions(SiteOptions):
    """What add takes."""

    names: list[str]
    roster: Path | None
    to: Path
    json: bool


def add(add_action: AddAction) -> None:
    """Add the action."""
    adding = add_action("add", "Register chargers and write their files.")
    adding.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="name of a charger, or a range: evse-1 to evse-9; with several, each gets a folder of "
        "its name in FOLDER",
    )
    adding.add_argument(
        "--from",
        dest="roster",
        type=Path,
        metavar="CSV",
        help="file with a charger in each row: name, and if known type, max_kw, location",
    )
    adding.add_argument(
        "--to", type=Path, required=True, metavar="FOLDER", help="folder for the chargers' files"
    )
    add_site_option(adding)
    add_json(adding)
    adding.epilog = (
        "exit status: 0 all are added, 6 some failed, 2 the list is wrong. Run it again to "
        "continue where it was stopped; what is added stays as it is."
    )
    carry_out(
        adding,
        _add,
        AddOptions,
        example="solarrally chargers add evse-1 --to chargers\n"
        "solarrally chargers add evse-2 to evse-10 --to chargers\n"
        "solarrally chargers add --from chargers.csv --to chargers",
    )


def _add(options: AddOptions) -> int:
    """Read the list before AWS is asked for anything."""
    if bool(options.names) == bool(options.roster):
        say("Name the chargers, or a file with them: solarrally chargers add --from CSV.")
        return Exit.USAGE
    from solarrally_tui.chargers.intake import roster
    from solarrally_tui.deployed.record import UnnamedSiteError

    try:
        if options.roster:
            entries = roster.read(options.roster)
        else:
            entries = roster.of_text(", ".join(options.names).replace(", to, ", " to "))
    except roster.RosterError as error:
        return refuse_list(error, options.roster, is_json=options.json)
    work = _add_one if len(entries) == 1 and options.roster is None else partial(_add_all, entries)

    async def add_to(its: AddOptions, site: "DeployedSite") -> int:
        if not options.site and options.names[:1] == [site.name]:
            return _of_no_charger(options)
        return await work(its, site)

    try:
        return on_site(add_to, options)
    except UnnamedSiteError as error:
        if options.names and options.names[0] in error.known:
            return _of_no_charger(options)
        raise


def refuse_list(error: "RosterError", path: Path | None, *, is_json: bool) -> int:
    """Say what is wrong with a list of chargers, and return the exit status."""
    say(f"{f'{path} cannot be used' if path else 'No charger was added'}. AWS was not asked.")
    for problem in error.problems:
        say(f"  {problem}")
    if is_json:
        problems = [{"line": problem.line, "what": problem.what} for problem in error.problems]
        return show_result({"problems": problems}, Exit.USAGE)
    return Exit.USAGE


def _of_no_charger(options: AddOptions) -> int:
    """Say that the first name is a site's, which stands after --site here."""
    name, *chargers = options.names
    say(f"{name} is the name of a site, so no charger was added.")
    names, to = shlex.join(chargers or ["NAME"]), shlex.quote(str(options.to))
    say(f"Name the site with --site: solarrally chargers add {names} --site {name} --to {to}")
    return Exit.USAGE


async def _add_one(options: AddOptions, site: "DeployedSite") -> int:
    from solarrally_tui.chargers.onboarding import add as register

    charger = await register(options.names[0], site, options.to)
    await _also_on_standby([charger.name], site)
    if options.json:
        result = {"added": [charger.name], "folder": str(options.to)}
        return show_result(result | {"certificate_id": charger.certificate_id}, Exit.OK)
    show(fit(f"Charger {charger.name} is registered. Its files are in {options.to}."))
    say("The private key exists only there. Copy the folder to the charger, then delete it here.")
    return Exit.OK


async def _add_all(entries: "tuple[Entry, ...]", options: AddOptions, site: "DeployedSite") -> int:
    from solarrally_tui.chargers.intake.adding import add_all

    began = time.monotonic()
    tell = _telling(is_json=options.json)
    intake = await add_all(entries, site, options.to, tell, lambda _, text: say(text))
    seconds = time.monotonic() - began
    await _also_on_standby(intake.added, site)
    status = Exit.FAILED if intake.failed or intake.not_begun else Exit.OK
    if options.json:
        return show_result(_result(intake, options.to, seconds), status)
    _show(intake, options.to, seconds)
    return status


async def _also_on_standby(names: "Iterable[str]", site: "DeployedSite") -> None:
    """Register new chargers in the second Region, where the others are on standby.

    The charger is added anyway: what goes wrong there is said, with the way on.
    """
    from solarrally_tui.aws.errors import AwsError
    from solarrally_tui.chargers.standby import on_standby, prepare

    region = site.site.size.backup_copy_region
    added = list(names)
    if not region or not added:
        return
    try:
        if not await on_standby(site.name, site.door.with_region(region)):
            return
        ready = await prepare(site, region, lambda _, text: say(text), added)
        problems = [failure.plain.what for failure in ready.failed]
    except AwsError as error:
        problems = [error.plain.what]
    if problems:
        say(
            f"Not on standby in {region} yet: {problems[0]} To do it: solarrally recover "
            f"{site.name} --in {region} --prepare"
        )
    else:
        say(f"Also on standby in {region}.")


def _telling(*, is_json: bool) -> "Callable[[Progress], None]":
    """Return what shows progress: at the beginning, then every few seconds."""
    last = [float("-inf")]

    def tell(progress: "Progress") -> None:
        now = time.monotonic()
        if now - last[0] < _EVERY_SECONDS and progress.done < progress.total:
            return
        last[0] = now
        if is_json:
            show_json(
                {
                    "type": "progress",
                    "total": progress.total,
                    "added": progress.added,
                    "present": progress.present,
                    "failed": progress.failed,
                    "seconds_left": round(progress.seconds_left, 1),
                }
            )
            return
        failed = f", {progress.failed} failed" if progress.failed else ""
        left = f". About {progress.seconds_left:.0f} s left" if progress.seconds_left >= 1 else ""
        say(f"{progress.done} of {counted(progress.total, 'charger')}{failed}{left}.")

    return tell


def _result(intake: "Intake", folder: Path, seconds: float) -> dict[str, object]:
    def failure(one: "Failure") -> dict[str, str]:
        plain = one.plain
        return {"name": one.name, "what": plain.what, "why": plain.why, "next": plain.next}

    return {
        "folder": str(folder),
        "added": list(intake.added),
        "present": list(intake.present),
        "failed": list(map(failure, intake.failed)),
        "not_begun": list(intake.not_begun),
        "seconds": round(seconds, 1),
    }


def _show(intake: "Intake", folder: Path, seconds: float) -> None:
    for failure in intake.failed:
        say(f"{failure.name} failed:")
        explain(failure.plain)
    if intake.not_begun:
        left = counted(len(intake.not_begun), "charger was", "chargers were")
        say(f"{left} not begun: the others would have failed alike.")
    before = (
        f" {counted(len(intake.present), 'was', 'were')} there before." if intake.present else ""
    )
    failed = f" {len(intake.failed)} failed." if intake.failed else ""
    show(
        fit(
            f"{counted(len(intake.added), 'charger is', 'chargers are')} registered in "
            f"{seconds:.0f} s.{before}{failed} "
            f"Each has its files in a folder of its name in {folder}."
        )
    )
    say("The private keys exist only there. Copy each folder to its charger, then delete it here.")
    if intake.failed or intake.not_begun:
        say("Fix the cause, then run the same command again. What is registered stays as it is.")
