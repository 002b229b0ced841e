"""A device's private key and signing request. The key is created here and never sent."""

from dataclasses import dataclass, field
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class KeyRequest:
    """A new private key (PEM, PKCS 8) and the request that AWS IoT signs for it (PEM)."""

    private_key: bytes = field(repr=False)
    signing_request: str


def request_for(private_key: bytes, common_name: str, site: str = "") -> str:
    """Return another request for a key that exists (PEM). Raises ValueError for one of no use."""
    key = serialization.load_pem_private_key(private_key, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("not an elliptic curve key")
    return _request(key, common_name, site)


def new_key(common_name: str, site: str = "") -> KeyRequest:
    """Create an EC P-256 key, which AWS IoT accepts and small devices can compute with.

    site: named in the subject of the request, by which a certificate is known that nothing has.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return KeyRequest(private, _request(key, common_name, site))


def is_of_site(subject: x509.Name, site: str, name: str = "") -> bool:
    """Whether the subject of a certificate is that of a request for a site's charger or bridge.

    name: the charger's; empty for any.
    """
    names = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if name and [one.value for one in names] != [name]:
        return False
    units = subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    organizations = subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return [one.value for one in (*organizations, *units)] == [_ORGANIZATION, site]


_ORGANIZATION: Final = "SolarRally"


def _request(key: ec.EllipticCurvePrivateKey, common_name: str, site: str = "") -> str:
    names = {NameOID.COMMON_NAME: common_name}
    if site:
        names |= {NameOID.ORGANIZATION_NAME: _ORGANIZATION, NameOID.ORGANIZATIONAL_UNIT_NAME: site}
    subject = x509.Name([x509.NameAttribute(oid, value) for oid, value in names.items()])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject)
    return request.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode("ascii")
