"""Adding a charger: a thing, a certificate whose key is created here, and the device's files."""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from solarrally_tui.account.iot_endpoints import Endpoint, charger_endpoint
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, tolerate
from solarrally_tui.aws.poll import StillWaitingError
from solarrally_tui.chargers import certificates, files, registered
from solarrally_tui.chargers.files import BegunKey, ChargerFiles, check_name
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.computer.folders import in_words
from solarrally_tui.computer.where import fault
from solarrally_tui.deployed import device_certificates
from solarrally_tui.deployed.device_certificates import Certificate
from solarrally_tui.deployed.fleet_index import LOCATION, MAXIMAL_KW, TYPE
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
    old: tuple[str, ...] = ()
    """ARNs of the certificates that it had before. They still work."""


@dataclass(frozen=True, slots=True)
class Details:
    """What an operator knows of a charger beside its name. Attributes of its thing."""

    kind: str = ""
    """Type, such as wallbox-22. The charger joins the group of this type."""
    maximal_kw: str = ""
    location: str = ""

    @property
    def attributes(self) -> dict[str, str]:
        """Attributes of the thing; none for what is not known."""
        given = {TYPE: self.kind, MAXIMAL_KW: self.maximal_kw, LOCATION: self.location}
        return {key: value for key, value in given.items() if value}


_NO_DETAILS = Details()


async def add(name: str, site: DeployedSite, folder: Path) -> Charger:
    """Register a charger and write its files into a folder.

    A registration that was interrupted is continued.
    Raises ChargerError, and AwsError when AWS refuses before anything was created.
    """
    check_name(name)
    await asyncio.to_thread(files.prepare, folder, name)
    onboarding = await Onboarding.begin(site)
    charger = await onboarding.add(name, folder)
    await certificates.clear(site.name, name, site.door)
    return charger


@dataclass(frozen=True, slots=True)
class Onboarding:
    """Adds chargers to a site, any number of them at once."""

    site: DeployedSite
    endpoint: Endpoint
    root_ca: str = field(repr=False)
    issued: Mapping[str, Certificate] | None = None
    """What AWS IoT issued to runs that were cut off, by the charger. None: look for each alone."""
    of_others: set[str] = field(default_factory=set)
    """Ids of certificates of which somebody has the key: none that an answer was lost for."""

    @classmethod
    async def begin(cls, site: DeployedSite) -> Self:
        """Read what all chargers of the site have in common. Raises AwsError."""
        endpoint = await charger_endpoint(site.site, site.door)
        return cls(site, endpoint, await asyncio.to_thread(iot_root_ca))

    def place(self, name: str, folder: Path) -> ChargerFiles:
        """Return what the files of a charger say, and where they are."""
        site, topic = self.site, names.telemetry_topic(self.site.site.topic_name, name)
        host, port = self.endpoint.host, int(self.endpoint.port)
        return ChargerFiles(folder, name, site.name, site.region, host, port, name, topic)

    async def add(
        self, name: str, folder: Path, details: Details = _NO_DETAILS, *, renew: bool = False
    ) -> Charger:
        """Register one charger, or continue where a run was cut off.

        renew: give a charger another key that has one. The certificates that it has go on to work.

        The key is on the disk before AWS IoT is asked for its certificate, and gets its final name
        after everything else. So a run may end at any moment: the next one finds the certificate by
        the key. Raises ChargerError, and AwsError when AWS refuses before anything was created.
        """
        check_name(name)
        await asyncio.to_thread(files.prepare, folder, name)
        door = self.site.door
        thing_arn, is_new = await _thing(name, self.site, details, renew=renew)
        begun = await asyncio.to_thread(files.begun_key, folder, name, self.site.name)
        present = [] if is_new else await certificates.certificates_of(name, door)
        if present and not renew and not begun:
            raise _has_certificate(name)
        # A task of its own: a call in progress cannot be cancelled, so its result must not be lost.
        issuing: asyncio.Task[Certificate] | None = None
        try:
            await join_groups(name, self.site, details)
            begun = await asyncio.to_thread(files.begin_key, folder, name, self.site.name)
            issuing = asyncio.create_task(self._certificate(name, begun, present))
            certificate = await asyncio.shield(issuing)
            old = [arn for arn in present if arn != certificate.arn]
            if old and not renew:
                raise _has_certificate(name)
            await certificates.attach(certificate, name, names.device_policy(self.site.name), door)
            await certificates.note_end(certificate, name, door, details.attributes)
            key, place = begun.request.private_key, self.place(name, folder)
            await asyncio.to_thread(files.write, place, key, certificate.pem, self.root_ca)
        except BaseException as error:
            # Also when the person interrupts us: half a charger is a key that nobody has.
            left = await asyncio.shield(_undo(name if is_new else "", issuing, door))
            if not left:
                await asyncio.to_thread(files.forget_key, folder, name)
            if isinstance(error, Exception):
                raise _incomplete(name, error, left, renew=renew) from error
            raise
        return Charger(name, thing_arn, certificate.id, place, tuple(old))

    async def _certificate(self, name: str, begun: BegunKey, present: Iterable[str]) -> Certificate:
        request, door = begun.request.signing_request, self.site.door
        certificate = (self.issued or {}).get(name)
        if certificate is None and begun.since:
            # A copied file says too late a moment.
            certificate = await device_certificates.among(present, request, door)
        if certificate is None:
            since = begun.since if self.issued is None else None
            certificate = await device_certificates.issue(
                request, door, since, of_others=self.of_others
            )
        self.of_others.add(certificate.id)
        return certificate


async def _thing(
    name: str, site: DeployedSite, details: Details, *, renew: bool
) -> tuple[str, bool]:
    """Find or create the thing; return its ARN and whether it is new."""
    known = await registered.find(name, site)
    if known is None:
        return await _new_thing(name, site, details), True
    if known.revoked and not renew:
        raise ChargerError(
            what=f"{name} is revoked.",
            why="A revoked charger comes back with another key only if somebody says so.",
            next=f"If it is yours again: solarrally chargers replace {name} --to FOLDER",
        )
    return known.thing_arn, False


async def _new_thing(name: str, site: DeployedSite, details: Details) -> str:
    try:
        created = await site.door.call(
            "iot",
            "create_thing",
            thingName=name,
            thingTypeName=names.thing_type(site.name),
            attributePayload={"attributes": {"site": site.name, **details.attributes}},
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


async def create_type_group(site: DeployedSite, kind: str) -> None:
    """Create the group of a type of chargers, unless it exists. Raises AwsError."""
    description = f"Chargers of the type {kind} of the SolarRally site {site.name}"
    with tolerate(Kind.EXISTS):
        await site.door.call(
            "iot",
            "create_thing_group",
            thingGroupName=names.type_group(site.name, kind),
            thingGroupProperties={"thingGroupDescription": description},
        )


async def join_groups(name: str, site: DeployedSite, details: Details) -> None:
    """Add a charger to the site's group, and to that of its type, which exists."""
    # Not one inside the other: a thing may be in one group only of a hierarchy.
    groups = [names.thing_group(site.name)]
    groups += [names.type_group(site.name, details.kind)] if details.kind else []
    for group in groups:
        await site.door.call(
            "iot", "add_thing_to_thing_group", thingGroupName=group, thingName=name
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


def _incomplete(name: str, error: Exception, left: str, *, renew: bool) -> ChargerError:
    match error:
        case AwsError() | ChargerError():
            why, detail = f"{error.plain.what} {error.plain.why}", error.plain.detail
        case OSError():
            why, detail = in_words(error), ""
        case _:
            why, detail = "The program met something that it does not expect.", fault(error)
    return ChargerError(
        what=f"{name} got no new key." if renew else f"{name} was not added.",
        why=why,
        next=f"Delete by hand what may be left in AWS IoT: {left}."
        if left
        else "What was created for it has been deleted again. Fix the cause, then try again.",
        detail=detail,
    )


def _has_certificate(name: str) -> ChargerError:
    return ChargerError(
        what=f"{name} is registered and has a certificate.",
        why="Its private key exists only in the folder where its files were written.",
        next="Choose another name, or use those files. New key on Fleet issues another, as does "
        f"solarrally chargers replace {name} --to FOLDER",
    )
