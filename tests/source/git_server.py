"""A Git server over verified TLS: Git's own http-backend behind Python's server."""

import datetime as dt
import os
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class GitServer:
    """Serves the repositories below a folder at https://localhost:PORT/NAME."""

    def __init__(self, projects: Path, place: Path) -> None:
        self.asked: list[str] = []
        """What was asked for, so that a test can see whether anything was."""
        self.answer = 0
        """A status that every request gets instead; 0 means Git's own answer."""
        self.silent = threading.Event()
        """While set, requests are accepted and never answered."""
        self.old = False
        """Whether the version of the protocol that a client asks for is ignored."""
        self.instead: tuple[bytes, bytes] | None = None
        """Content type and body of what every request gets instead."""
        self.spoil = False
        """Whether a byte in the middle of each pack is changed."""
        self.moved = ""
        """Where requests for /elsewhere are sent on to."""
        self.projects = projects
        self.authority = certificate(place)
        handler = type("Handler", (_Handler,), {"owner": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.authority)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def address(self, name: str = "mini") -> str:
        return f"https://localhost:{self.server.server_port}/{name}"

    def stop(self) -> None:
        self.silent.clear()
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    owner: GitServer

    def do_GET(self) -> None:
        self.owner.asked.append(self.path)
        while self.owner.silent.is_set():
            threading.Event().wait(0.05)
        if self.owner.answer:
            self.send_response(self.owner.answer)
            self.send_header("WWW-Authenticate", 'Basic realm="closed"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if self.owner.instead:
            self._say(*self.owner.instead)
            return
        if self.owner.moved and self.path.startswith("/elsewhere"):
            self.send_response(301)
            self.send_header("Location", self.path.replace("/elsewhere", self.owner.moved, 1))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self._backend()

    def _say(self, kind: bytes, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind.decode())
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 the server's own name

    def _backend(self) -> None:
        path, _, query = self.path.partition("?")
        length = int(self.headers.get("Content-Length") or 0)
        done = subprocess.run(
            ["git", "http-backend"],
            input=self.rfile.read(length),
            capture_output=True,
            check=False,  # Git's own server ends with 1 after telling a client what is wrong
            env=os.environ
            | {
                "GIT_PROJECT_ROOT": str(self.owner.projects),
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_PROTOCOL": "" if self.owner.old else self.headers.get("Git-Protocol", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(length),
            },
        )
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        if self.owner.spoil and b"PACK" in body:
            at = (body.index(b"PACK") + len(body)) // 2
            body = body[:at] + bytes([body[at] ^ 255]) + body[at + 1 :]
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Keep the tests' output quiet."""


def certificate(place: Path) -> Path:
    """Write a certificate for localhost with its key; it is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = place / "localhost.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
