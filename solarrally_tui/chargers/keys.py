"""A device's private key and signing request. The key is created here and never sent."""

from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class KeyRequest:
    """A new private key (PEM, PKCS 8) and the request that AWS IoT signs for it (PEM)."""

    private_key: bytes = field(repr=False)
    signing_request: str


def new_key(common_name: str) -> KeyRequest:
    """Create an EC P-256 key, which AWS IoT accepts and small devices can compute with."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject)
    return KeyRequest(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        request.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode("ascii"),
    )
