"""A real PostgreSQL that accepts TLS only, with a certificate of an authority of its own."""

import contextlib
import datetime as dt
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.blueprints.tasks.task_setup import free_port

HOST = "localhost"
OWNER = "solarrally"
SUPERUSER = "postgres"


@dataclass
class Server:
    """A running server; its folder has the certificate of its authority in ca.pem."""

    folder: Path
    port: int

    @property
    def ca_file(self) -> Path:
        return self.folder / "ca.pem"

    def sql(self, text: str) -> None:
        """Run statements as the superuser, over the local socket."""
        subprocess.run(self.psql(), input=text, text=True, check=True, timeout=60)

    def psql(self) -> list[str]:
        """Return the command of a superuser's session."""
        command = [_program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", "postgres"]
        return [*command, "-h", str(self.folder), "-p", str(self.port), "-U", SUPERUSER]

    def stop(self) -> None:
        self._control("stop", "-m", "immediate")

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        self._control("start", "-l", str(self.folder / "log"), "-o", options)

    def _control(self, verb: str, *options: str) -> None:
        _run("pg_ctl", verb, "-w", "-D", str(self.folder / "data"), *options)


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """Run a server until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="sr-pg-"))
    _write_certificates(folder)
    _give_away(folder)
    _run("initdb", "-D", str(folder / "data"), "-U", SUPERUSER, "--auth=trust", "--no-sync")
    _configure(folder)
    made = Server(folder, free_port())
    made.start()
    made.sql(f"CREATE ROLE {OWNER} LOGIN; CREATE DATABASE {OWNER} OWNER {OWNER};")
    try:
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder)


def authority(folder: Path) -> Path:
    """Write the certificate of another authority, which signed nothing here."""
    key = ec.generate_private_key(ec.SECP256R1())
    file = folder / "other-ca.pem"
    file.write_bytes(_pem(_certificate("another authority", key, None)))
    return file


def _configure(folder: Path) -> None:
    # As rds.force_ssl=1 does: whoever comes over the network comes with TLS.
    (folder / "data/pg_hba.conf").write_text(
        "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n"
    )
    with (folder / "data/postgresql.conf").open("a") as file:
        file.write(
            f"ssl=on\nssl_cert_file='{folder}/server.pem'\nssl_key_file='{folder}/server.key'\n"
            "password_encryption=scram-sha-256\nfsync=off\nmax_wal_size=64MB\n"
        )


def _write_certificates(folder: Path) -> None:
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca = _certificate("test authority", ca_key, None)
    mine = _certificate(HOST, key, (ca, ca_key))
    (folder / "ca.pem").write_bytes(_pem(ca))
    (folder / "server.pem").write_bytes(_pem(mine))
    private = folder / "server.key"
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    private.chmod(0o600)


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None,
) -> x509.Certificate:
    now, subject = (
        dt.datetime.now(dt.UTC),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]),
    )
    parent, parent_key = (issuer[0].subject, issuer[1]) if issuer else (subject, key)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(parent)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name.replace(" ", "-"))]), False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(parent_key.public_key()), False
        )
        .sign(parent_key, hashes.SHA256())
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _program(name: str) -> str:
    """Return a program of PostgreSQL; Debian keeps the server's out of the search path."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    path = os.pathsep.join([*map(str, folders), os.environ["PATH"]])
    found = shutil.which(name, path=path)
    assert found, f"{name} is missing. make test installs PostgreSQL."
    return found


def _run(name: str, *arguments: str) -> None:
    """Run a server's program, as the user postgres where root may not."""
    ended = subprocess.run(
        [_program(name), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=240,
        user=_user(),
        cwd="/",
    )
    assert ended.returncode == 0, ended.stderr


def _user() -> str | None:
    return SUPERUSER if os.geteuid() == 0 else None


def _give_away(folder: Path) -> None:
    if _user():
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, _user())
    folder.chmod(0o755)
