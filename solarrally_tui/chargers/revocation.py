"""Locking a charger out: within seconds, and seen.

AWS IoT refuses new connections of a certificate that is not active, but lets a live one continue
for a few minutes (API reference, UpdateCertificate). So the connection is deleted as well, until it
stays away.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from solarrally_tui.aws.budget import waiting
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, tolerate
from solarrally_tui.aws.poll import StillWaitingError, poll
from solarrally_tui.chargers import certificates, registered
from solarrally_tui.deployed.fleet_index import REVOKED
from solarrally_tui.deployed.site import DeployedSite

_EVERY_SECONDS: Final = 1.0
_AWAY_SECONDS: Final = 2.0
"""How long a charger must stay away to be seen as refused. It tries again sooner."""

_LIMIT_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Revoked:
    """What was seen of a charger that was revoked."""

    name: str
    certificates: tuple[str, ...]
    """Ids of its certificates, each read back as not active."""
    was_connected: bool
    gone: bool
    """Whether its connection was seen to be gone, and to stay away."""
    seconds: float
    """From the first call until its connection was last seen to be gone."""
    problem: str = ""
    """Why that could not be seen; empty where it was."""

    @property
    def words(self) -> str:
        """What was seen, in a sentence or two."""
        held = len(self.certificates)
        locked = {0: "It has no certificate", 1: "Its certificate is inactive"}.get(
            held, f"Its {held} certificates are inactive"
        )
        if self.problem:
            return f"{locked}. {self.problem}"
        if not self.was_connected:
            return f"{locked}, and it is not connected."
        return f"{locked}. Its connection was cut after {self.seconds:.1f} s and did not come back."


async def revoke(name: str, site: DeployedSite) -> Revoked:
    """Lock a charger out, and look whether it is. What is revoked already is looked at again.

    Its thing and its certificates stay, so that it cannot fetch another certificate with a claim.
    Raises ChargerError and AwsError.
    """
    clock = asyncio.get_running_loop().time
    began, door = clock(), site.door
    charger = await registered.own(name, site)
    held = await certificates.certificates_of(name, door)
    inactive = await asyncio.gather(*(_lock(arn, name, door) for arn in held))
    today = datetime.now(UTC).strftime("%Y%m%d")
    if not charger.revoked:
        await certificates.set_attributes(name, {REVOKED: today}, door)
    ids = tuple(id_ for id_ in inactive if id_)
    try:
        was_connected, gone_at = await end_connection(name, door)
    except StillWaitingError:
        text = f"It was still connected after {_LIMIT_SECONDS:.0f} s."
        return Revoked(name, ids, was_connected=True, gone=False, seconds=0, problem=text)
    except AwsError as error:
        if error.kind is not Kind.DENIED:
            raise
        text = "Your credentials may not end connections (iot:DeleteConnection). AWS IoT does it "
        text += "within a few minutes, because the certificate is not active."
        return Revoked(name, ids, was_connected=True, gone=False, seconds=0, problem=text)
    return Revoked(name, ids, was_connected, gone=True, seconds=gone_at - began)


async def _lock(arn: str, thing: str, door: Door) -> str:
    """Let a certificate of a thing open nothing any more; return its id, empty if it is gone.

    One that other things have too goes on to work for these: only ours loses it.
    """
    id_ = arn.rpartition("/")[2]
    if await certificates.others_of(arn, thing, door):
        await door.call("iot", "detach_thing_principal", thingName=thing, principal=arn)
        return ""
    with tolerate(Kind.NOT_FOUND):
        await door.call("iot", "update_certificate", certificateId=id_, newStatus="INACTIVE")
        response = await door.call("iot", "describe_certificate", certificateId=id_)
        if response["certificateDescription"]["status"] != "ACTIVE":
            return id_
    return ""


async def end_connection(name: str, door: Door) -> tuple[bool, float]:
    """Delete the connection of a client until it stays away.

    Returns whether it was connected, and when it was first seen to be gone for good, by the loop's
    clock. Raises AwsError and StillWaitingError.
    """
    clock = asyncio.get_running_loop().time
    was_connected, gone_since = False, 0.0

    async def is_away() -> bool | None:
        nonlocal was_connected, gone_since
        with waiting(urgent=True):
            is_there = await cut(name, door) or await _is_connected(name, door)
        if is_there:
            was_connected, gone_since = True, 0.0
            return None
        gone_since = gone_since or clock()
        return True if clock() - gone_since >= _AWAY_SECONDS else None

    await poll(is_away, every=_EVERY_SECONDS, limit=_LIMIT_SECONDS)
    return was_connected, gone_since


async def cut(name: str, door: Door) -> bool:
    """Delete the connection of a client; return whether there was one. Raises AwsError.

    Its last will is not published, and nothing is kept for it.
    """
    response = await door.find(
        "iot-data", "delete_connection", clientId=name, cleanSession=True, preventWillMessage=True
    )
    return response is not None


async def _is_connected(name: str, door: Door) -> bool:
    """Whether AWS IoT reports a thing as connected; not where its index does not know it."""
    response = await door.find("iot", "get_thing_connectivity_data", thingName=name)
    return bool((response or {}).get("connected"))
