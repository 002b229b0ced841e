"""One AWS call as it arrives over HTTP: its service, operation, account and Region."""

import re
import threading
from collections import Counter
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

import botocore.exceptions

from solarrally_tui.simulator.iam import principals
from solarrally_tui.simulator.settings import ACCOUNT_ID, HOME_REGION
from solarrally_tui.simulator.wire import forms, models

_SCOPE = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/")
_REST = {"rest-json", "rest-xml"}
_UNSIGNED = {
    "/client/register": "sso-oidc",
    "/device_authorization": "sso-oidc",
    "/token": "sso-oidc",
    "/assignment/accounts": "sso",
    "/assignment/roles": "sso",
    "/federation/credentials": "sso",
}
"""Services whose calls nobody signs, by the path that tells them."""
_NOT_COPIED = {"CopyObject": "PutObject", "UploadPartCopy": "UploadPart"}


@dataclass(frozen=True, slots=True)
class Call:
    """One AWS call."""

    service: str
    """boto3's name, such as `rds`; empty when the request is not signed."""
    operation: str
    """The API reference's name, such as `CreateDBInstance`; empty when unknown."""
    access_key: str
    """Empty when the request is not signed."""
    account: str
    """Twelve digits."""
    region: str
    """Region of the signature."""
    method: str
    path: str
    query: str
    body: bytes

    @property
    def protocol(self) -> str:
        """The protocol of the service. `s3` is separate, because its errors differ."""
        if self.service == "s3":
            return "s3"
        return str(models.service(self.service).metadata["protocol"])


class CallCounter:
    """Counts calls, so that a test can check what a program called."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def count(self, call: Call) -> None:
        """Count a call."""
        with self._lock:
            self._counts[f"{call.service}.{call.operation}"] += 1

    def listed(self) -> dict[str, int]:
        """Return how often each operation was called."""
        with self._lock:
            return dict(sorted(self._counts.items()))

    def clear(self) -> dict[str, int]:
        """Start counting from zero, and return what was counted."""
        with self._lock:
            before, self._counts = dict(self._counts), Counter()
        return before


def read(method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> Call:
    """Return what a request calls. `body` matters only when it is form-encoded."""
    key, region, signing = _scope(headers, query)
    issued = principals.account_of(key)
    account = key if re.fullmatch(r"\d{12}", key) else issued or ACCOUNT_ID
    service = models.boto3_name(signing) or _UNSIGNED.get(path, "")
    return Call(
        service=service,
        operation=_operation(service, method, path, query, headers, body),
        access_key=key,
        account=account,
        region=region,
        method=method,
        path=path,
        query=query,
        body=body,
    )


def _scope(headers: dict[str, str], query: str) -> tuple[str, str, str]:
    """Return access key, Region and signing name from the signature's scope."""
    text = headers.get("authorization", "")
    if not text and "X-Amz-Credential" in query:
        text = f"Credential={unquote(parse_qs(query)['X-Amz-Credential'][0])}"
    scope = _SCOPE.search(text)
    return (scope[1], scope[2], scope[3]) if scope else ("", HOME_REGION, "")


def _operation(
    service: str, method: str, path: str, query: str, headers: dict[str, str], body: bytes
) -> str:
    if target := headers.get("x-amz-target"):
        return target.rpartition(".")[2]
    if "/operation/" in path:  # Smithy RPC
        return path.rpartition("/")[2]
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return forms.fields(body).get("Action", "")
    try:
        if service and models.service(service).metadata["protocol"] in _REST:
            operation = models.rest_operation(service, method, path, query)
            name = operation.name if operation else ""
            # Only a header tells a copy from what the client sends itself.
            return name if "x-amz-copy-source" in headers else _NOT_COPIED.get(name, name)
    except botocore.exceptions.UnknownServiceError:
        pass
    return ""
