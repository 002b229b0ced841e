"""Claims in AWS IoT: created, listed, revoked; and chargers that are expected before they exist.

A claim is a certificate that devices share until each has its own. A thing of its own,
solarrally-SITE-claim-NAME, has the certificate and the claim's limits as attributes. The site's
check (stack `iot`, ProvisioningCheck) reads them there for each device that asks.
"""

import asyncio
import contextlib
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from solarrally_tui.account.iot_endpoints import charger_endpoint
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.poll import StillWaitingError
from solarrally_tui.chargers import certificates, files
from solarrally_tui.chargers.claims.files import ClaimFiles
from solarrally_tui.chargers.files import check_name
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.deployed import device_certificates
from solarrally_tui.deployed.device_keys import new_key
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.deployed.trusted_authority import iot_root_ca
from solarrally_tui.site import names

SERIALS: Final = "serials"
"""Attribute of a claim's thing: how serial numbers begin that need not be expected."""

LIMIT: Final = "limit"
"""Attribute of a claim's thing: how many chargers may register with it."""

CLAIM: Final = "claim"
"""Attribute of a charger's thing: SITE/CLAIM, with which it registered."""

MOST: Final = 1000
"""The highest limit of a claim: the check counts what has registered, 250 things a call."""

_NAME: Final = re.compile(r"[a-z0-9](-?[a-z0-9])*")
_BEGINNING: Final = re.compile(r"[a-zA-Z0-9_-]{3,60}")


@dataclass(frozen=True, slots=True)
class Limits:
    """Which serial numbers a claim registers beside those that are expected, and how many in all.

    Without a beginning only chargers that are expected. Raises ChargerError.
    """

    serials: str = ""
    most: int = MOST

    def __post_init__(self) -> None:
        """Check both. Raises ChargerError."""
        if self.serials and not _BEGINNING.fullmatch(self.serials):
            raise ChargerError(
                what=f"{self.serials!r} cannot be the beginning of serial numbers.",
                why="A shorter one, or none, would admit almost any device.",
                next="Use 3 to 60 letters, digits, hyphens and underscores, for example SR2-.",
            )
        if self.serials.startswith("solarrally-"):
            raise ChargerError(
                what=f"{self.serials} cannot be the beginning of serial numbers.",
                why="Names that start with solarrally- belong to the site's own connections.",
                next="Choose another one.",
            )
        if not 1 <= self.most <= MOST:
            raise ChargerError(
                what=f"A claim cannot be limited to {self.most} chargers.",
                why=f"The limit is from 1 to {MOST}.",
                next="Create several claims for more chargers.",
            )

    @property
    def in_words(self) -> str:
        """What the claim admits, as a sentence."""
        if not self.serials:
            return f"They get one only for chargers that are expected, {self.most} at most."
        return (
            f"They get one for serial numbers that begin with {self.serials} and for chargers that "
            f"are expected, {self.most} at most."
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as AWS IoT has it."""

    name: str
    limits: Limits
    registered: int
    """How many chargers have registered with it."""
    certificate: str
    """ARN of its certificate; empty where its creation was interrupted."""
    is_active: bool
    created: datetime | None


async def create(name: str, site: DeployedSite, folder: Path, limits: Limits) -> ClaimFiles:
    """Create a claim and write its files into a folder. Raises ChargerError and AwsError."""
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        raise ChargerError(
            what=f"{name!r} cannot be the name of a claim.",
            why="The name is part of a thing's name and of the names of files.",
            next=f"Use at most {_LONGEST} of a-z, 0-9 and single hyphens, for example batch-7.",
        )
    template = await _template(site)
    await asyncio.to_thread(files.prepare, folder, name)
    if await site.door.find("iot", "describe_thing", thingName=names.claim_thing(site.name, name)):
        raise ChargerError(
            what=f"{site.name} has a claim {name} already.",
            why="Its private key exists only in the folder where its files were written.",
            next=f"Choose another name, or revoke it first: solarrally chargers claim revoke {name}"
            f" --site {site.name}",
        )
    try:
        return await _created(name, site, folder, limits, template)
    except BaseException:
        # Half a claim is a certificate whose key nobody has. What cannot be deleted now does not
        # work, and is listed.
        with contextlib.suppress(AwsError, StillWaitingError):
            await asyncio.shield(revoke(name, site))
        raise


async def _template(site: DeployedSite) -> str:
    template = (await site.stacks.outputs("iot")).get("ProvisioningTemplateName")
    if template is None:
        raise ChargerError(
            what=f"{site.name} gives no certificates to devices with a claim.",
            why="Its answer devices.fleet_provisioning is false, or it is not deployed yet.",
            next="Set fleet_provisioning = true under [devices] in the site file, and deploy it.",
        )
    return template


async def _created(
    name: str, site: DeployedSite, folder: Path, limits: Limits, template: str
) -> ClaimFiles:
    door, thing = site.door, names.claim_thing(site.name, name)
    attributes = {names.CLAIM_OF: site.name, LIMIT: str(limits.most)}
    if limits.serials:
        attributes[SERIALS] = limits.serials
    await door.call(
        "iot", "create_thing", thingName=thing, attributePayload={"attributes": attributes}
    )
    key = await asyncio.to_thread(new_key, _subject(name), site.name)
    certificate = await device_certificates.issue(key.signing_request, door, active=False)
    await certificates.attach(certificate, thing, names.claim_policy(site.name), door)
    endpoint = await charger_endpoint(site.site, door)
    claim = ClaimFiles(
        folder,
        name,
        site.name,
        site.region,
        endpoint.host,
        int(endpoint.port),
        template,
        names.claim_client_prefix(site.name),
        site.site.topic_name,
    )
    pem, root_ca = certificate.pem, iot_root_ca()
    await asyncio.to_thread(claim.write, key.private_key, pem, root_ca, limits.in_words)
    await device_certificates.activate(certificate, door)
    return claim


async def claims(site: DeployedSite) -> tuple[Claim, ...]:
    """Return the claims of a site, by name. Raises AwsError."""
    things = await site.door.pages(
        "iot", "list_things", "things", attributeName=names.CLAIM_OF, attributeValue=site.name
    )
    prefix = names.claim_client_prefix(site.name)
    ours = sorted((t for t in things if t["thingName"].startswith(prefix)), key=_by_name)
    found = [_claim(thing, thing["thingName"].removeprefix(prefix), site) for thing in ours]
    return tuple(await asyncio.gather(*found))


async def _claim(thing: dict[str, Any], name: str, site: DeployedSite) -> Claim:
    door, attributes = site.door, thing.get("attributes") or {}
    certificate = next(iter(await certificates.certificates_of(thing["thingName"], door)), "")
    described: dict[str, Any] = {}
    if certificate:
        response = await door.find(
            "iot", "describe_certificate", certificateId=certificate.rpartition("/")[2]
        )
        described = (response or {}).get("certificateDescription") or {}
    return Claim(
        name,
        Limits(attributes.get(SERIALS, ""), int(attributes.get(LIMIT, MOST))),
        len(await registered_with(name, site)),
        certificate,
        described.get("status") == "ACTIVE",
        described.get("creationDate"),
    )


async def registered_with(claim: str, site: DeployedSite) -> list[str]:
    """Return the names of the chargers that registered with a claim. Raises AwsError."""
    things = await site.door.pages(
        "iot", "list_things", "things", attributeName=CLAIM, attributeValue=f"{site.name}/{claim}"
    )
    return sorted(thing["thingName"] for thing in things)


async def revoke(name: str, site: DeployedSite) -> bool:
    """Delete a claim's certificate and its thing; return whether there was one.

    One that is deleted in part is deleted completely. The chargers that registered with it keep
    their own certificates. Raises AwsError and StillWaitingError.
    """
    door, thing = site.door, names.claim_thing(site.name, name)
    known = await door.find("iot", "describe_thing", thingName=thing)
    held = await certificates.certificates_of(thing, door) if known else []
    orphans = await device_certificates.left_behind(site.name, door, _subject(name))
    for arn in {*held, *orphans}:
        await certificates.delete(arn, door)
    if known:
        await certificates.delete_thing(thing, door)
    return bool(known or orphans)


async def expect(serials: list[str], site: DeployedSite) -> tuple[str, ...]:
    """Register chargers without a certificate, so that any claim of the site admits each once.

    Returns those that are new; chargers of the site are left as they are. Raises ChargerError for
    a name that belongs to others, and AwsError.
    """
    for serial in serials:
        check_name(serial)
    await _template(site)
    new = []
    for serial in dict.fromkeys(serials):
        known = await site.door.find("iot", "describe_thing", thingName=serial)
        if known and known.get("attributes", {}).get("site") != site.name:
            raise ChargerError(
                what=f"The name {serial} is taken.",
                why=f"Thing names are unique in a Region, and in {site.region} it is not of "
                f"{site.name}.",
                next="The device needs another serial number, or the site another Region.",
            )
        if known:
            continue
        await site.door.call(
            "iot",
            "create_thing",
            thingName=serial,
            thingTypeName=names.thing_type(site.name),
            attributePayload={"attributes": {"site": site.name}},
        )
        new.append(serial)
        await site.door.call(
            "iot",
            "add_thing_to_thing_group",
            thingGroupName=names.thing_group(site.name),
            thingName=serial,
        )
    return tuple(new)


def _subject(claim: str) -> str:
    """Return the common name of a claim's certificate; no charger can have it as its name."""
    return f"claim {claim}"


def _by_name(thing: dict[str, Any]) -> str:
    return str(thing["thingName"])


_LONGEST: Final = 30
