"""Other keys for all chargers of a site whose certificate is old, a few at a time."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from solarrally_tui.aws.errors import AwsError, Kind, tolerate
from solarrally_tui.aws.patience import Say
from solarrally_tui.aws.poll import StillWaitingError, poll
from solarrally_tui.aws.rates import Rates
from solarrally_tui.chargers import replacement
from solarrally_tui.chargers.certificates import certificates_of
from solarrally_tui.chargers.intake.adding import Failure, alone, registered_names
from solarrally_tui.chargers.intake.api_limits import calls_a_second
from solarrally_tui.chargers.onboarding import Onboarding
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.chargers.replacement import Replacement, Stage
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.site import names

_AT_ONCE: Final = 10
"""Chargers whose calls are under way."""

_EVERY_SECONDS: Final = 15.0
_PAGE: Final = 250


@dataclass(frozen=True, slots=True)
class Rotation:
    """What became of the chargers with an old certificate."""

    done: tuple[str, ...] = ()
    """Connected with their new key; the old one is deleted."""
    waiting: tuple[str, ...] = ()
    """Have two keys, and did not connect with the new one yet."""
    elsewhere: tuple[str, ...] = ()
    """Have two keys, and the new one is in another folder."""
    later: tuple[str, ...] = ()
    """Not begun, because as many as allowed are waiting."""
    failed: tuple[Failure, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether no charger of the site has an old certificate any more."""
        return not (self.waiting or self.elsewhere or self.later or self.failed)


Tell = Callable[[Rotation], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rotation is asked for."""

    issued_before: datetime
    """Certificates that are older are replaced."""
    folder: Path
    """Where each charger gets a folder of its name."""
    at_most: int
    """How many chargers may have two keys at the same time."""
    wait: float
    """Seconds to wait for new keys to connect."""


async def rotate(plan: Plan, site: DeployedSite, tell: Tell, say: Say) -> Rotation:
    """Give old chargers other keys, and end old keys of those that connected with the new one.

    Running it again continues. Raises ChargerError and AwsError for what concerns all chargers.
    """
    with alone(plan.folder):
        paced = replace(site, door=site.door.paced(Rates(await calls_a_second(site.door)), say))
        return await _Run(plan, await Onboarding.begin(paced), tell).carry_out()


class _Run:
    """One run: each charger is under one state, and moves on."""

    def __init__(self, plan: Plan, onboarding: Onboarding, tell: Tell) -> None:
        self._plan, self._onboarding, self._tell = plan, onboarding, tell
        self._site = onboarding.site
        self._done: list[str] = []
        self._waiting: dict[str, Replacement] = {}
        self._elsewhere: list[str] = []
        self._later: list[str] = []
        self._failed: dict[str, Failure] = {}

    async def carry_out(self) -> Rotation:
        """Settle what earlier runs began, begin what may be begun, and wait for it."""
        has_another = await _with_an_old_certificate(self._site, self._plan.issued_before)
        begun = [name for name in has_another if (self._plan.folder / name).is_dir()]
        left = [name for name in has_another if name not in set(begun)]
        self._elsewhere = [name for name in left if has_another[name]]
        self._later = [name for name in left if not has_another[name]]
        await self._each(begun, self._begin)
        await self._fill()

        async def is_settled() -> bool | None:
            await self._each(list(self._waiting), self._settle)
            await self._fill()
            return True if not self._waiting else None

        if self._waiting and self._plan.wait > 0:
            with contextlib.suppress(StillWaitingError):
                await poll(is_settled, every=_EVERY_SECONDS, limit=self._plan.wait)
        return self._so_far()

    async def _fill(self) -> None:
        """Begin with as many chargers as may have two keys."""
        while self._later and len(self._waiting) < self._plan.at_most:
            room = self._plan.at_most - len(self._waiting)
            now, self._later = self._later[:room], self._later[room:]
            await self._each(now, self._begin)

    async def _begin(self, name: str) -> None:
        folder = self._plan.folder / name
        begun = await replacement.begin(name, self._onboarding, folder)
        if not begun.old:
            raise _present_key(name, folder)
        self._waiting[name] = begun
        await self._settle(name)

    async def _settle(self, name: str) -> None:
        if await replacement.stage(self._waiting[name], self._site) is Stage.DONE:
            del self._waiting[name]
            self._done.append(name)

    async def _each(
        self, given: Iterable[str], work: Callable[[str], Coroutine[object, object, None]]
    ) -> None:
        """Do something for each charger; what one fails with stops no other."""
        turns = asyncio.Semaphore(_AT_ONCE)

        async def one(name: str) -> None:
            async with turns:
                try:
                    await self._site.door.to_its_end(work(name))
                except (ChargerError, AwsError) as error:
                    self._waiting.pop(name, None)
                    self._failed[name] = Failure(name, error.plain)
            self._tell(self._so_far())

        await asyncio.gather(*map(one, given))

    def _so_far(self) -> Rotation:
        return Rotation(
            tuple(sorted(self._done)),
            tuple(sorted(self._waiting)),
            tuple(sorted(self._elsewhere)),
            tuple(self._later),
            tuple(self._failed[name] for name in sorted(self._failed)),
        )


async def _with_an_old_certificate(site: DeployedSite, since: datetime) -> dict[str, bool]:
    """Return the chargers with a certificate older than a moment, and whether they have a newer.

    AWS lists certificates and the site's policy in pages; only what is old is looked up alone.
    Revoked chargers are left out: their old key opens nothing. Raises AwsError.
    """
    door, ours = site.door, await registered_names(site)
    listed = await door.pages("iot", "list_certificates", "certificates", pageSize=_PAGE)
    issued = {item["certificateArn"]: item for item in listed}
    policy = names.device_policy(site.name)
    targets: list[str] = []
    with tolerate(Kind.NOT_FOUND):
        targets = await door.pages(
            "iot", "list_targets_for_policy", "targets", policyName=policy, pageSize=_PAGE
        )

    def is_old(arn: str) -> bool:
        item = issued.get(arn)
        return item is not None and item["creationDate"] < since and item["status"] == "ACTIVE"

    async def things(arn: str) -> list[str]:
        found = await door.pages("iot", "list_principal_things", "things", principal=arn)
        return [str(name) for name in found]

    async def has_newer(name: str) -> bool:
        return any(not is_old(arn) for arn in await certificates_of(name, door))

    holders = await asyncio.gather(*(things(arn) for arn in targets if is_old(arn)))
    old = sorted({name for found in holders for name in found} & ours)
    newer = await asyncio.gather(*map(has_newer, old))
    return dict(zip(old, newer, strict=True))


def _present_key(name: str, folder: Path) -> ChargerError:
    return ChargerError(
        what=f"{folder} has the present key of {name}.",
        why="A folder never gets a second key.",
        next="Choose another folder.",
    )
