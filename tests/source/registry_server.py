"""A registry of images over verified TLS, with the token that anybody may have."""

import hashlib
import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.source.git_server import certificate

TOKEN = "anybody"


class RegistryServer:
    """Serves manifests and blobs of owner/solarrally at https://localhost:PORT."""

    def __init__(self, place: Path) -> None:
        self.things: dict[str, bytes] = {}
        self.asked: list[tuple[str, str]] = []
        """Path and Authorization of every request."""
        self.status = 0
        """A status that every manifest gets instead; 0 means the right one."""
        self.challenge = ""
        """What stands in WWW-Authenticate; empty means a token at this server."""
        self.blobs_at = ""
        """Where requests for blobs are sent on to."""
        known = place / "localhost.pem"
        self.authority = known if known.exists() else certificate(place)
        handler = type("Handler", (_Handler,), {"owner": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.authority)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def host(self) -> str:
        return f"localhost:{self.server.server_port}"

    def add(self, thing: Any) -> str:
        """Keep a manifest or a configuration; return its digest."""
        body = thing if isinstance(thing, bytes) else json.dumps(thing).encode()
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        self.things[digest] = body
        return digest

    def add_image(self, architecture: str, **settings: Any) -> str:
        """Keep an image for one processor; return the digest of its manifest."""
        config = self.add({"os": "linux", "architecture": architecture, "config": settings})
        return self.add({"schemaVersion": 2, "config": {"digest": config}, "layers": []})

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    owner: RegistryServer

    def do_GET(self) -> None:
        owner, path = self.owner, self.path
        owner.asked.append((path, self.headers.get("Authorization", "")))
        if path.startswith("/token?"):
            self._say(200, json.dumps({"token": TOKEN}).encode())
        elif owner.blobs_at and "/blobs/" in path:
            self._say(307, b"", Location=owner.blobs_at + path)
        elif self.headers.get("Authorization") != f"Bearer {TOKEN}":
            scope = "repository:owner/solarrally:pull"
            own = f'Bearer realm="https://{owner.host}/token",service="here",scope="{scope}"'
            self._say(401, b"{}", **{"WWW-Authenticate": owner.challenge or own})
        elif owner.status:
            self._say(owner.status, b"{}")
        else:
            found = owner.things.get(path.rpartition("/")[2])
            self._say(200 if found is not None else 404, found or b"{}")

    def _say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Keep the tests' output quiet."""
