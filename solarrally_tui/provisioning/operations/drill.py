"""Restores a backup beside a running site, examines it, measures that, and deletes it again.

The site's own database is neither changed nor read. What a drill leaves that was killed is found by
its tags, by the next drill, by `drill --clean` and by `destroy`.
"""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.aws.poll import StillWaitingError
from solarrally_tui.deployed.run_lock import alone
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.deployed.task import USERS
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.engine.events import Emit, State
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.provisioning.engine.steps import StepError, from_aws, from_waiting
from solarrally_tui.provisioning.engine.waits import STEP, patient
from solarrally_tui.provisioning.operations import restored_database
from solarrally_tui.provisioning.operations.drill_program import PROGRAM
from solarrally_tui.provisioning.operations.drill_report import DrillReport, Examined, duration
from solarrally_tui.provisioning.operations.passwords import random_password
from solarrally_tui.provisioning.operations.private_request import NotAnsweredError, PrivateRequest
from solarrally_tui.provisioning.operations.rds_calls import (
    EndStateError,
    create_snapshot,
    instance,
    snapshot_available,
)
from solarrally_tui.provisioning.operations.restored_database import Source
from solarrally_tui.site.names import DRILL_TAG, SITE_TAG, drill_database

LEFT: Final = "earlier-drills"
RESTORE: Final = "restore"
PASSWORD: Final = "password"  # noqa: S105 the name of a step
CHECK: Final = "check"
KEEP: Final = "keep"
REMOVE: Final = "remove"

NEWEST: Final = "newest"
"""In place of a snapshot's name."""

_LENGTH: Final = 40


@dataclass(frozen=True, slots=True)
class Wish:
    """What the operator wants restored: by default, the latest time that RDS can restore."""

    snapshot: str = ""
    """A snapshot's name, or NEWEST; empty for a point in time."""
    moment: datetime | None = None
    """With a time zone. None for the latest."""
    keeps: bool = False
    """Whether a snapshot of what was restored stays, for size.database_snapshot."""


@dataclass(frozen=True, slots=True)
class DrillPlan:
    """What a drill is going to do. Nothing is there yet."""

    site: DeployedSite
    outputs: Mapping[str, str]
    running: Mapping[str, Any]
    """The site's own database, as RDS describes it."""
    source: Source
    size: str
    """Class of the restored database."""
    keeps: bool = False
    """Whether a snapshot of it stays."""
    is_simulated: bool = False

    @property
    def storage_gib(self) -> int:
        """GiB of the restored database."""
        return int(self.running["AllocatedStorage"])


async def plan(site: DeployedSite, wish: Wish, *, is_simulated: bool = False) -> DrillPlan:
    """Look up what a drill would do. Changes nothing. Raises StepError and AwsError."""
    outputs = await site.stacks.outputs("bootstrap", "network", "balancer", "data", "app")
    if USERS.output not in outputs or "DbInstanceId" not in outputs:
        raise StepError(_not_deployed(site.name), Exit.REFUSED)
    name = outputs["DbInstanceId"]
    found = await site.door.find("rds", "describe_db_instances", DBInstanceIdentifier=name)
    if found is None:
        raise StepError(_no_database(site.name, name), Exit.REFUSED)
    running = found["DBInstances"][0]
    source = await _source(site.door, running, wish)
    size = await restored_database.smallest_class(site.door, running)
    return DrillPlan(site, outputs, running, source, size, wish.keeps, is_simulated)


async def _source(door: Door, running: Mapping[str, Any], wish: Wish) -> Source:
    if wish.snapshot:
        return await _snapshot(door, running, wish.snapshot)
    latest: datetime | None = running.get("LatestRestorableTime")
    if latest is None:
        raise StepError(_not_restorable(str(running["DBInstanceIdentifier"])), Exit.REFUSED)
    if wish.moment is None:
        return Source(latest, is_latest=True)
    if wish.moment > latest:
        raise StepError(_too_late(wish.moment, latest), Exit.REFUSED)
    return Source(wish.moment.astimezone(UTC))


async def _snapshot(door: Door, running: Mapping[str, Any], wanted: str) -> Source:
    name = str(running["DBInstanceIdentifier"])
    listed = await door.pages(
        "rds", "describe_db_snapshots", "DBSnapshots", DBInstanceIdentifier=name
    )
    usable = [s for s in listed if s["Status"] == "available"]
    if wanted != NEWEST:
        usable = [s for s in usable if s["DBSnapshotIdentifier"] == wanted]
    if not usable:
        raise StepError(_no_snapshot(name, wanted), Exit.REFUSED)
    newest = max(usable, key=lambda snapshot: snapshot["SnapshotCreateTime"])
    return Source(newest["SnapshotCreateTime"], str(newest["DBSnapshotIdentifier"]))


async def drill(chosen: DrillPlan, emit: Emit) -> tuple[Outcome, DrillReport | None]:
    """Restore, examine and delete; report events. Errors come back as the outcome's cause.

    The report is None where the database was not examined.
    """
    site = chosen.site
    narrator = Narrator(site.name, emit)
    door = patient(site.door, narrator, LEFT)
    run = _Drill(chosen, door, narrator)
    say = partial(narrator.step, LEFT, State.RUNNING)
    try:
        report = await alone(door, site.name, "drill", run.run, say)
    except (AwsError, StillWaitingError, StepError) as error:
        return _failed(error, begun=True), None
    if report.is_good:
        summary = (
            f"{site.name} can be restored: in {duration(report.recovery_time)}, and it would "
            f"have lost {duration(report.recovery_point)} of data."
        )
        return Outcome(Exit.OK, summary, changed=False), report
    cause = _not_good(report)
    return Outcome(Exit.FAILED, cause.what, cause, changed=False), report


async def clean(site: DeployedSite, emit: Emit) -> Outcome:
    """Delete what earlier drills have left of restored databases; report events."""
    narrator = Narrator(site.name, emit)
    door = patient(site.door, narrator, REMOVE)
    say = partial(narrator.step, REMOVE, State.RUNNING)
    try:
        left = await alone(
            door, site.name, "drill", lambda: _remove_left(door, site.name, narrator, REMOVE), say
        )
    except (AwsError, StillWaitingError) as error:
        return _failed(error, begun=False)
    if not left:
        return Outcome(Exit.OK, f"No drill has left anything of {site.name}.", changed=False)
    return Outcome(Exit.OK, f"Deleted what drills had left of {site.name}: {', '.join(left)}.")


async def _remove_left(door: Door, site: str, narrator: Narrator, step: str) -> tuple[str, ...]:
    STEP.set(step)
    narrator.step(step, State.RUNNING)
    left = await restored_database.left_by_drills(door, site)
    if left:
        narrator.step(step, State.RUNNING, f"Deleting {', '.join(left)}.")
    await restored_database.delete(door, left)
    narrator.step(step, State.DONE if left else State.UNCHANGED, "" if left else "None.")
    return left


@dataclass(frozen=True, slots=True)
class _Drill:
    """One drill. The door is in the site's Region and patient."""

    plan: DrillPlan
    door: Door
    narrator: Narrator

    async def run(self) -> DrillReport:
        """Restore, examine and delete, the last also where the others fail."""
        await _remove_left(self.door, self.plan.site.name, self.narrator, LEFT)
        name = drill_database(self.plan.site.name, secrets.token_hex(4))
        try:
            report = await self._examine(name)
            if self.plan.keeps:
                report = replace(report, kept=await self._keep(name, report))
        except BaseException:
            await self._remove_after_failure(name)
            raise
        await self._remove(name)
        return replace(report, is_removed=True)

    async def _examine(self, name: str) -> DrillReport:
        site, chosen = self.plan.site, self.plan
        source = await self._source()
        begun, clock = datetime.now(UTC), time.monotonic
        times = [clock()]
        self._step(RESTORE, f"Restoring {source.title} as {name}, {chosen.size}.")
        tags = [
            {"Key": SITE_TAG, "Value": site.name},
            {"Key": DRILL_TAG, "Value": begun.strftime("%Y-%m-%dT%H:%M:%SZ")},
        ]
        try:
            await restored_database.restore(
                self.door, name, source, chosen.running, chosen.size, tags
            )
            await restored_database.restored(self.door, name)
            times.append(clock())
            self._done(RESTORE, times)
            self._step(PASSWORD)
            # The backup has the password of its day, which a rotation may have replaced since.
            password = random_password(_LENGTH)
            restored = await restored_database.set_password(self.door, name, password)
        except EndStateError as error:
            raise StepError(_not_restored(site.name, str(error))) from error
        times.append(clock())
        self._done(PASSWORD, times)
        self._step(CHECK, "A task with the application's own models examines it.")
        examined = await self._ask(restored, password)
        times.append(clock())
        self._done(CHECK, times)
        restoring, changing, checking = (after - before for before, after in pairwise(times))
        return DrillReport(
            site.name,
            site.region,
            site.account,
            begun,
            source,
            name,
            chosen.size,
            str(chosen.running["DBInstanceClass"]),
            int(restored["AllocatedStorage"]),
            restoring,
            changing,
            checking,
            examined,
            chosen.is_simulated,
        )

    async def _keep(self, name: str, report: DrillReport) -> str:
        """Take a snapshot of what was restored, whose name says of when it is; return that."""
        moment = report.source.moment
        snapshot = drill_database(report.site, f"{moment:%Y%m%d-%H%M%S}-{name[-4:]}")
        self._step(KEEP, f"Taking the snapshot {snapshot}.")
        tags = [{"Key": SITE_TAG, "Value": report.site}]
        try:
            await create_snapshot(self.door, name, snapshot, Tags=tags)
            await snapshot_available(self.door, snapshot)
        except EndStateError as error:
            raise StepError(_not_kept(snapshot, str(error))) from error
        self.narrator.step(KEEP, State.DONE, snapshot)
        return snapshot

    async def _source(self) -> Source:
        """Return what is restored: the latest time as it is now, not as it was when planned."""
        source = self.plan.source
        if not source.is_latest:
            return source
        name = str(self.plan.running["DBInstanceIdentifier"])
        found = await instance(self.door, name)
        return replace(source, moment=found["LatestRestorableTime"])

    async def _ask(self, restored: Mapping[str, Any], password: str) -> Examined:
        asked = PrivateRequest(self.door, self.plan.outputs, PROGRAM)
        body = {
            "action": "drill",
            "host": restored["Endpoint"]["Address"],
            "port": restored["Endpoint"]["Port"],
            "user": restored["MasterUsername"],
            "password": password,
            "administrator": self.plan.site.site.administrator,
        }
        try:
            return Examined.of(await asked.ask(body))
        except NotAnsweredError as error:
            log_group = self.plan.outputs["LogGroupName"]
            raise StepError(_not_examined(str(error), log_group)) from error

    async def _remove(self, name: str) -> None:
        self._step(REMOVE)
        await restored_database.delete(self.door, (name,))
        self.narrator.step(REMOVE, State.DONE)

    async def _remove_after_failure(self, name: str) -> None:
        """Delete what was restored. What that says does not hide what went wrong before."""
        try:
            await self.door.to_its_end(restored_database.begin_deletion(self.door, name))
            await self._remove(name)
        except (AwsError, StillWaitingError) as error:
            words = error.plain.what if isinstance(error, AwsError) else str(error)
            site = self.plan.site.name
            self.narrator.step(
                REMOVE,
                State.FAILED,
                f"{words} {name} may still be there and cost: solarrally drill {site} --clean",
            )

    def _step(self, step: str, reason: str = "") -> None:
        STEP.set(step)
        self.narrator.step(step, State.RUNNING, reason)

    def _done(self, step: str, times: list[float]) -> None:
        self.narrator.step(step, State.DONE, duration(times[-1] - times[-2]))


def _failed(error: AwsError | StillWaitingError | StepError, *, begun: bool) -> Outcome:
    if isinstance(error, AwsError):
        error = from_aws(error, begun=begun)
    elif isinstance(error, StillWaitingError):
        error = from_waiting(error, "The restored database")
    return Outcome(error.exit_code, error.plain.what, error.plain, changed=False)


def _not_deployed(name: str) -> Plain:
    return Plain(
        what=f"The site {name} has no task that could examine a restored database.",
        why="It is not deployed completely, or by an older release.",
        next="Deploy the site, then run the same command again.",
    )


def _no_database(site: str, name: str) -> Plain:
    return Plain(
        what=f"The database {name} of {site} is not there.",
        why="A drill restores a backup beside the database that the site uses.",
        next="To restore the site itself, name a snapshot in size.database_snapshot and deploy: "
        "see docs/disaster-recovery.md.",
    )


def _not_restorable(name: str) -> Plain:
    return Plain(
        what=f"RDS reports no time to which {name} can be restored.",
        why="The first backup of a new database takes some minutes, or backups are off.",
        next="Try again in some minutes, or restore a snapshot with --snapshot.",
    )


def _too_late(wanted: datetime, latest: datetime) -> Plain:
    return Plain(
        what=f"RDS cannot restore the database to {wanted.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC.",
        why=f"The latest restorable time is {latest.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC.",
        next="Name an earlier time, or none for the latest.",
    )


def _no_snapshot(name: str, wanted: str) -> Plain:
    return Plain(
        what=f"There is no available snapshot of {name}."
        if wanted == NEWEST
        else f"There is no available snapshot {wanted} of {name}.",
        why="RDS takes one every day, in the backup window.",
        next="Run the drill without --snapshot, to restore the latest time, or see the names in "
        "the RDS console.",
    )


def _not_restored(site: str, why: str) -> Plain:
    return Plain(
        what=f"The backup of {site} could not be restored.",
        why=why,
        next="Look up the events of RDS, then run the drill with another snapshot or time.",
    )


def _not_kept(snapshot: str, why: str) -> Plain:
    return Plain(
        what=f"RDS could not create the snapshot {snapshot} of what was restored.",
        why=why,
        next="Delete it in the RDS console, then run the drill again.",
    )


def _not_examined(why: str, log_group: str) -> Plain:
    return Plain(
        what="The backup was restored, but the application could not examine it.",
        why=why,
        next=f"Read the streams users/ of the log group {log_group}, then run the drill again.",
    )


def _not_good(report: DrillReport) -> Plain:
    bad = " ".join(c.text for c in report.checks if c.severity is not Severity.OK)
    return Plain(
        what=f"What was restored of {report.site} is not complete.",
        why=bad,
        next="Run the drill with an earlier time or another snapshot, and find out since when it "
        "is so. The site itself was not changed.",
    )
