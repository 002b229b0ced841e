"""boto3 clients of tests, and the account as its owner sees it.

Tests give every call of the product the keys of an operator, who has the printed deploy policy and
no more. Whoever else acts on an account, such as its owner, AWS or an attacker, does so here.
"""

from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from solarrally_tui.aws.session import _models
from solarrally_tui.computer import hosts
from solarrally_tui.simulator.child import Account
from solarrally_tui.simulator.settings import ACCOUNT_ID, ROOT_SECRET

_KEYS = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")


def owner(account: Account) -> Account:
    """The account as its root user sees it, whom no policy restricts."""
    return seen_with(account, ACCOUNT_ID, ROOT_SECRET)


def seen_with(account: Account, key: str, secret: str, token: str = "") -> Account:
    """The account as the owner of credentials sees it."""
    kept = {k: v for k, v in account.environment.items() if k != "AWS_SESSION_TOKEN"}
    keys = {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret}
    keys |= {"AWS_SESSION_TOKEN": token} if token else {}
    return replace(account, environment=kept | keys)


def reached(account: Account, address: str) -> str:
    """An address with the places of distributions instead of their names, which no DNS knows."""
    for line in Path(account.environment[hosts.VARIABLE]).read_text("utf-8").splitlines():
        place, name = line.split()
        address = address.replace(name, place)
    return address


def client(account: Account, service: str, region: str = "us-east-1") -> Any:
    """A plain boto3 client with the credentials of the account's environment."""
    given = account.environment
    token = given.get("AWS_SESSION_TOKEN")
    keys = given["AWS_ACCESS_KEY_ID"], given["AWS_SECRET_ACCESS_KEY"], token
    return _client(service, region, account.endpoint_url, keys)


def client_of_key(account: Account, key: str, service: str, region: str) -> Any:
    """A client with an access key alone, which does not try again. A number is another account."""
    return _client(service, region, account.endpoint_url, (key, "any", None), attempts=1)


@lru_cache(maxsize=256)
def _client(
    service: str,
    region: str,
    endpoint_url: str,
    keys: tuple[str, str, str | None],
    attempts: int | None = None,
) -> Any:
    """Make a client once: making one takes longer than most calls with it."""
    return _session().client(
        service,
        region,
        endpoint_url=endpoint_url,
        **dict(zip(_KEYS, keys, strict=True)),
        config=Config(retries={"total_max_attempts": attempts}) if attempts else None,
    )


@cache
def _session() -> boto3.Session:
    """A session that reads AWS's models together with the product, once in each process."""
    session = boto3.Session()
    session._session.register_component("data_loader", _models(None))
    return session
