"""Certificates that AWS IoT issues for our requests, each of them once."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from solarrally_tui.aws.door import Door
from solarrally_tui.deployed.device_keys import is_of_site

_CLOCKS: Final = timedelta(minutes=10)
"""How far the clocks of this computer and of AWS may be apart, generously."""

_PAGE: Final = 250
"""Certificates in one answer at most (AWS IoT API reference, ListCertificates, pageSize)."""

_NEWEST: Final = 200


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate in AWS IoT; the PEM is public."""

    id: str
    arn: str
    pem: str


async def issue(
    signing_request: str,
    door: Door,
    since: datetime | None = None,
    *,
    active: bool = True,
    of_others: Container[str] = (),
) -> Certificate:
    """Have AWS IoT sign a request. Raises AwsError.

    AWS IoT issues another certificate each time, also for the same request. So where an answer is
    lost, the certificate is looked for by its key.
    since: when the key is older than this call, as that of a run that was cut off. A certificate
    that it may have got then is returned instead. active: whether it works as soon as it has a
    policy; otherwise once activate was called. of_others: ids of certificates with other keys,
    which need not be read.
    """
    began = datetime.now(UTC)

    async def issued() -> dict[str, Any] | None:
        found = await _of_keys([signing_request], since or began, door, of_others)
        return found.get(signing_request)

    created = await issued() if since else None
    created = created or await door.once(
        "iot",
        "create_certificate_from_csr",
        issued,
        certificateSigningRequest=signing_request,
        setAsActive=active,
    )
    return _certificate(created)


async def issued_for(
    signing_requests: Iterable[str], since: datetime, door: Door, of_others: Container[str] = ()
) -> dict[str, Certificate]:
    """Return the certificates that AWS IoT issued for some requests, by the request.

    since: when the first of them was written. of_others: as of issue. Raises AwsError.
    """
    found = await _of_keys(signing_requests, since, door, of_others)
    return {request: _certificate(described) for request, described in found.items()}


async def among(arns: Iterable[str], signing_request: str, door: Door) -> Certificate | None:
    """Return which of some certificates is for the key of a request, however old it is.

    Raises AwsError.
    """
    wanted = _public(x509.load_pem_x509_csr(signing_request.encode()))
    for arn in arns:
        described, key = await _described(arn.rpartition("/")[2], door)
        if key == wanted:
            return _certificate(described)
    return None


def id_of(pem: str) -> str:
    """Return the id that AWS IoT gives a certificate: its fingerprint. Raises ValueError."""
    return x509.load_pem_x509_certificate(pem.encode()).fingerprint(hashes.SHA256()).hex()


def _certificate(described: Mapping[str, Any]) -> Certificate:
    return Certificate(
        described["certificateId"], described["certificateArn"], described["certificatePem"]
    )


async def _of_keys(
    signing_requests: Iterable[str], since: datetime, door: Door, of_others: Container[str]
) -> dict[str, dict[str, Any]]:
    """Return the certificates for the keys of requests that were issued since a moment.

    AWS lists certificates without their keys, and describes ten a second.
    """
    wanted = {
        _public(x509.load_pem_x509_csr(request.encode())): request for request in signing_requests
    }
    found: dict[str, dict[str, Any]] = {}
    for item in await _newest_first(door):
        if len(found) == len(wanted):
            break
        if item["creationDate"] < since - _CLOCKS or item["certificateId"] in of_others:
            continue
        described, key = await _described(item["certificateId"], door)
        if key in wanted and wanted[key] not in found:
            found[wanted[key]] = described
    return found


async def _described(certificate_id: str, door: Door) -> tuple[dict[str, Any], bytes]:
    """Return what AWS IoT knows of a certificate, and its public key; nothing where it is gone."""
    response = await door.find("iot", "describe_certificate", certificateId=certificate_id)
    described: dict[str, Any] = (response or {}).get("certificateDescription") or {}
    pem = described.get("certificatePem")
    return described, _public(x509.load_pem_x509_certificate(pem.encode())) if pem else b""


async def _newest_first(door: Door) -> list[dict[str, Any]]:
    listed = await door.pages("iot", "list_certificates", "certificates", pageSize=_PAGE)
    return sorted(listed, key=lambda item: item["creationDate"], reverse=True)


def _public(signed: x509.Certificate | x509.CertificateSigningRequest) -> bytes:
    return signed.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


async def activate(certificate: Certificate, door: Door) -> None:
    """Let a certificate work. Raises AwsError."""
    await door.call("iot", "update_certificate", certificateId=certificate.id, newStatus="ACTIVE")


async def left_behind(
    site: str, door: Door, name: str = "", *, of_others: Container[str] = ()
) -> list[str]:
    """Return the ARNs of certificates that runs of a site were killed with. Raises AwsError.

    Nothing has them, so they allow nothing, and their subject names the site: see device_keys.
    name: of the charger, where only inactive ones are meant; empty for all, while none is being
    added. of_others: ARNs of those that have a policy. Of the active ones without any, only the
    newest are read, because AWS describes ten a second and the account may have thousands.
    """
    found = []
    listed = await _newest_first(door)
    active = [
        item
        for item in listed
        if item["status"] == "ACTIVE" and not name and item["certificateArn"] not in of_others
    ]
    for item in [*(one for one in listed if one["status"] == "INACTIVE"), *active[:_NEWEST]]:
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
