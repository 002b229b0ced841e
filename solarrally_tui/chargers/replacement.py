"""Another key for a charger. Its old one ends when the new one was seen to connect.

Nothing is kept on this computer but the charger's files: which certificates it has is in AWS IoT,
and with which one it connected last is in its shadow. So a run that was cut off is continued by
running it again.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from solarrally_tui.aws.errors import AwsError, Kind, tolerate
from solarrally_tui.aws.poll import StillWaitingError, poll
from solarrally_tui.chargers import certificates, files, registered, revocation
from solarrally_tui.chargers.onboarding import Onboarding
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.computer.folders import why_not
from solarrally_tui.deployed import device_certificates, device_shadows
from solarrally_tui.deployed.fleet_index import REVOKED
from solarrally_tui.deployed.site import DeployedSite

_EVERY_SECONDS: Final = 5.0


class Stage(StrEnum):
    """How far a replacement is."""

    DONE = "done"
    """The charger has one key, the new one."""
    WAITING = "waiting"
    """The new key has not connected yet. Both work."""
    NOT_REPORTED = "not reported"
    """Both work, and AWS IoT does not note with which one the charger connects."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A charger that has another key."""

    name: str
    folder: Path
    """Where the files with the new key are."""
    certificate_id: str
    old: tuple[str, ...] = ()
    """ARNs of its other certificates."""
    is_continued: bool = False
    """Whether an earlier run issued the key."""
    was_revoked: bool = False
    """Whether its other certificates open nothing any more anyway."""


async def begin(name: str, onboarding: Onboarding, folder: Path) -> Replacement:
    """Give a charger another key, or return the one that an earlier run gave it into this folder.

    Raises ChargerError and AwsError.
    """
    site = onboarding.site
    charger = await registered.own(name, site)
    if id_ := await asyncio.to_thread(_complete, folder, name):
        held = await certificates.certificates_of(name, site.door)
        old = tuple(arn for arn in held if not arn.endswith(f"/{id_}"))
        if len(old) == len(held):
            raise _gone(name, folder)
        return Replacement(
            name, folder, id_, old, is_continued=True, was_revoked=bool(charger.revoked)
        )
    added = await onboarding.add(name, folder, renew=True)
    id_ = added.certificate_id
    return Replacement(name, folder, id_, added.old, was_revoked=bool(charger.revoked))


async def stage(replacement: Replacement, site: DeployedSite) -> Stage:
    """Return how far it is, and end the old certificates once the new one has connected.

    Raises ChargerError and AwsError.
    """
    if replacement.old and not replacement.was_revoked:
        reported = await device_shadows.reported(replacement.name, site.door)
        if device_shadows.CERTIFICATE not in reported:
            return Stage.NOT_REPORTED
        if reported[device_shadows.CERTIFICATE] != replacement.certificate_id:
            return Stage.WAITING
    await _end_old(replacement, site)
    return Stage.DONE


async def wait(replacement: Replacement, site: DeployedSite, seconds: float) -> Stage:
    """Wait for the new key to connect, for so many seconds at most. Raises as stage does."""
    last = await stage(replacement, site)

    async def is_done() -> Stage | None:
        nonlocal last
        last = await stage(replacement, site)
        return last if last is Stage.DONE else None

    if last is not Stage.DONE and seconds > 0:
        with suppress(StillWaitingError):
            await poll(is_done, every=_EVERY_SECONDS, limit=seconds)
    if last is Stage.DONE:
        await certificates.clear(site.name, replacement.name, site.door)
    return last


async def end_at_once(replacement: Replacement, site: DeployedSite) -> None:
    """End the old certificates and their connection now. Raises ChargerError and AwsError."""
    await _end_old(replacement, site)
    await certificates.clear(site.name, replacement.name, site.door)
    with tolerate(Kind.DENIED):
        await revocation.cut(replacement.name, site.door)


async def _end_old(replacement: Replacement, site: DeployedSite) -> None:
    name = replacement.name
    for arn in replacement.old:
        try:
            await certificates.let_go(arn, name, site.door)
        except (AwsError, StillWaitingError) as error:
            raise ChargerError(
                what=f"{name} has its new key, but an old certificate still exists.",
                why=f"AWS IoT did not delete {arn.rpartition('/')[2]}.",
                next="Run this again.",
                detail=str(error),
            ) from error
    if replacement.was_revoked:
        await certificates.set_attributes(name, {REVOKED: ""}, site.door)


def words(replacement: Replacement, stage: Stage, *, is_forced: bool = False) -> str:
    """Return how far it is, in a sentence or two. is_forced: whether the old key was ended here."""
    name = replacement.name
    match stage:
        case Stage.DONE if not replacement.old and replacement.is_continued:
            return f"{name} has this key only. For another one, choose another folder."
        case Stage.DONE if not replacement.old:
            return f"{name} had no other key."
        case Stage.DONE if is_forced or replacement.was_revoked:
            return f"The old key of {name} is deleted. It connects with the new one only."
        case Stage.DONE:
            return f"{name} connected with its new key. The old one is deleted."
        case Stage.WAITING:
            return f"{name} has not connected with its new key yet. Both work."
        case Stage.NOT_REPORTED:
            return (
                f"Both keys of {name} work. AWS IoT has not noted with which one it connects: it "
                "has not connected since the site was updated."
            )


def _complete(folder: Path, name: str) -> str:
    """Return the id of the certificate in a folder with all files of a charger; "" without."""
    try:
        pem = files.certificate_of_complete(folder, name)
        return device_certificates.id_of(pem) if pem else ""
    except (OSError, ValueError) as error:
        raise ChargerError(
            what=f"The files in {folder} cannot be read.",
            why=why_not(error) if isinstance(error, OSError) else "The certificate is damaged.",
            next="Choose another folder.",
            detail=str(error),
        ) from None


def _gone(name: str, folder: Path) -> ChargerError:
    return ChargerError(
        what=f"The key in {folder} is not one of {name} any more.",
        why="AWS IoT has deleted its certificate, or another charger has it.",
        next="Choose another folder.",
    )
