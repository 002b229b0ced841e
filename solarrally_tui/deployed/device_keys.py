"""A device's private key and signing request. The key is created here and never sent."""

from dataclasses import dataclass, field

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


def request_for(private_key: bytes, common_name: str) -> str:
    """Return another request for a key that exists (PEM). Raises ValueError for one of no use."""
    key = serialization.load_pem_private_key(private_key, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("not an elliptic curve key")
    return _request(key, common_name)


def new_key(common_name: str) -> KeyRequest:
    """Create an EC P-256 key, which AWS IoT accepts and small devices can compute with."""
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return KeyRequest(private, _request(key, common_name))


def _request(key: ec.EllipticCurvePrivateKey, common_name: str) -> str:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject)
    return request.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode("ascii")
