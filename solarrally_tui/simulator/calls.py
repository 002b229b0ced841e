"""One AWS call as it arrives over HTTP: which service, operation, account and region."""

import re
import threading
from collections import Counter
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

import botocore.exceptions

from solarrally_tui.simulator.settings import ACCOUNT_ID, HOME_REGION
from solarrally_tui.simulator.wire import models

_SCOPE = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/")
_REST = {"rest-json", "rest-xml"}


@dataclass(frozen=True)
class Call:
    """One AWS call."""

    service: str
    """boto3's name, such as `rds`; empty when the request is not signed."""
    operation: str
    """The API reference's name, such as `CreateDBInstance`; empty when unknown."""
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
        """The wire format that the caller speaks; `s3` has errors of its own kind."""
        if self.service == "s3":
            return "s3"
        return str(models.service(self.service).metadata["protocol"])


class CallCounter:
    """Counts the calls that callers make, so that a test can tell what a program asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def note(self, call: Call) -> None:
        """Count a call."""
        with self._lock:
            self._counts[f"{call.service}.{call.operation}"] += 1

    def listed(self) -> dict[str, int]:
        """How often each operation was called."""
        with self._lock:
            return dict(sorted(self._counts.items()))

    def clear(self) -> dict[str, int]:
        """Begin to count anew; returns what was counted."""
        with self._lock:
            before, self._counts = dict(self._counts), Counter()
        return before


def read(method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> Call:
    """Tell what a request calls; `body` matters only for form-encoded requests."""
    key, region, signing = _scope(headers, query)
    service = models.boto3_name(signing)
    return Call(
        service=service,
        operation=_operation(service, method, path, query, headers, body),
        account=key if re.fullmatch(r"\d{12}", key) else ACCOUNT_ID,
        region=region,
        method=method,
        path=path,
        query=query,
        body=body,
    )


def _scope(headers: dict[str, str], query: str) -> tuple[str, str, str]:
    text = headers.get("authorization", "")
    if not text and "X-Amz-Credential" in query:
        text = f"Credential={unquote(parse_qs(query)['X-Amz-Credential'][0])}"
    found = _SCOPE.search(text)
    return found.groups() if found else ("", HOME_REGION, "")  # type: ignore[return-value]


def _operation(
    service: str, method: str, path: str, query: str, headers: dict[str, str], body: bytes
) -> str:
    if target := headers.get("x-amz-target"):
        return target.rpartition(".")[2]
    if "/operation/" in path:  # Smithy RPC
        return path.rpartition("/")[2]
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return parse_qs(body.decode(errors="replace")).get("Action", [""])[0]
    try:
        if service and models.service(service).metadata["protocol"] in _REST:
            found = models.rest_operation(service, method, path, query)
            return found.name if found else ""
    except botocore.exceptions.UnknownServiceError:
        pass
    return ""
