"""Adding a charger: a thing, a certificate whose key is created here, and the device's files."""

import asyncio
import contextlib
from dataclasses import dataclass
from pathlib import Path

from solarrally_tui.account.lookups import iot_endpoint
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.poll import StillWaitingError
from solarrally_tui.chargers import certificates, files
from solarrally_tui.chargers.files import ChargerFiles, check_name
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.deployed import device_certificates
from solarrally_tui.deployed.device_certificates import Certificate
from solarrally_tui.deployed.device_keys import new_key
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.deployed.trusted_authority import iot_root_ca
from solarrally_tui.site import names


@dataclass(frozen=True, slots=True)
class Charger:
    """A charger that was added: its thing and certificate in AWS IoT, and its files here."""

    name: str
    thing_arn: str
    certificate_id: str
    files: ChargerFiles


async def add(name: str, site: DeployedSite, folder: Path, *, replace: bool = False) -> Charger:
    """Register a charger and write its files into a folder.

    replace: issue a new key and certificate for a charger that has one; the old certificate stops
    working. A registration that was interrupted is continued.
    Raises ChargerError, and AwsError when AWS refuses before anything was created.
    """
    check_name(name)
    await asyncio.to_thread(files.prepare, folder, name, replace=replace)
    door = site.door
    thing_arn, is_new = await _thing(name, site)
    old = [] if is_new else await certificates.certificates_of(name, door)
    if old and not replace:
        raise _has_certificate(name, folder)
    key = await asyncio.to_thread(new_key, name, site.name)
    # A task of its own: a call in progress cannot be cancelled, so its result must not be lost.
    issuing: asyncio.Task[Certificate] | None = None
    try:
        await door.call(
            "iot",
            "add_thing_to_thing_group",
            thingGroupName=names.thing_group(site.name),
            thingName=name,
        )
        issuing = asyncio.create_task(
            device_certificates.issue(key.signing_request, door, active=False)
        )
        certificate = await asyncio.shield(issuing)
        await certificates.attach(certificate, name, names.device_policy(site.name), door)
        await device_certificates.activate(certificate, door)
        await certificates.note_end(certificate, name, door)
        place = await _place(name, site, folder)
        await asyncio.to_thread(files.write, place, key.private_key, certificate.pem, iot_root_ca())
    except BaseException as error:
        # Also when the person interrupts us: half a charger is a key that nobody has.
        left = await asyncio.shield(_undo(name if is_new else "", issuing, door))
        if isinstance(error, Exception):
            raise _incomplete(name, error, left) from error
        raise
    orphans = await device_certificates.left_behind(site.name, door, name)
    await _retire(name, [*old, *orphans], door)
    return Charger(name, thing_arn, certificate.id, place)


async def _thing(name: str, site: DeployedSite) -> tuple[str, bool]:
    """Find or create the thing; return its ARN and whether it is new."""
    known = await site.door.find("iot", "describe_thing", thingName=name)
    if known is None:
        return await _new_thing(name, site), True
    owner = known.get("attributes", {}).get("site")
    if owner != site.name:
        raise ChargerError(
            what=f"The name {name} is taken.",
            why=f"Thing names are unique in a Region. In {site.region} it belongs to "
            + (f"the site {owner}." if owner else "something that is not a SolarRally site."),
            next=f"Choose another name, for example {site.name}-{name}.",
        )
    return str(known["thingArn"]), False


async def _new_thing(name: str, site: DeployedSite) -> str:
    try:
        created = await site.door.call(
            "iot",
            "create_thing",
            thingName=name,
            thingTypeName=names.thing_type(site.name),
            attributePayload={"attributes": {"site": site.name}},
        )
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:  # the thing type, which the stack `iot` creates
            raise ChargerError(
                what=f"{site.name} cannot take chargers yet.",
                why="Its AWS IoT stack is not deployed.",
                next="Deploy the site first, then add the charger again.",
                detail=str(error),
            ) from error
        raise
    return str(created["thingArn"])


async def _place(name: str, site: DeployedSite, folder: Path) -> ChargerFiles:
    endpoint = await iot_endpoint(site.door)
    topic = names.telemetry_topic(site.name, name)
    return ChargerFiles(
        folder, name, site.name, site.region, endpoint.host, int(endpoint.port), name, topic
    )


async def _undo(new_thing: str, issuing: "asyncio.Task[Certificate] | None", door: Door) -> str:
    """Delete what this run created; return what could not be deleted, in words."""
    left = [f"thing {new_thing}"] if new_thing else []
    with contextlib.suppress(AwsError, StillWaitingError):
        if issuing and (certificate := await _issued(issuing)):
            left.insert(0, f"certificate {certificate.id}")
            await certificates.delete(certificate.arn, door)
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


async def _retire(name: str, old: list[str], door: Door) -> None:
    for arn in old:
        try:
            await certificates.delete(arn, door)
        except (AwsError, StillWaitingError) as error:
            raise ChargerError(
                what=f"{name} has its new files, but the old certificate still exists.",
                why="AWS IoT did not delete it.",
                next=f"Delete the certificate {arn.rpartition('/')[2]} in the AWS IoT console.",
                detail=str(error),
            ) from error


def _incomplete(name: str, error: Exception, left: str) -> ChargerError:
    reason = error.plain if isinstance(error, AwsError | ChargerError) else None
    return ChargerError(
        what=f"{name} was not added.",
        why=f"{reason.what} {reason.why}" if reason else str(error),
        next=f"Delete by hand what may be left in AWS IoT: {left}."
        if left
        else "What was created for it has been deleted again. Fix the cause, then add it again.",
        detail=reason.detail if reason else repr(error),
    )


def _has_certificate(name: str, folder: Path) -> ChargerError:
    return ChargerError(
        what=f"{name} is registered and has a certificate.",
        why="Its private key exists only in the folder where its files were written.",
        next="Use those files. To issue new ones and delete the old certificate: "
        f"solarrally chargers add {name} --to {folder} --replace",
    )
