"""boto3 sessions and clients. The only module that imports boto3."""

import os
import re
import threading
from functools import cached_property
from typing import Any, Final

import boto3
import botocore.config
import botocore.exceptions

from solarrally_tui.aws.errors import AwsError

_CONFIG: Final = botocore.config.Config(
    connect_timeout=5,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 4},
    user_agent_extra="solarrally-tui",
    max_pool_connections=16,
)
"""Short time-outs in seconds, so that quitting is quick; only throttles and network are retried."""


_ACCOUNT_AND_ADDRESS: Final = re.compile(r"(?<=//)\d{12}\.(?=\d+\.\d+\.\d+\.\d+[:/])")


class Clients:
    """Makes boto3 clients, one a service and Region. Thread-safe."""

    def __init__(self, profile: str | None, region: str | None) -> None:
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str], Any] = {}
        self._profile = profile
        self._region = region

    @cached_property
    def _session(self) -> boto3.Session:
        try:
            return boto3.Session(profile_name=self._profile, region_name=self._region)
        except botocore.exceptions.BotoCoreError as error:
            raise translate(error, "session", "open") from None

    @property
    def default_region(self) -> str:
        """The Region of the environment or the profile; us-east-1 where neither names one.

        AWS_REGION is asked here because boto3 by itself reads only AWS_DEFAULT_REGION.
        """
        return os.environ.get("AWS_REGION") or self._session.region_name or "us-east-1"

    def client(self, service: str, region: str) -> Any:
        """Return the client of a service in a Region."""
        with self._lock:
            key = (service, region)
            if key not in self._clients:
                client = self._session.client(service, region_name=region, config=_CONFIG)
                client.meta.events.register("before-sign", _name_no_account)
                self._clients[key] = client
            return self._clients[key]

    def credential_source(self) -> str:
        """Say where botocore found the credentials; empty where there are none."""
        found = self._session.get_credentials()
        return str(found.method) if found else ""


def _name_no_account(request: Any, **_: object) -> None:
    """Take the account off an AWS_ENDPOINT_URL that is an address: nothing resolves the two.

    botocore puts the account before the host of the key value store's endpoint.
    """
    request.url = _ACCOUNT_AND_ADDRESS.sub("", request.url, count=1)


def translate(error: Exception, service: str, operation: str) -> AwsError:
    """Turn any error of boto3 into ours. Messages of AWS are kept, never secrets."""
    if isinstance(error, botocore.exceptions.ClientError):
        told = error.response.get("Error", {})
        code, message = str(told.get("Code", "Unknown")), str(told.get("Message", ""))
        return AwsError(code, message, service, operation)
    return AwsError(type(error).__name__, str(error), service, operation)


def invoke(clients: Clients, service: str, operation: str, region: str, params: Any) -> Any:
    """Make one blocking call. Raises AwsError."""
    try:
        return getattr(clients.client(service, region), operation)(**params)
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        raise translate(error, service, operation) from None


def invoke_pages(
    clients: Clients, service: str, operation: str, region: str, key: str, params: Any
) -> list[Any]:
    """Follow a paginator and return the items under key of all pages. Raises AwsError."""
    try:
        client = clients.client(service, region)
        if not client.can_paginate(operation):
            return list(getattr(client, operation)(**params).get(key) or [])
        pages = client.get_paginator(operation).paginate(**params)
        return [item for page in pages for item in page.get(key) or []]
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        raise translate(error, service, operation) from None
