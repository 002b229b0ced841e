"""Calls of the account to its own public AWS APIs, as AWS's services call each other."""

import functools
import threading
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import HTTPClientError
from ministack.core.responses import get_account_id, get_region

from solarrally_tui.simulator.settings import INTERNAL

_CONFIG = Config(
    connect_timeout=5,
    read_timeout=60,
    # Never again after a refusal. After a lost answer: see _repeat.
    retries={"mode": "standard", "total_max_attempts": 1},
    s3={"addressing_style": "path"},
    parameter_validation=False,
    user_agent_extra=INTERNAL,
)

_ATTEMPTS = 3

EXECUTE_API = "/_aws/execute-api/"
"""The path below which this account answers as an API of API Gateway; its id comes next."""

_endpoint = ""
_lock = threading.Lock()


def connect(endpoint_url: str) -> None:
    """Set where this account answers. Call once at the start."""
    global _endpoint  # noqa: PLW0603 (one account a process, as in MiniStack itself)
    _endpoint = endpoint_url


def address() -> tuple[str, int]:
    """Return the host and the port at which this account answers."""
    parts = urlsplit(_endpoint)
    return str(parts.hostname), int(parts.port or 0)


def api(service: str, region: str | None = None) -> Any:
    """Return a boto3 client for the account and Region whose request is being handled."""
    return client(service, get_account_id(), region or get_region())


@functools.cache
def client(service: str, account: str, region: str) -> Any:
    """Return a boto3 client for an account and Region. Threads share it."""
    # One session for all, because each reads AWS's models again. It must not make two clients at
    # once. The account accepts any secret; the access key names the account.
    with _lock:
        made = _session().client(
            service,
            region_name=region,
            aws_access_key_id=account,
            aws_secret_access_key=account,
            endpoint_url=_endpoint,
            config=_CONFIG,
        )
    made.meta.events.register("needs-retry", _repeat)
    return made


def _repeat(attempts: int, caught_exception: Exception | None, **_: object) -> int | None:
    """Repeat a call at once whose answer was lost: the account carries it out only once."""
    lost = isinstance(caught_exception, HTTPClientError)
    return 0 if lost and attempts < _ATTEMPTS else None


@functools.cache
def _session() -> boto3.Session:
    return boto3.Session()
