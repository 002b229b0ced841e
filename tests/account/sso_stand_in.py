"""A small stand-in of IAM Identity Center on loopback: sso-oidc and sso as boto3 speaks to them."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

TOKEN = "sso-token-canary-5f2d1c"
CLIENT_SECRET = "client-secret-canary-77aa"
KEYS = {
    "accessKeyId": "ASIASTANDIN",
    "secretAccessKey": "sso-secret-canary-9b",
    "sessionToken": "t",
}


class IdentityCenter(BaseHTTPRequestHandler):
    """Agrees after a number of questions, as a person does in the browser after a while."""

    pending: ClassVar[list[str]] = []
    """Error codes to answer create_token with before it succeeds."""
    seen: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append(self.path)
        if self.path == "/client/register":
            self.say({"clientId": "client", "clientSecret": CLIENT_SECRET})
        elif self.path == "/device_authorization":
            if "example" not in asked["startUrl"]:
                self.refuse("InvalidRequestException")
                return
            url = asked["startUrl"].rstrip("/") + "/#/device"
            self.say(
                {
                    "deviceCode": "device",
                    "userCode": "QRST-WXYZ",
                    "verificationUri": url,
                    "verificationUriComplete": f"{url}?user_code=QRST-WXYZ",
                    "expiresIn": 600,
                    "interval": 0.05,
                }
            )
        elif asked["deviceCode"] == "device" and asked["clientSecret"] == CLIENT_SECRET:
            if self.pending:
                self.refuse(self.pending.pop(0))
            else:
                self.say({"accessToken": TOKEN, "tokenType": "Bearer", "expiresIn": 3600})

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        self.seen.append(asked.path)
        if self.headers["x-amz-sso_bearer_token"] != TOKEN:
            self.refuse("UnauthorizedException")
        elif asked.path == "/assignment/accounts":
            second = "next_token" in parse_qs(asked.query)
            number, name = ("222222222222", "test") if second else ("111111111111", "live")
            more = {} if second else {"nextToken": "more"}
            self.say({"accountList": [{"accountId": number, "accountName": name}], **more})
        elif asked.path == "/assignment/roles":
            number = parse_qs(asked.query)["account_id"][0]
            self.say({"roleList": [{"roleName": "Deployer", "accountId": number}]})
        else:
            until = int((time.time() + 3600) * 1000)
            self.say({"roleCredentials": KEYS | {"expiration": until}})

    def say(self, told: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status != 200:
            self.send_header("x-amzn-ErrorType", told["code"])
        self.end_headers()
        self.wfile.write(body)

    def refuse(self, code: str) -> None:
        self.say({"code": code, "error": code, "error_description": "as told"}, 400)

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def identity_center(*pending: str) -> Iterator[tuple[str, type[IdentityCenter]]]:
    """Serve one; yields its address and the handler."""
    handler = type("Center", (IdentityCenter,), {"pending": list(pending), "seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", handler
    finally:
        server.shutdown()
        server.server_close()
