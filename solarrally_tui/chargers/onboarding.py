"""Adding a charger: a thing, a certificate whose key is made here, and the device's files."""

import asyncio
import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.poll import StillWaitingError
from solarrally_tui.chargers import certificates, files
from solarrally_tui.chargers.certificates import Certificate
from solarrally_tui.chargers.files import ChargerFiles, check_name
from solarrally_tui.chargers.keys import new_key
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.deployed.trusted_authority import iot_root_ca
from solarrally_tui.site import names
from solarrally_tui.site.model import Site

DEFAULT_PORT = 8883
"""MQTT over TLS on AWS IoT; only an embedded account names another one in its endpoint."""


class SiteRecord(Protocol):
    """The deployed site; only its name and Region matter here."""

    @property
    def site(self) -> Site:
        """The site as it was deployed."""


@dataclass(frozen=True, slots=True)
class Charger:
    """A charger as AWS IoT knows it. `files` is None when it was only looked up."""

    name: str
    site: str
    thing_arn: str
    topic: str
    certificate_id: str = ""
    files: ChargerFiles | None = None


async def add(
    name: str, record: SiteRecord, door: Door, folder: Path, *, replace: bool = False
) -> Charger:
    """Register a charger and write its files into a folder.

    replace: issue a new key and certificate for a charger that has one; the old certificate stops
    working. A registration that was broken off half way is continued.
    Raises ChargerError, and AwsError when AWS refuses before anything was made.
    """
    check_name(name)
    site, door = record.site, door.with_region(record.site.region)
    await asyncio.to_thread(files.prepare, folder, name, replace=replace)
    thing_arn, is_new = await _thing(name, site, door)
    old = [] if is_new else await certificates.certificates_of(name, door)
    if old and not replace:
        raise _has_certificate(name, folder)
    key = await asyncio.to_thread(new_key, name)
    # A task of its own: a call under way cannot be taken back, so its result must not be lost.
    issuing: asyncio.Task[Certificate] | None = None
    try:
        await _join_group(name, site, door)
        issuing = asyncio.create_task(certificates.issue(key.signing_request, door))
        certificate = await asyncio.shield(issuing)
        await certificates.attach(certificate, name, names.device_policy(site.name), door)
        place = await _place(name, site, door, folder)
        await asyncio.to_thread(files.write, place, key.private_key, certificate.pem, iot_root_ca())
    except BaseException as error:
        # Also when the person stops us: half a charger is a key that nobody has.
        left = await asyncio.shield(_undo(name if is_new else "", issuing, door))
        if isinstance(error, Exception):
            raise _half_way(name, error, left) from error
        raise
    await _retire(name, old, door)
    return Charger(name, site.name, thing_arn, place.topic, certificate.id, place)


async def remove(name: str, record: SiteRecord, door: Door) -> None:
    """Take a charger of this site away: its certificates and its thing.

    Raises ChargerError when it is not a charger of this site, and AwsError.
    """
    site, door = record.site, door.with_region(record.site.region)
    known = await _look_up(name, door)
    if known is None or known["attributes"].get("site") != site.name:
        raise ChargerError(
            f"{name} is not a charger of {site.name}.",
            f"AWS IoT in {site.region} has no such thing for this site.",
            "Check the name. Nothing was changed.",
        )
    for arn in await certificates.certificates_of(name, door):
        await certificates.take_away(arn, door)
    await certificates.delete_thing(name, door)


async def list_chargers(record: SiteRecord, door: Door) -> tuple[Charger, ...]:
    """Return the chargers of a site by name. Raises AwsError."""
    site, door = record.site, door.with_region(record.site.region)
    things = await door.pages(
        "iot", "list_things", "things", attributeName="site", attributeValue=site.name
    )
    return tuple(
        Charger(name, site.name, arn, names.telemetry_topic(site.name, name))
        for name, arn in sorted((t["thingName"], t["thingArn"]) for t in things)
    )


async def _look_up(name: str, door: Door) -> dict[str, Any] | None:
    try:
        return await door.call("iot", "describe_thing", thingName=name)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return None
        raise


async def _thing(name: str, site: Site, door: Door) -> tuple[str, bool]:
    """Find or make the thing; return its ARN and whether it is new."""
    known = await _look_up(name, door)
    if known is None:
        return await _new_thing(name, site, door), True
    owner = known.get("attributes", {}).get("site")
    if owner != site.name:
        raise ChargerError(
            f"{name} is taken.",
            f"Thing names are unique in a Region, and in {site.region} it belongs to "
            + (f"the site {owner}." if owner else "something that is not a SolarRally site."),
            f"Choose another name, for example {site.name}-{name}.",
        )
    return str(known["thingArn"]), False


async def _new_thing(name: str, site: Site, door: Door) -> str:
    try:
        made = await door.call(
            "iot",
            "create_thing",
            thingName=name,
            thingTypeName=names.thing_type(site.name),
            attributePayload={"attributes": {"site": site.name}},
        )
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            raise ChargerError(
                f"{site.name} cannot take chargers yet.",
                "Its part for AWS IoT is not deployed.",
                "Deploy the site first, then add the charger again.",
                str(error),
            ) from error
        raise
    return str(made["thingArn"])


async def _join_group(name: str, site: Site, door: Door) -> None:
    group = names.thing_group(site.name)
    await door.call("iot", "add_thing_to_thing_group", thingGroupName=group, thingName=name)


async def _place(name: str, site: Site, door: Door, folder: Path) -> ChargerFiles:
    told = await door.call("iot", "describe_endpoint", endpointType="iot:Data-ATS")
    host, _, port = told["endpointAddress"].partition(":")
    topic = names.telemetry_topic(site.name, name)
    return ChargerFiles(
        folder, name, site.name, site.region, host, int(port or DEFAULT_PORT), name, topic
    )


async def _undo(new_thing: str, issuing: "asyncio.Task[Certificate] | None", door: Door) -> str:
    """Remove what this run made; return what could not be removed, in words."""
    left = [f"thing {new_thing}"] if new_thing else []
    with contextlib.suppress(AwsError, StillWaitingError):
        if issuing and (certificate := await _issued(issuing)):
            left.insert(0, f"certificate {certificate.id}")
            await certificates.take_away(certificate.arn, door)
            del left[0]
        if new_thing:
            await certificates.delete_thing(new_thing, door)
            left.clear()
    return " and ".join(left)


async def _issued(issuing: "asyncio.Task[Certificate]") -> Certificate | None:
    try:
        return await issuing
    except AwsError:
        return None


def _half_way(name: str, error: Exception, left: str) -> ChargerError:
    reason = error.plain if isinstance(error, AwsError | ChargerError) else None
    return ChargerError(
        f"{name} was not added.",
        f"{reason.what} {reason.why}" if reason else str(error),
        f"Remove by hand what may be left in AWS IoT: {left}."
        if left
        else "What was made for it is removed again. Repair the cause, then add it once more.",
        reason.detail if reason else repr(error),
    )


def _has_certificate(name: str, folder: Path) -> ChargerError:
    return ChargerError(
        f"{name} is registered and has a certificate.",
        "Its private key exists only where its files were written.",
        "Use those files, or issue new ones, which ends the old certificate: "
        f"solarrally chargers add {name} --to {folder} --replace",
    )


async def _retire(name: str, old: list[str], door: Door) -> None:
    for arn in old:
        try:
            await certificates.take_away(arn, door)
        except (AwsError, StillWaitingError) as error:
            raise ChargerError(
                f"{name} has its new files, but the old certificate is still there.",
                "AWS IoT did not let it go.",
                f"Delete certificate {arn.rpartition('/')[2]} in the AWS IoT console.",
                str(error),
            ) from error
