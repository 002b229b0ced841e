"""Certificates that AWS IoT issues for our requests, each of them once."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from solarrally_tui.aws.door import Door

_CLOCKS: Final = timedelta(minutes=10)
"""How far the clocks of this computer and of AWS may be apart, generously."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate in AWS IoT; the PEM is public."""

    id: str
    arn: str
    pem: str


async def issue(signing_request: str, door: Door, since: datetime | None = None) -> Certificate:
    """Have AWS IoT sign a request; the certificate is active at once. Raises AwsError.

    AWS IoT issues another certificate each time, also for the same request. So where an answer is
    lost, the certificate is looked for by its key.
    since: when the key is older than this call, as that of a run that was cut off. A certificate
    that it may have got then is returned instead.
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
        setAsActive=True,
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
