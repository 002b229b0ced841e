"""The end of a charger: its certificates, connection, shadows and thing."""

from dataclasses import dataclass

from solarrally_tui.aws.errors import Kind, tolerate
from solarrally_tui.aws.poll import StillWaitingError
from solarrally_tui.chargers import certificates, registered, revocation
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.deployed import device_shadows
from solarrally_tui.deployed.site import DeployedSite


@dataclass(frozen=True, slots=True)
class Removed:
    """A charger that is gone."""

    name: str
    certificates: int
    """How many were deleted, or detached where other things have them."""


async def remove(name: str, site: DeployedSite) -> Removed:
    """Delete a charger. The thing goes last, so that a run that was cut off finds the rest by it.

    Membership of groups ends with the thing. Raises ChargerError, also where AWS IoT takes too long
    to let go of a certificate, and AwsError.
    """
    try:
        return await _remove(name, site)
    except StillWaitingError as error:
        raise ChargerError(
            what=f"AWS IoT still deletes the certificate of {name}.",
            why="It lets go of a certificate some time after it was detached.",
            next="Remove it again in a minute.",
            detail=str(error),
        ) from error


async def _remove(name: str, site: DeployedSite) -> Removed:
    door = site.door
    await registered.own(name, site)
    held = await certificates.certificates_of(name, door)
    for arn in held:
        await certificates.let_go(arn, name, door)
    await certificates.clear(site.name, name, door)
    with tolerate(Kind.DENIED):
        await revocation.cut(name, door)
    await device_shadows.delete_all(name, door)
    await certificates.delete_thing(name, door)
    # The end of the connection may have been noted in the shadow since.
    await device_shadows.delete_all(name, door)
    return Removed(name, len(held))
