"""Another name for a charger. AWS IoT cannot rename a thing, so its certificate moves to another.

The old name works until the charger was seen under the new one. Which charger becomes which is an
attribute of the new thing, so a run that was cut off is continued by running it again.
"""

from dataclasses import dataclass
from typing import Final

from solarrally_tui.aws.errors import Kind, tolerate
from solarrally_tui.aws.poll import StillWaitingError, poll
from solarrally_tui.chargers import certificates, registered, revocation
from solarrally_tui.chargers.files import check_name
from solarrally_tui.chargers.management import desired, shadow
from solarrally_tui.chargers.onboarding import Details, join_groups
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.deployed import device_shadows
from solarrally_tui.deployed.fleet_index import TYPE
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.site import names

RENAMED: Final = "renamedFrom"
"""Attribute of a thing that takes the place of another one, until that is gone."""

_EVERY_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Renaming:
    """A charger under two names."""

    old: str
    new: str
    topic: str
    """Where the charger publishes under its new name."""


async def begin(old: str, new: str, site: DeployedSite) -> Renaming:
    """Create the thing of the new name, and let the charger's certificates open it too.

    Raises ChargerError and AwsError.
    """
    check_name(new)
    begun = await registered.find(new, site)
    renaming = Renaming(old, new, names.telemetry_topic(site.site.topic_name, new))
    if begun is not None:
        has_old = await registered.find(old, site) is not None
        if begun.attributes.get(RENAMED) != old:
            raise _taken(old, new, site, has_old=has_old)
        if not has_old:
            return renaming
    charger = await registered.own(old, site)
    if charger.revoked:
        raise ChargerError(
            what=f"{old} is revoked.",
            why="A revoked charger keeps its name, so that it can be seen as such.",
            next=f"Give it another key first: solarrally chargers replace {old} --to FOLDER",
        )
    if begun is None:
        await site.door.call(
            "iot",
            "create_thing",
            thingName=new,
            thingTypeName=names.thing_type(site.name),
            attributePayload={"attributes": {**charger.attributes, RENAMED: old}},
        )
    await join_groups(new, site, Details(kind=charger.attributes.get(TYPE, "")))
    for arn in await certificates.certificates_of(old, site.door):
        await site.door.call("iot", "attach_thing_principal", thingName=new, principal=arn)
    settings = await shadow.read(site, old)
    if settings.desired:
        await desired.desire(site, [new], settings.desired)
    return renaming


async def wait(renaming: Renaming, site: DeployedSite, seconds: float) -> bool:
    """Wait until the charger was seen under its new name, and end the old one.

    seconds: at most. Returns whether the old name is gone. Raises AwsError and StillWaitingError.
    """

    async def is_seen() -> bool | None:
        return True if await _has_connected(renaming.new, site) else None

    if not await _has_connected(renaming.new, site):
        if seconds <= 0:
            return False
        try:
            await poll(is_seen, every=_EVERY_SECONDS, limit=seconds)
        except StillWaitingError:
            return False
    await end_old(renaming, site)
    return True


async def end_old(renaming: Renaming, site: DeployedSite) -> None:
    """Delete the old name; the certificates stay with the new one. Raises AwsError."""
    door, old = site.door, renaming.old
    if await registered.find(old, site) is not None:
        for arn in await certificates.certificates_of(old, door):
            await door.call("iot", "detach_thing_principal", thingName=old, principal=arn)
        with tolerate(Kind.DENIED):
            await revocation.cut(old, door)
        await device_shadows.delete_all(old, door)
        await certificates.delete_thing(old, door)
        await device_shadows.delete_all(old, door)
    await certificates.set_attributes(renaming.new, {RENAMED: ""}, door)


async def _has_connected(name: str, site: DeployedSite) -> bool:
    """Whether a thing ever connected: the rule `presence` notes it in the shadow."""
    return "connection" in await device_shadows.reported(name, site.door)


def _taken(old: str, new: str, site: DeployedSite, *, has_old: bool) -> ChargerError:
    if has_old:
        return ChargerError(
            what=f"{site.name} has a charger {new} already.",
            why="Names of chargers are unique.",
            next="Choose another name.",
        )
    return ChargerError(
        what=f"{site.name} has no charger {old}, and has a charger {new}.",
        why="It may have been renamed already.",
        next=f"Look at it: solarrally chargers show {new}",
    )
