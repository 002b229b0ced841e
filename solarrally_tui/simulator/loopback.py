"""Calls of the account to its own public AWS APIs, as AWS's services call each other."""

import functools
import threading
from typing import Any

import boto3
from botocore.config import Config
from ministack.core.responses import get_account_id, get_region

from solarrally_tui.simulator.settings import INTERNAL

_CONFIG = Config(
    connect_timeout=5,
    read_timeout=60,
    retries={"total_max_attempts": 1},
    s3={"addressing_style": "path"},
    parameter_validation=False,
    user_agent_extra=INTERNAL,
)

_endpoint = ""
_lock = threading.Lock()


def connect(endpoint_url: str) -> None:
    """Set where this account answers. Call once at the start."""
    global _endpoint  # noqa: PLW0603 (one account a process, as in MiniStack itself)
    _endpoint = endpoint_url


def api(service: str, region: str | None = None) -> Any:
    """Return a boto3 client for the account and Region whose request is being handled."""
    return client(service, get_account_id(), region or get_region())


@functools.cache
def client(service: str, account: str, region: str) -> Any:
    """Return a boto3 client for an account and Region. Threads share it."""
    # One session for all, because each reads AWS's models again. It must not make two clients at
    # once. The account accepts any secret; the access key names the account.
    with _lock:
        return _session().client(
            service,
            region_name=region,
            aws_access_key_id=account,
            aws_secret_access_key=account,
            endpoint_url=_endpoint,
            config=_CONFIG,
        )


@functools.cache
def _session() -> boto3.Session:
    return boto3.Session()
