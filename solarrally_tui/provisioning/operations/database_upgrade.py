"""Brings a database to the newest minor version, after a snapshot, or to another authority.

RDS does both itself in time, and the stack keeps what it was created with: CloudFormation sends a
property only where its template changes it. So this changes the database as RDS would, and the next
deployment leaves it alone. Running it again resumes.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from solarrally_tui.account.lookups import newest_postgres
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Kind, Plain, tolerate
from solarrally_tui.aws.poll import poll
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.provisioning.engine.context import Action, Context
from solarrally_tui.provisioning.engine.events import Emit
from solarrally_tui.provisioning.engine.graph import Graph, graph
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.provisioning.engine.steps import End, StepError
from solarrally_tui.provisioning.operations.rds_calls import (
    SNAPSHOT_SECONDS,
    EndStateError,
    create_snapshot,
    find_snapshot,
    instance,
    settled,
    snapshot_available,
)
from solarrally_tui.provisioning.operations.site_run import Prepared, outputs_of, run_steps

SNAPSHOT: Final = "snapshot"
DATABASE: Final = "database"
UPGRADE: Final[Graph] = graph({SNAPSHOT: (), DATABASE: (SNAPSHOT,)})
AUTHORITY: Final[Graph] = graph({DATABASE: ()})

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

    async def wanted(door: Door, found: dict[str, Any]) -> tuple[dict[str, str], str]:
        now = str(found["EngineVersion"])
        newest = await newest_postgres(door, int(now.partition(".")[0]))
        return ({} if newest == now else {"EngineVersion": newest}), newest

    return await _change(name, door, emit, wanted, UPGRADE, "PostgreSQL {wanted}")


async def change_authority(authority: str, name: str, door: Door, emit: Emit) -> Outcome:
    """Give the database a server certificate of another authority; report events.

    authority: its identifier in RDS. Errors of AWS come back as the outcome's cause.
    """

    async def wanted(_: Door, found: dict[str, Any]) -> tuple[dict[str, str], str]:
        is_used = _authority(found) == authority
        return ({} if is_used else {"CACertificateIdentifier": authority}), authority

    words = "a server certificate of {wanted}"
    return await _change(name, door, emit, wanted, AUTHORITY, words)


async def _change(
    name: str, door: Door, emit: Emit, wanted: Wanted, steps: Graph, words: str
) -> Outcome:
    async def prepare(site: DeployedSite, narrator: Narrator) -> Prepared[Upgrade] | Outcome:
        database = (await outputs_of(site, "data"))["DbInstanceId"]
        change, to = await wanted(site.door, await instance(site.door, database))
        done = f"The database of {name} has {words.format(wanted=to)}"
        if not change:
            return Outcome(Exit.OK, f"{done} already.")
        today = f"{datetime.now(UTC):%Y%m%d}"
        upgrade = Upgrade(
            narrator=narrator,
            door=site.door,
            database=database,
            change=change,
            snapshot=f"{database}-before-{to.replace('.', '-')}-{today}",
        )
        kept = f" The snapshot {upgrade.snapshot} stays, and AWS bills it, until you delete it."
        return Prepared(steps, _ACTIONS, upgrade, f"{done}.{kept if steps is UPGRADE else ''}")

    return await run_steps("maintain", name, door, emit, steps.steps[0].id, prepare)


async def _create_snapshot(upgrade: Upgrade) -> End:
    """Create the snapshot, or wait for one that an earlier run of today began."""
    door, name = upgrade.door, upgrade.snapshot
    await settled(door, upgrade.database)
    is_new = await find_snapshot(door, name) is None
    if is_new:
        with tolerate(Kind.EXISTS):
            await create_snapshot(door, upgrade.database, name)
    try:
        await snapshot_available(door, name)
    except EndStateError as error:
        raise StepError(_no_snapshot(name)) from error
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
        found = await instance(door, name)
        now = {
            "EngineVersion": found["EngineVersion"],
            "CACertificateIdentifier": _authority(found),
        }
        is_there = all(now[key] == value for key, value in upgrade.change.items())
        return True if is_there and found["DBInstanceStatus"] == "available" else None

    await poll(has_it, every=2.0, slowest=15.0, limit=SNAPSHOT_SECONDS)
    return End(True)


def _authority(found: dict[str, Any]) -> str | None:
    certificate = found.get("CertificateDetails") or {}
    used: str | None = certificate.get("CAIdentifier") or found.get("CACertificateIdentifier")
    return used


_ACTIONS: Final = MappingProxyType[str, Action[Upgrade]](
    {SNAPSHOT: _create_snapshot, DATABASE: _modify}
)


def _no_snapshot(name: str) -> Plain:
    return Plain(
        what=f"RDS could not create the snapshot {name}. The database was not changed.",
        why="RDS reports it as failed.",
        next="See the events of the database in the RDS console, then run the same command again.",
    )
