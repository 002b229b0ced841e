"""The life of a site: deployed, changed, rolled back, used, and destroyed.

It gets another password, another administrator's password, a dump and a charger.

Then a second life, with everything that the first one had no reason to call: tests/torture/unusual.
"""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.chargers import files
from solarrally_tui.chargers.onboarding import add
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.provisioning.deployment.deploy import deploy, roll_back
from solarrally_tui.provisioning.deployment.releases import returning
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.provisioning.operations import users
from solarrally_tui.provisioning.operations.dump_import import import_dump
from solarrally_tui.provisioning.operations.rotation import rotate
from solarrally_tui.provisioning.teardown.destroy import destroy
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site
from tests.provisioning.engine_setup import DUMP
from tests.torture.account_dump import Dump, difference, dump
from tests.torture.disturbance import Disturbance, is_killed

NAME: Final = "tortured"
_MOST_RUNS: Final = 400
"""Runs in a row that may be killed before one has to end well."""


def site(**size: Any) -> Site:
    return from_answers(
        {
            "name": NAME,
            "region": "us-east-1",
            "tier": "small",
            "alerts": {"email": "ops@example.com"},
            "governance": {"github_repository": "owner/repository"},
            "size": size,
        }
    )


Operation = Callable[[Door, Path], Awaitable[Any]]


async def _add_charger(door: Door, folder: Path) -> Any:
    # What a killed run began is continued; what it had finished when its answer was lost stays.
    place = folder / "charger"
    deployed = await DeployedSite.open(door, NAME)
    if files.certificate_of_complete(place, f"{NAME}-1"):
        return None
    return await add(f"{NAME}-1", deployed, place)


async def _roll_back(door: Door, _: Path) -> Any:
    # By its number: once the first is back, "the one before" would be another.
    deployed = await DeployedSite.open(door, NAME)
    release = await returning.choose(deployed, await returning.look_up(deployed), 1)
    return await roll_back(release, door, lambda _: None)


async def _reset_password(door: Door, _: Path) -> Any:
    deployed = await DeployedSite.open(door, NAME)
    request = users.Request(
        "reset-password", deployed.site.administrator, password=users.new_password()
    )
    return await users.carry_out(request, deployed)


async def _import(door: Door, folder: Path) -> Any:
    (folder / "dump.sql").write_text(DUMP)
    return await import_dump(NAME, folder / "dump.sql", door, lambda _: None)


@dataclass(frozen=True, slots=True)
class Part:
    """One operation of a life."""

    work: Operation
    prepare: Callable[[Door], Awaitable[None]] | None = None
    """What happens to the account before, undisturbed, by its root user."""


OPERATIONS: Final[dict[str, Part]] = {
    "deploy": Part(lambda door, _: deploy(site(), door, lambda _: None)),
    "update": Part(lambda door, _: deploy(site(log_retention_days=14), door, lambda _: None)),
    "rollback": Part(_roll_back),
    "rotate": Part(lambda door, _: rotate(NAME, door, lambda _: None)),
    "users": Part(_reset_password),
    "import": Part(_import),
    "charger": Part(_add_charger),
    "destroy": Part(lambda door, _: destroy(NAME, door, lambda _: None, delete_data=False)),
}
"""What happens to the site, in this order."""


@dataclass(slots=True)
class Chapter:
    """How one operation went."""

    operation: str
    disturbance: Disturbance
    runs: int = 0
    ends: list[str] = field(default_factory=list)
    """Of each run that did not end well, in a few words."""
    after: Dump = field(default_factory=dict)

    def against(self, undisturbed: "Chapter") -> list[str]:
        """Return how the account differs from the one that nobody disturbed."""
        return difference(undisturbed.after, self.after)


async def chapter(
    operation: str,
    door: Door,
    disturbance: Disturbance,
    folder: Path,
    parts: Mapping[str, Part] = OPERATIONS,
) -> Chapter:
    """Run an operation until it ends well, disturbed, and look at the account after it.

    Raises AssertionError where it never ends well, and whatever is no error that a run explains.
    """
    made = Chapter(operation, disturbance)
    part = parts[operation]
    if part.prepare:
        await part.prepare(door)
    while True:
        made.runs += 1
        assert made.runs < _MOST_RUNS, made.ends[-5:]
        disturbance.next_run()
        struck = len(disturbance.hit)
        with disturbance.applied():
            try:
                outcome = await asyncio.wait_for(part.work(door, folder), 900)
            # Of what is no run, and explains nothing.
            except (AwsError, ChargerError, StepError) as error:
                if len(disturbance.hit) == struck:
                    raise
                made.ends.append(str(error)[:300])
                continue
            except BaseException as error:
                if not is_killed(error):
                    raise
                made.ends.append(f"killed at {disturbance.hit[-1]}")
                continue
        exit_code = getattr(outcome, "exit_code", Exit.OK)
        if exit_code is Exit.OK:
            break
        words = f"exit {int(exit_code)}: {outcome.cause}"
        made.ends.append(words[:300])
        assert len(disturbance.hit) > struck, f"{operation}: undisturbed, and {words}"
    made.after = await dump(door)
    return made


@contextlib.asynccontextmanager
async def own_folder() -> AsyncIterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="solarrally-torture-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
