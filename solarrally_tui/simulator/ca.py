"""The authority that signs what the simulated account serves over TLS on loopback.

The library trustme would replace about half of this module. It is not used, because every
installation would carry it for that half, while cryptography is needed in any case.
"""

import datetime as dt
import ipaddress
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from solarrally_tui.simulator.settings import LOOPBACK

LOOPBACK_NAMES = ("localhost", LOOPBACK, "::1")
_DAYS = 365


@dataclass(frozen=True, slots=True, repr=False)
class LocalCa:
    """A private certificate authority, created for each run of the simulator."""

    certificate_pem: str
    key_pem: str

    @classmethod
    def create(cls) -> "LocalCa":
        """Create an authority with a P-256 key."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("SolarRally simulated account")
        certificate = (
            _builder(name, name, key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(authority=True), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .sign(key, hashes.SHA256())
        )
        return cls(_pem(certificate), _key_pem(key))

    def issue(self, names: tuple[str, ...] = LOOPBACK_NAMES) -> tuple[str, str]:
        """Sign a server certificate for these host names and addresses.

        Returns the certificate and its private key, both as PEM.
        """
        authority = x509.load_pem_x509_certificate(self.certificate_pem.encode())
        signer = serialization.load_pem_private_key(self.key_pem.encode(), password=None)
        assert isinstance(signer, ec.EllipticCurvePrivateKey)  # noqa: S101 (`create` makes no other)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            _builder(_name(names[0]), authority.subject, key.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(authority=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(
                x509.SubjectAlternativeName([_general_name(n) for n in names]), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
                critical=False,
            )
            .sign(signer, hashes.SHA256())
        )
        return _pem(certificate), _key_pem(key)

    def server_context(self, names: tuple[str, ...] = LOOPBACK_NAMES) -> ssl.SSLContext:
        """Create a TLS context for a listener on loopback, with a certificate of its own."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:  # load_cert_chain takes only paths
            chain = Path(folder) / "chain.pem"
            chain.touch(mode=0o600)
            chain.write_text("".join(self.issue(names)))
            context.load_cert_chain(chain)
        return context


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=_DAYS))
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
