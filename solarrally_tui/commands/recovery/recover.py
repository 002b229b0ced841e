"""solarrally recover SITE: as it was at a time, or in another Region with its chargers."""

import asyncio
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
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
    explain,
    read_site,
    say,
    show_json,
    show_refusal,
    show_result,
)
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.enumeration import counted

if TYPE_CHECKING:
    from solarrally_tui.account.iot_endpoints import Endpoint
    from solarrally_tui.aws.door import Door
    from solarrally_tui.chargers.standby import Outcome as Moved
    from solarrally_tui.chargers.standby import Standby
    from solarrally_tui.deployed.site import DeployedSite
    from solarrally_tui.domains.certificates import PendingCertificate
    from solarrally_tui.domains.dns_records import DnsRecord
    from solarrally_tui.provisioning.engine.events import Emit
    from solarrally_tui.provisioning.engine.outcome import Outcome
    from solarrally_tui.provisioning.operations.drill import DrillPlan
    from solarrally_tui.provisioning.operations.recovery import Recovery
    from solarrally_tui.site.model import Site

_CERTIFICATE_SECONDS = 600.0
"""How long preparing waits for a certificate, which mostly takes four minutes."""

CHARGERS = "chargers"
"""The step after those of the deployment."""


@dataclass(frozen=True, slots=True)
class Options(SiteRunOptions):
    """What recover takes."""

    region: str
    prepare: bool
    name: str
    time: str
    answers: Path | None
    to: Path | None


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    add_site(parser)
    parser.add_argument(
        "--in",
        dest="region",
        default="",
        metavar="REGION",
        help="make the site in this Region; without it, its database returns to --time",
    )
    parser.add_argument(
        "--prepare",
        action="store_true",
        help="while the site runs: register its chargers there beforehand, and nothing else",
    )
    parser.add_argument(
        "--as",
        dest="name",
        default="",
        metavar="NAME",
        help="name of the recovered site; without it, SITE with a number",
    )
    parser.add_argument(
        "--time",
        default="",
        metavar="TIME",
        help="the database as it was then, in UTC, such as 2026-11-29T14:05:00; else the latest",
    )
    parser.add_argument(
        "--answers",
        type=Path,
        default=None,
        metavar="FILE",
        help="site file with the answers, where the account's record of them is gone",
    )
    parser.add_argument(
        "--to",
        type=Path,
        default=None,
        metavar="FOLDER",
        help="where the new site file goes, and for each charger a folder with its new endpoint; "
        "without it, NAME-files",
    )
    add_run_options(parser)
    parser.epilog = (
        "exit status: 0 recovered, 5 refused by you or for lack of a copy, 6 failed, also of some "
        "chargers only. Run it again to continue."
    )
    carry_out(
        parser,
        run,
        Options,
        example="solarrally recover barn --time 2026-11-29T14:05:00\n"
        "solarrally recover barn --in eu-central-1 --prepare\n"
        "solarrally recover barn --in eu-central-1\n"
        "solarrally recover barn --in eu-central-1 --as barn-new",
    )


def run(options: Options) -> int:
    """Recover a site, or prepare for it."""
    from solarrally_tui.commands.shared.door import run_with_door
    from solarrally_tui.site.regions import known_region

    if not options.region and (options.prepare or not options.time):
        say("Name another Region with --in, or with --time the moment to return to.")
        return Exit.USAGE
    try:
        moment = read_moment(options.time)
        if moment and not options.region:
            return run_with_door(options, partial(_return_to, options, moment))
        known_region(options.region)
    except ValueError as error:
        say(str(error))
        return Exit.USAGE
    lost = read_site(options.answers) if options.answers else None
    if options.answers and lost is None:
        return Exit.INVALID_SITE
    if lost and lost.name != options.site:
        say(f"{options.answers} describes the site {lost.name}, not {options.site}.")
        return Exit.USAGE
    work = (
        partial(_prepare, options) if options.prepare else partial(_recover, options, lost, moment)
    )
    # The lost Region may be the one that the environment names.
    return run_with_door(options, work, options.region)


async def _return_to(options: Options, moment: datetime, door: "Door") -> int:
    """Replace the database of a site that runs by itself as it was then."""
    from solarrally_tui.commands.shared.runs import report_run
    from solarrally_tui.deployed.site import DeployedSite
    from solarrally_tui.provisioning.engine.steps import StepError
    from solarrally_tui.provisioning.operations.drill import Wish, plan
    from solarrally_tui.provisioning.operations.drill_report import duration
    from solarrally_tui.wizard.engine import account_label

    site = await DeployedSite.open(door, options.site)
    try:
        wish = Wish(moment=moment, keeps=True)
        chosen = await plan(site, wish, is_simulated=bool(account_label()))
    except StepError as error:
        return show_refusal(error, as_json=options.json)
    lost = duration((datetime.now(UTC) - moment).total_seconds())
    say(
        f"This restores {chosen.source.title} beside {site.name}, lets the application examine it, "
        "and only if that is good replaces the site's database by a snapshot of it. The last "
        f"{lost} of users, roles and sessions are then only in the final snapshot of the present "
        "database. Chargers stay as they are; the tasks are replaced, and the site is down for "
        "some minutes. The snapshot and the final one cost their storage until you delete them."
    )
    if not options.yes and not confirm(f"Type {site.name} to confirm.", site.name):
        say("Nothing was changed.")
        return Exit.REFUSED
    return await report_run(
        "recover",
        site.name,
        options,
        lambda emit, leave: _replace_database(site, chosen, emit, leave),
        answers=site.site,
    )


async def _replace_database(
    site: "DeployedSite", chosen: "DrillPlan", emit: "Emit", leave: frozenset[str]
) -> "Outcome":
    from solarrally_tui.health.diagnosis.keeping import look
    from solarrally_tui.provisioning.deployment.deploy import deploy
    from solarrally_tui.provisioning.operations.drill import drill
    from solarrally_tui.provisioning.operations.recovery import returned

    outcome, report = await drill(chosen, emit)
    if outcome.exit_code is not Exit.OK or report is None:
        return outcome
    answers = returned(site.site, report.kept)
    say(
        f'Put size.database_snapshot = "{report.kept}" into the site file, and leave '
        "size.database_backup empty there: another value would replace the database again."
    )
    return await deploy(
        answers,
        site.door,
        emit,
        confirmed=site.name,
        leave=leave,
        look=partial(look, answers, site.door),
    )


async def _prepare(options: Options, door: "Door") -> int:
    """Register the chargers of a site that runs."""
    from solarrally_tui.chargers.standby import prepare
    from solarrally_tui.deployed.site import DeployedSite

    site = await DeployedSite.open(door, options.site)
    if site.region == options.region:
        say(f"{site.name} is in {site.region} itself. Name another Region with --in.")
        return Exit.REFUSED
    if site.site.size.backup_copy_region != options.region:
        say(
            f"Backups of {site.name} are not copied to {options.region}, so its data could not be "
            f'recovered there. Set size.backup_copy_region = "{options.region}" first, and deploy.'
        )
        return Exit.REFUSED
    say(
        f"This registers the certificates of the chargers of {site.name} in {options.region}, "
        "inactive and without rights until the site is recovered there. Nothing changes at the "
        "chargers. AWS IoT charges nothing for that beyond its calls: about a cent for a thousand "
        "chargers."
    )
    if site.site.domain.charger_host:
        say(
            f"It also requests a certificate of {site.site.domain.charger_host} there, which costs "
            "nothing. Chargers do not go there until the site is recovered."
        )
    if not options.yes and not confirm(f"Type {site.name} to confirm.", site.name):
        say("Nothing was changed.")
        return Exit.REFUSED
    ready = await prepare(site, options.region, lambda _, text: say(text))
    host = await _prepare_host(site, options.region)
    for failure in ready.failed:
        say(f"{failure.name} failed:")
        explain(failure.plain)
    status = Exit.FAILED if ready.failed else Exit.OK
    if options.json:
        prepared = {"name": host.domain, "certificate": host.status} if host else None
        return show_result(_moved_as_json(ready) | {"host": prepared}, status)
    removed = (
        f" {len(ready.removed)} that the site has no more were removed." if ready.removed else ""
    )
    say(
        f"{_count(len(ready.done))} on standby in {options.region}.{removed} "
        "chargers add does this for new ones. After another change of keys, run it again."
    )
    return status


async def _prepare_host(site: "DeployedSite", region: str) -> "PendingCertificate | None":
    """Prepare the host of the chargers in a second Region, where the site has one."""
    from solarrally_tui.aws.poll import StillWaitingError, poll
    from solarrally_tui.domains import standby_host
    from solarrally_tui.domains.certificates import records_of
    from solarrally_tui.domains.dns_records import in_words

    host = site.site.domain.charger_host
    if not host:
        return None
    door = site.door.with_region(region)
    waiting = await standby_host.prepare(door, site.site)

    async def issued() -> "PendingCertificate | None":
        nonlocal waiting
        if waiting.is_pending:
            waiting = await standby_host.prepare(door, site.site)
        return None if waiting.is_pending else waiting

    if waiting.is_pending:
        say(f"Waiting for the certificate of {host} in {region}, a few minutes at most.")
    try:
        await poll(issued, every=2.0, slowest=15.0, limit=_CERTIFICATE_SECONDS)
    except StillWaitingError:
        record = in_words(records_of([waiting]))
        say(
            f"AWS has not issued the certificate of {host} in {region} yet. It needs the record "
            f"that proves the one in {site.region}, too: {record} Then run this command again."
        )
    else:
        say(
            f"{host} is ready in {region}."
            if waiting.is_issued
            else f"There is no certificate of {host} in {region}: {waiting.reason}"
        )
    return waiting


async def _recover(
    options: Options, answers: "Site | None", moment: datetime | None, door: "Door"
) -> int:
    from solarrally_tui.chargers.standby import on_standby
    from solarrally_tui.commands.shared.consent import Question, ask
    from solarrally_tui.commands.shared.runs import report_run
    from solarrally_tui.deployed import record
    from solarrally_tui.pricing.estimate import estimate
    from solarrally_tui.provisioning.engine.steps import StepError
    from solarrally_tui.provisioning.operations.recovery import plan

    lost = answers or (await record.read(door, options.site)).site
    try:
        recovery = await plan(lost, door, options.name, moment)
    except StepError as error:
        return show_refusal(error, as_json=options.json)
    waiting = await on_standby(lost.name, door)
    for line in _effect(recovery, waiting):
        say(line)
    consent = await ask(recovery.site, door, Question("recover", "", False, options.yes))
    if not consent.starts:
        say("Nothing was created or changed.")
        return Exit.REFUSED
    folder = options.to or Path(f"{recovery.site.name}-files")
    return await report_run(
        "recover",
        recovery.site.name,
        options,
        lambda emit, leave: _carry_out(options, recovery, folder, door, emit, leave),
        estimate=partial(estimate, recovery.site),
        answers=recovery.site,
    )


async def _carry_out(
    options: Options,
    recovery: "Recovery",
    folder: Path,
    door: "Door",
    emit: "Emit",
    leave: frozenset[str],
) -> "Outcome":
    """Deploy the site from the backup, move its chargers, and say what that took."""
    from solarrally_tui.health.diagnosis.keeping import look
    from solarrally_tui.provisioning.deployment.deploy import deploy

    begun, clock = datetime.now(UTC), time.monotonic()
    site = recovery.site
    outcome = await deploy(site, door, emit, leave=leave, look=partial(look, site, door))
    if outcome.exit_code is not Exit.OK:
        return outcome
    moved, led = await _move_chargers(recovery, folder, door, emit)
    file = folder / f"{site.name}.toml"
    await asyncio.to_thread(_save, site, file)
    say(f"The answers of {site.name} are in {file}, for deploy and plan.")
    seconds = time.monotonic() - clock
    if options.json:
        show_json(
            {
                "type": "recovery",
                "lost": recovery.lost.name,
                "site": site.name,
                "region": site.region,
                "restored": f"{recovery.moment:%Y-%m-%dT%H:%M:%SZ}",
                "recovery_point_seconds": round(recovery.behind(begun), 1),
                "recovery_time_seconds": round(seconds, 1),
                "chargers": _moved_as_json(moved),
                "record": {"name": led.name, "type": led.type, "value": led.value} if led else None,
                "files": str(folder),
            }
        )
    return _with_chargers(outcome, recovery, moved, seconds)


async def _move_chargers(
    recovery: "Recovery", folder: Path, door: "Door", emit: "Emit"
) -> "tuple[Moved, DnsRecord | None]":
    """Let the chargers that are on standby connect here, lead them here, and write how they do.

    Returns the DNS record of their host too, where the site has one.
    """
    from solarrally_tui.chargers import files
    from solarrally_tui.chargers.onboarding import Onboarding
    from solarrally_tui.chargers.standby import adopt
    from solarrally_tui.deployed.site import DeployedSite
    from solarrally_tui.provisioning.engine.events import State
    from solarrally_tui.provisioning.engine.narrator import Narrator
    from solarrally_tui.provisioning.operations.recovery import lead_chargers

    narrator = Narrator(recovery.site.name, emit)
    narrator.step(CHARGERS, State.RUNNING, "Certificates that are on standby get their rights.")
    site = await DeployedSite.open(door, recovery.site.name)
    moved = await adopt(
        recovery.lost.name, site, lambda _, text: narrator.step(CHARGERS, State.RUNNING, text)
    )
    onboarding = await Onboarding.begin(site)
    for name in moved.done:
        place = onboarding.place(name, folder / name)
        await asyncio.to_thread(files.write_place, place, onboarding.root_ca)
    led = await lead_chargers(site)
    state = State.FAILED if moved.failed else State.DONE if moved.done else State.UNCHANGED
    narrator.step(
        CHARGERS, state, f"{counted(len(moved.done), 'charger')}, {len(moved.failed)} failed"
    )
    for line in _way_there(recovery.site, onboarding.endpoint, led, folder):
        say(line)
    return moved, led


def _way_there(
    site: "Site", endpoint: "Endpoint", led: "DnsRecord | None", folder: Path
) -> list[str]:
    """Return how chargers come to the recovered site, a line each."""
    from solarrally_tui.domains.dns_records import in_words

    kept = "Chargers keep key, certificate, client id and topic."
    folders = f"{folder} has a folder for each charger, with its new settings."
    if led is None:
        changes = f"the host is {endpoint.host}, port {endpoint.port}"
        return [f"{kept} At each of them, one thing changes: {changes}. {folders}"]
    moved = (
        f"Set this DNS record where the domain is managed: {in_words([led])}"
        if site.domain.is_external
        else f"{led.name} leads to {led.value} now."
    )
    follow = f"Chargers that use {led.name} follow when they connect again, with nothing changed."
    others = f"One that has a host of AWS needs {led.name} as its host. {folders}"
    return [f"{moved} {follow}", f"{kept} {others}"]


def _save(site: "Site", file: Path) -> None:
    from solarrally_tui.site.files import save

    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    save(site, file)


def _with_chargers(
    outcome: "Outcome", recovery: "Recovery", moved: "Moved", seconds: float
) -> "Outcome":
    from solarrally_tui.aws.errors import Plain
    from solarrally_tui.provisioning.operations.drill_report import duration

    took = f"{recovery.lost.name} is recovered as {recovery.site.name} in {duration(seconds)}. "
    summary = f"{took}{outcome.summary}"
    if not moved.failed:
        return replace(outcome, summary=summary)
    first = moved.failed[0]
    cause = Plain(
        what=f"{counted(len(moved.failed), 'charger')} could not be moved, {first.name} first.",
        why=first.plain.what,
        next="The site runs. Fix the cause, then run the same command again.",
    )
    return replace(outcome, exit_code=Exit.FAILED, summary=summary, cause=cause)


def _effect(recovery: "Recovery", waiting: "list[Standby]") -> list[str]:
    """Return what a recovery does and loses, a line each."""
    from solarrally_tui.provisioning.operations.drill_report import duration

    lost, site = recovery.lost, recovery.site
    behind = duration(max(recovery.behind(datetime.now(UTC)), 0))
    begun = "This continues a recovery. It" if recovery.is_begun else "This"
    host = site.domain.charger_host
    way = (
        f"One DNS record leads them there: {host}. A charger that has a host of AWS needs another."
        if host
        else "A charger keeps its certificate and its topic, and needs another endpoint."
    )
    keys = (
        f"{_count(len(waiting))} on standby there. {way}"
        if waiting
        else "No charger is on standby there. Each needs new files from chargers add, unless an "
        "earlier run has moved it."
    )
    makes = (
        f"{begun} makes {lost.name} of {lost.region} again in {site.region}, as {site.name}, with "
        f"its database as of {recovery.moment:%Y-%m-%d %H:%M:%S} UTC ({behind} ago). "
        f"{lost.region} is neither called nor changed."
    )
    return [makes, keys, *recovery.stays_lost]


def _count(chargers: int) -> str:
    return counted(chargers, "charger is", "chargers are")


def _moved_as_json(moved: "Moved") -> dict[str, object]:
    return {
        "done": list(moved.done),
        "removed": list(moved.removed),
        "failed": [{"name": one.name, "what": one.plain.what} for one in moved.failed],
    }
