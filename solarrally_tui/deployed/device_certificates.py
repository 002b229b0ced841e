"""Certificates that AWS IoT issues for our requests, each of them once."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from solarrally_tui.aws.door import Door
from solarrally_tui.deployed.device_keys import is_of_site

_CLOCKS: Final = timedelta(minutes=10)
"""How far the clocks of this computer and of AWS may be apart, generously."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate in AWS IoT; the PEM is public."""

    id: str
    arn: str
    pem: str


async def issue(
    signing_request: str, door: Door, since: datetime | None = None, *, active: bool = True
) -> Certificate:
    """Have AWS IoT sign a request. Raises AwsError.

    AWS IoT issues another certificate each time, also for the same request. So where an answer is
    lost, the certificate is looked for by its key.
    since: when the key is older than this call, as that of a run that was cut off. A certificate
    that it may have got then is returned instead. active: whether it works at once; otherwise once
    activate was called.
    """
    began = datetime.now(UTC)

    async def issued() -> dict[str, Any] | None:
        return await _of_key(signing_request, since or began, door)

    created = await issued() if since else None
    created = created or await door.once(
        "iot",
        "create_certificate_from_csr",
        issued,
        certificateSigningRequest=signing_request,
        setAsActive=active,
    )
    return Certificate(
        created["certificateId"], created["certificateArn"], created["certificatePem"]
    )


async def _of_key(signing_request: str, since: datetime, door: Door) -> dict[str, Any] | None:
    """Return the certificate for the key of a request, issued since a moment; None without one."""
    wanted = _public(x509.load_pem_x509_csr(signing_request.encode()))
    newest_first = await door.pages(
        "iot", "list_certificates", "certificates", ascendingOrder=False
    )
    for item in newest_first:
        if item["creationDate"] < since - _CLOCKS:
            continue
        response = await door.find(
            "iot", "describe_certificate", certificateId=item["certificateId"]
        )
        described: dict[str, Any] = (response or {}).get("certificateDescription") or {}
        pem = described.get("certificatePem")
        if pem and _public(x509.load_pem_x509_certificate(pem.encode())) == wanted:
            return described
    return None


def _public(signed: x509.Certificate | x509.CertificateSigningRequest) -> bytes:
    return signed.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


async def activate(certificate: Certificate, door: Door) -> None:
    """Let a certificate work. Raises AwsError."""
    await door.call("iot", "update_certificate", certificateId=certificate.id, newStatus="ACTIVE")


async def left_behind(site: str, door: Door, name: str = "") -> list[str]:
    """Return the ARNs of certificates that runs of a site were killed with. Raises AwsError.

    They never worked or work no more, nothing has them, and their subject names the site: see
    device_keys. name: of the charger; empty for all, while none is being added.
    """
    found = []
    for item in await door.pages("iot", "list_certificates", "certificates"):
        if item["status"] != "INACTIVE":
            continue
        id_, arn = item["certificateId"], item["certificateArn"]
        response = await door.find("iot", "describe_certificate", certificateId=id_)
        pem = ((response or {}).get("certificateDescription") or {}).get("certificatePem", "")
        if not pem:
            continue
        subject = x509.load_pem_x509_certificate(pem.encode()).subject
        if not is_of_site(subject, site, name):
            continue
        if not await door.pages("iot", "list_principal_things", "things", principal=arn):
            found.append(arn)
    return found
