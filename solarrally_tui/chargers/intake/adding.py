"""Adding many chargers, as fast as AWS IoT takes them. A run that was cut off is continued."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, Plain, tolerate
from solarrally_tui.aws.patience import Say
from solarrally_tui.aws.rates import Rates
from solarrally_tui.chargers import files
from solarrally_tui.chargers.files import BegunKey
from solarrally_tui.chargers.intake.api_limits import calls_a_second, chargers_a_second
from solarrally_tui.chargers.intake.roster import Entry
from solarrally_tui.chargers.onboarding import Onboarding, create_type_group
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.computer import locks
from solarrally_tui.computer.folders import next_for, why_not
from solarrally_tui.deployed import device_certificates
from solarrally_tui.deployed.device_certificates import Certificate
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.site import names

_AT_ONCE: Final = 40
"""Chargers under way. Each makes some eight calls that wait for each other, of about a tenth of a
second; so this keeps the slowest limits busy."""

_LOCK: Final = ".chargers.lock"

_PAGE: Final = 250
"""Things in one answer at most (AWS IoT API reference, ListThingsInThingGroup, maxResults)."""

_OF_ALL: Final = frozenset({Kind.EXPIRED, Kind.NO_CREDENTIALS, Kind.READ_ONLY, Kind.UNREACHABLE})
"""Kinds of errors that every further charger would meet, too."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A charger that was not added, and why."""

    name: str
    plain: Plain


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of the chargers of a list."""

    added: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    """Were added by an earlier run: their files are complete, and AWS IoT knows them."""
    failed: tuple[Failure, ...] = ()
    not_begun: tuple[str, ...] = ()
    """The rest, where something ended the run that concerns all."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    total: int
    added: int
    present: int
    failed: int
    seconds_left: float
    """Within AWS's limits."""

    @property
    def done(self) -> int:
        """How many chargers are decided."""
        return self.added + self.present + self.failed


Tell = Callable[[Progress], None]


async def add_all(
    entries: Iterable[Entry], site: DeployedSite, folder: Path, tell: Tell, say: Say
) -> Intake:
    """Add chargers, each into a folder of its name inside the folder.

    What one charger fails with stops no other. Where this is cancelled, the chargers under way are
    finished as the door closes. tell: called after each charger. say: told why calls wait.
    Raises ChargerError and AwsError for what concerns all chargers before the first one.
    """
    with alone(folder):
        entries = tuple(entries)
        limits, earlier = await asyncio.gather(
            calls_a_second(site.door),
            asyncio.to_thread(_Earlier.read, entries, folder, site.name),
        )
        paced = replace(site, door=site.door.paced(Rates(limits), say))
        issued = await earlier.issued(paced.door)
        of_others = {*earlier.complete.values(), *(one.id for one in issued.values())}
        begun = await Onboarding.begin(paced)
        run = _Run(len(entries), replace(begun, issued=issued, of_others=of_others), folder, tell)
        await run.sort(entries, earlier)
        return await run.carry_out(chargers_a_second(limits))


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep a second run away from the folder: both would create keys for the same chargers."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = contextlib.ExitStack()
        is_ours = lock.enter_context(locks.held(folder / _LOCK))
    except OSError as error:
        raise ChargerError(
            what=f"Files of chargers cannot be written to {folder}.",
            why=why_not(error),
            next=next_for(error),
        ) from None
    with lock:
        if not is_ours:
            raise ChargerError(
                what=f"Another run adds chargers in {folder} now.",
                why="Two runs would create two keys for the same charger.",
                next="Wait until it has ended, then run this again.",
            )
        yield


class _Run:
    """One run over a list: what is decided, and what is left."""

    def __init__(self, total: int, onboarding: Onboarding, folder: Path, tell: Tell) -> None:
        self._total, self._onboarding, self._folder, self._tell = total, onboarding, folder, tell
        self._left: list[Entry] = []
        self._added: list[str] = []
        self._present: list[str] = []
        self._failed: list[Failure] = []
        self._is_stopped = False

    async def sort(self, entries: Iterable[Entry], earlier: "_Earlier") -> None:
        """Decide what earlier runs have done. Raises AwsError."""
        registered = await registered_names(self._onboarding.site)
        for entry in entries:
            if why := earlier.unreadable.get(entry.name):
                self._failed.append(Failure(entry.name, why))
            elif entry.name not in earlier.complete:
                self._left.append(entry)
            elif entry.name in registered:
                self._present.append(entry.name)
            else:
                self._failed.append(Failure(entry.name, _unknown(self._folder / entry.name)))
        self._left.reverse()

    async def carry_out(self, a_second: float) -> Intake:
        """Add what is left. a_second: how many chargers AWS's limits allow."""

        def tell() -> None:
            added, present, failed = len(self._added), len(self._present), len(self._failed)
            seconds = (self._total - added - present - failed) / a_second
            self._tell(Progress(self._total, added, present, failed, seconds))

        for kind in sorted({entry.details.kind for entry in self._left} - {""}):
            await create_type_group(self._onboarding.site, kind)
        tell()
        async with asyncio.TaskGroup() as workers:
            for _ in range(min(_AT_ONCE, len(self._left))):
                workers.create_task(self._work(tell))
        return Intake(
            tuple(self._added),
            tuple(self._present),
            tuple(sorted(self._failed, key=lambda failure: failure.name)),
            tuple(entry.name for entry in reversed(self._left)),
        )

    async def _work(self, tell: Callable[[], None]) -> None:
        while self._left and not self._is_stopped:
            entry = self._left.pop()
            adding = self._onboarding.add(entry.name, self._folder / entry.name, entry.details)
            try:
                await self._onboarding.site.door.to_its_end(adding)
            except (ChargerError, AwsError) as error:
                self._failed.append(Failure(entry.name, error.plain))
                cause = error.__cause__ if isinstance(error, ChargerError) else error
                self._is_stopped |= isinstance(cause, AwsError) and cause.kind in _OF_ALL
            else:
                self._added.append(entry.name)
            tell()


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What earlier runs left on the disk."""

    complete: Mapping[str, str]
    """Ids of certificates by chargers whose files are all there."""
    begun: Mapping[str, BegunKey]
    """Keys by chargers that a run was cut off with."""
    unreadable: Mapping[str, Plain]
    """Why the folders of some chargers cannot be read."""

    @classmethod
    def read(cls, entries: Iterable[Entry], folder: Path, site: str) -> Self:
        """Read the folders of chargers."""
        complete: dict[str, str] = {}
        begun: dict[str, BegunKey] = {}
        unreadable: dict[str, Plain] = {}
        for name in (entry.name for entry in entries):
            place = folder / name
            try:
                if key := files.begun_key(place, name, site):
                    begun[name] = key
                elif pem := files.certificate_of_complete(place, name):
                    complete[name] = device_certificates.id_of(pem)
            except (OSError, ValueError) as error:
                unreadable[name] = Plain(
                    what=f"The files in {place} cannot be read.",
                    why=why_not(error)
                    if isinstance(error, OSError)
                    else "The certificate is damaged.",
                    next="Move the folder elsewhere, or let this user read it.",
                    detail=str(error),
                )
        return cls(complete, begun, unreadable)

    async def issued(self, door: Door) -> dict[str, Certificate]:
        """Return what AWS IoT issued for the begun keys, by the charger. Raises AwsError."""
        if not self.begun:
            return {}
        requests = {key.request.signing_request: name for name, key in self.begun.items()}
        since = min(key.since for key in self.begun.values() if key.since)
        found = await device_certificates.issued_for(
            requests, since, door, frozenset(self.complete.values())
        )
        return {requests[request]: certificate for request, certificate in found.items()}


async def registered_names(site: DeployedSite) -> set[str]:
    """Return the names of all chargers of the site, some hundred in a call. Raises AwsError."""
    group = names.thing_group(site.name)
    with tolerate(Kind.NOT_FOUND):
        listed = await site.door.pages(
            "iot", "list_things_in_thing_group", "things", thingGroupName=group, maxResults=_PAGE
        )
        return set(map(str, listed))
    return set()


def _unknown(folder: Path) -> Plain:
    return Plain(
        what=f"AWS IoT does not know the charger of {folder}.",
        why="Its files are complete, so it was added and has been deleted in AWS IoT since, or it "
        "belongs to another site.",
        next=f"Move {folder} elsewhere and run this again. The charger then gets a new key.",
    )
