"""Test chargers: registered for one run of the simulation, and removed after it.

All share one certificate, whose key never leaves this process. AWS IoT lets many things have one
certificate (developer guide, "Associating an AWS IoT thing to an MQTT client connection"), and the
site's policy admits each under its own name only. One certificate each would take eight minutes
longer for 5,000 chargers, because AWS signs few a second, and would prove nothing more.

AWS remembers them by the attribute `test` of their things, so that also what a killed run left is
found. They are not in the group of the site's chargers.
"""

import asyncio
import secrets
import ssl
import tempfile
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from solarrally_tui.account.iot_endpoints import charger_endpoint
from solarrally_tui.aws.errors import AwsError, Kind, tolerate
from solarrally_tui.chargers import certificates
from solarrally_tui.chargers.connection import trusting
from solarrally_tui.chargers.files import ChargerFiles
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.deployed import device_certificates
from solarrally_tui.deployed.device_keys import new_key
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.deployed.trusted_authority import iot_root_ca
from solarrally_tui.site import names

MOST: Final = 5000
"""Chargers of one run: what one process carries with 80 KB each."""
MARK: Final = "test"
"""Attribute of the things of test chargers."""
CERTIFICATE: Final = "testCertificate"
"""Attribute with the ARN of their certificate, so that removing them need not ask for it."""
_AT_ONCE: Final = 8
"""Calls under way. With some 80 ms each, about the 100 a second that AWS admits of CreateThing,
AttachThingPrincipal, DetachThingPrincipal and DeleteThing (AWS IoT Core quotas)."""

Report = Callable[[int], None]
"""Called with how many are done."""


@dataclass(frozen=True, slots=True)
class TestChargers:
    """Chargers that were registered for a run, and what all of them show to AWS IoT."""

    __test__ = False  # pytest, it is not yours

    chargers: tuple[ChargerFiles, ...]
    tls: ssl.SSLContext = field(repr=False)


def name_of(site: str, number: int) -> str:
    """Return the name of a test charger. The same for every run, so that a seed repeats it."""
    return f"{site}-test-{number:04}"


async def left(site: DeployedSite) -> dict[str, str]:
    """Return a site's test chargers that are registered, with their certificates. Raises AwsError.

    A certificate is its ARN, by the name of the charger.
    """
    things = await site.door.pages(
        "iot", "list_things", "things", attributeName=MARK, attributeValue="true"
    )
    # Others may mark things of theirs alike, but those are not of this site's type.
    kind = names.thing_type(site.name)
    return {
        thing["thingName"]: thing["attributes"].get(CERTIFICATE, "")
        for thing in things
        if thing.get("thingTypeName") == kind
    }


async def ensure_none(site: DeployedSite) -> None:
    """Raise ChargerError where a site has test chargers, and so another run. Raises AwsError."""
    if known := await left(site):
        raise ChargerError(
            what=f"{site.name} has {len(known)} test chargers already.",
            why="Another run is under way, or one was killed before it could remove them.",
            next="Wait for the other run, or remove them with: "
            f"solarrally chargers simulate --clean --site {site.name}",
        )


async def register(site: DeployedSite, count: int, report: Report) -> TestChargers:
    """Register test chargers with one certificate.

    What was created before a failure stays for `remove`. Raises AwsError.
    """
    door = site.door
    common = _common(site.name)
    key = await asyncio.to_thread(new_key, common, site.name)
    certificate = await device_certificates.issue(key.signing_request, door, active=False)
    await door.call(
        "iot", "attach_policy", policyName=names.device_policy(site.name), target=certificate.arn
    )

    async def create(name: str) -> None:
        await door.call(
            "iot",
            "create_thing",
            thingName=name,
            thingTypeName=names.thing_type(site.name),
            attributePayload={
                "attributes": {"site": site.name, MARK: "true", CERTIFICATE: certificate.arn}
            },
        )
        await door.call("iot", "attach_thing_principal", thingName=name, principal=certificate.arn)

    chosen = [name_of(site.name, number) for number in range(1, count + 1)]
    await _for_each(chosen, create, report)
    await device_certificates.activate(certificate, door)
    endpoint = await charger_endpoint(site.site, door)
    chargers = tuple(
        ChargerFiles(
            Path(),
            name,
            site.name,
            site.region,
            endpoint.host,
            int(endpoint.port),
            name,
            names.telemetry_topic(site.site.topic_name, name),
        )
        for name in chosen
    )
    tls = await asyncio.to_thread(tls_in_memory, certificate.pem, key.private_key)
    return TestChargers(chargers, tls)


async def remove(site: DeployedSite, report: Report) -> int:
    """Remove all test chargers of a site and their certificates; return how many there were.

    The certificate goes first: without it none can connect any more. Raises AwsError and
    StillWaitingError; running it again continues.
    """
    door = site.door
    things = await left(site)
    for arn in {arn for arn in things.values() if arn}:
        status = {"certificateId": arn.rpartition("/")[2], "newStatus": "INACTIVE"}
        await door.find("iot", "update_certificate", **status)

    async def delete(name: str) -> None:
        with tolerate(Kind.NOT_FOUND):
            if arn := things[name]:
                await door.call("iot", "detach_thing_principal", thingName=name, principal=arn)
        await certificates.delete_thing(name, door)

    await _for_each(things, delete, report)
    # Nothing has the certificate any more, as that of a run that was killed before it had a thing.
    for arn in await device_certificates.left_behind(site.name, door, _common(site.name)):
        await certificates.delete(arn, door)
    return len(things)


async def _for_each(
    chosen: Iterable[str], work: Callable[[str], Awaitable[None]], report: Report
) -> None:
    """Do the work for each name, a few at once. The first failure ends it. Raises AwsError."""
    waiting, done = iter(chosen), 0

    async def worker() -> None:
        nonlocal done
        for name in waiting:
            await work(name)
            done += 1
            report(done)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(_AT_ONCE):
                group.create_task(worker())
    except* AwsError as errors:
        raise errors.exceptions[0] from None


def _common(site: str) -> str:
    """Return the common name in the subject of the shared certificate."""
    return f"{site}-test"


def tls_in_memory(certificate: str, private_key: bytes) -> ssl.SSLContext:
    """Return what the test chargers show. ssl reads keys from files only: ours is encrypted there.

    The file is deleted at once, and its passphrase is never written.
    """
    phrase = secrets.token_bytes(32)
    loaded = serialization.load_pem_private_key(private_key, None)
    encrypted = loaded.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(phrase)
    )
    context = trusting(iot_root_ca())
    with tempfile.TemporaryDirectory(prefix="solarrally-") as folder:
        path = Path(folder) / "test.pem"
        path.write_bytes(encrypted + certificate.encode())
        context.load_cert_chain(path, password=phrase)
    return context
