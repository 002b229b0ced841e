"""Brings a database to the newest minor version, after a snapshot, or to another authority.

RDS does both itself in time, and the stack keeps what it was created with: CloudFormation sends a
property only where its template changes it. So this changes the database as RDS would, and the next
deployment leaves it alone. Running it again resumes.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from solarrally_tui.account.lookups import newest_postgres
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, Plain, tolerate
from solarrally_tui.aws.poll import poll
from solarrally_tui.deployed.run_lock import BusyError, alone
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.provisioning.engine.context import Action, Context
from solarrally_tui.provisioning.engine.events import Emit, State
from solarrally_tui.provisioning.engine.graph import Graph, graph
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome, refused
from solarrally_tui.provisioning.engine.runner import run
from solarrally_tui.provisioning.engine.steps import End, StepError, from_aws
from solarrally_tui.provisioning.engine.waits import patient
from solarrally_tui.provisioning.operations.restored_database import settled
from solarrally_tui.provisioning.operations.rotation import failed, outputs_of

SNAPSHOT: Final = "snapshot"
DATABASE: Final = "database"
UPGRADE: Final[Graph] = graph({SNAPSHOT: (), DATABASE: (SNAPSHOT,)})
AUTHORITY: Final[Graph] = graph({DATABASE: ()})

_LIMIT_SECONDS: Final = 7200.0
"""A snapshot of a large database takes an hour and more."""

Wanted = Callable[[Door, dict[str, Any]], Awaitable[tuple[dict[str, str], str]]]
"""Returns what RDS is asked for, by the RDS API's DBInstance, and its name in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade(Context):
    """One change of one database."""

    door: Door
    """In the site's Region."""
    database: str
    """Identifier of the database."""
    change: dict[str, str] = field(default_factory=dict)
    """What RDS is asked for, as the RDS API's ModifyDBInstance names it."""
    snapshot: str = ""
    """Name of the snapshot that is created first."""


async def upgrade_minor(name: str, door: Door, emit: Emit) -> Outcome:
    """Create a snapshot and bring the database to the newest minor version; report events.

    Errors of AWS come back as the outcome's cause.
    """

    async def wanted(door: Door, instance: dict[str, Any]) -> tuple[dict[str, str], str]:
        now = str(instance["EngineVersion"])
        newest = await newest_postgres(door, int(now.partition(".")[0]))
        return ({} if newest == now else {"EngineVersion": newest}), newest

    return await _change(name, door, emit, wanted, UPGRADE, "PostgreSQL {wanted}")


async def change_authority(authority: str, name: str, door: Door, emit: Emit) -> Outcome:
    """Give the database a server certificate of another authority; report events.

    authority: its identifier in RDS. Errors of AWS come back as the outcome's cause.
    """

    async def wanted(_: Door, instance: dict[str, Any]) -> tuple[dict[str, str], str]:
        certificate = instance.get("CertificateDetails") or {}
        used = certificate.get("CAIdentifier") or instance.get("CACertificateIdentifier")
        change = {} if used == authority else {"CACertificateIdentifier": authority}
        return change, authority

    words = "a server certificate of {wanted}"
    return await _change(name, door, emit, wanted, AUTHORITY, words)


async def _change(
    name: str, door: Door, emit: Emit, wanted: Wanted, steps: Graph, words: str
) -> Outcome:
    narrator = Narrator(name, emit)
    first = steps.steps[0].id
    door = patient(door, narrator, first)
    try:
        site = await DeployedSite.open(door, name)
        database = (await outputs_of(site, "data"))["DbInstanceId"]
        instance = await _instance(site.door, database)
        change, to = await wanted(site.door, instance)
    except AwsError as error:
        return failed(from_aws(error, begun=False), changed=False)
    except StepError as error:
        return failed(error, changed=False)
    has = words.format(wanted=to)
    if not change:
        return Outcome(Exit.OK, f"The database of {name} has {has} already.")
    today = f"{datetime.now(UTC):%Y%m%d}"
    upgrade = Upgrade(
        narrator=narrator,
        door=site.door,
        database=database,
        change=change,
        snapshot=f"{database}-before-{to.replace('.', '-')}-{today}",
    )
    say = partial(narrator.step, first, State.RUNNING)
    try:
        ends = await alone(door, name, "maintain", lambda: run(steps, _ACTIONS, upgrade), say)
    except BusyError as busy:
        return refused(busy, changed=upgrade.ends.changed)
    if ends.first_error:
        return failed(ends.first_error, changed=ends.changed)
    kept = f" The snapshot {upgrade.snapshot} stays, and AWS bills it, until you delete it."
    return Outcome(Exit.OK, f"The database of {name} has {has}.{kept if steps is UPGRADE else ''}")


async def _create_snapshot(upgrade: Upgrade) -> End:
    """Create the snapshot, or wait for one that an earlier run of today began."""
    door, name = upgrade.door, upgrade.snapshot

    async def described() -> dict[str, Any] | None:
        return await door.find("rds", "describe_db_snapshots", DBSnapshotIdentifier=name)

    await settled(door, upgrade.database)
    is_new = await described() is None
    if is_new:
        with tolerate(Kind.EXISTS):
            await door.once(
                "rds",
                "create_db_snapshot",
                described,
                DBSnapshotIdentifier=name,
                DBInstanceIdentifier=upgrade.database,
            )

    async def available() -> bool | None:
        response = await described()
        status = str(response["DBSnapshots"][0]["Status"]) if response else "missing"
        if status == "failed":
            raise StepError(_no_snapshot(name))
        return True if status == "available" else None

    await poll(available, every=2.0, slowest=15.0, limit=_LIMIT_SECONDS)
    return End(is_new, name)


async def _modify(upgrade: Upgrade) -> End:
    """Ask RDS for the change, and wait until the database has it."""
    door, name = upgrade.door, upgrade.database
    await settled(door, name)
    await door.call(
        "rds",
        "modify_db_instance",
        DBInstanceIdentifier=name,
        ApplyImmediately=True,
        **upgrade.change,
    )

    async def has_it() -> bool | None:
        instance = await _instance(door, name)
        certificate = instance.get("CertificateDetails") or {}
        now = {
            "EngineVersion": instance["EngineVersion"],
            "CACertificateIdentifier": certificate.get("CAIdentifier")
            or instance.get("CACertificateIdentifier"),
        }
        is_there = all(now[key] == value for key, value in upgrade.change.items())
        return True if is_there and instance["DBInstanceStatus"] == "available" else None

    await poll(has_it, every=2.0, slowest=15.0, limit=_LIMIT_SECONDS)
    return End(True)


async def _instance(door: Door, name: str) -> dict[str, Any]:
    response = await door.call("rds", "describe_db_instances", DBInstanceIdentifier=name)
    instance: dict[str, Any] = response["DBInstances"][0]
    return instance


_ACTIONS: Final = MappingProxyType[str, Action[Upgrade]](
    {SNAPSHOT: _create_snapshot, DATABASE: _modify}
)


def _no_snapshot(name: str) -> Plain:
    return Plain(
        what=f"RDS could not create the snapshot {name}. The database was not changed.",
        why="RDS reports it as failed.",
        next="See the events of the database in the RDS console, then run the same command again.",
    )
