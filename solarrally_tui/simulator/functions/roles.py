"""The execution role of a function: its session, and what Lambda itself does with it."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ministack.core import lambda_runtime
from ministack.services import lambda_svc, sts

from solarrally_tui.simulator.iam.authorization import Authorization
from solarrally_tui.simulator.iam.resource_names import Place
from solarrally_tui.simulator.iam.service_sessions import RoleSession, assume
from solarrally_tui.simulator.pins import Record, private, replace

_functions = private(lambda_svc, "_functions")
_register_session = private(sts, "register_session")

SERVICE: Final = "lambda.amazonaws.com"

_by_key: dict[str, str] = {}
"""The ARN of the function to which an access key was given."""


def install() -> None:
    """Give functions the credentials of their roles. Call once."""
    replace(lambda_runtime, "execution_credentials", lambda _: _credentials)


def place_of(arn: str) -> Place:
    """Return the account and Region of a function."""
    _, partition, _, region, account, _ = arn.split(":", 5)
    return Place(account, region, partition)


def session(authorization: Authorization, config: Mapping[str, Any]) -> RoleSession:
    """Return Lambda at work with a function's role. Raises NotAssumedError."""
    place = place_of(config["FunctionArn"])
    name = str(config["FunctionName"])
    return assume(authorization, config["Role"], SERVICE, name, place)


def function_of(access_key: str) -> Record | None:
    """Return the configuration of the function that calls with a key; None for other callers."""
    arn = _by_key.get(access_key)
    if arn is None:
        return None
    place = place_of(arn)
    found = _functions.get_scoped(place.account, place.region, arn.rpartition(":")[2])
    return found["config"] if found else None


def _credentials(config: Mapping[str, Any]) -> dict[str, str]:
    """Return what Lambda puts into the environment, under the names of its variables."""
    return dict(_variables(str(config["FunctionArn"]), str(config["Role"])))


def _variables(function: str, role: str) -> Iterator[tuple[str, str]]:
    parts = hashlib.sha256(f"{function} {role}".encode()).hexdigest()
    key, name = f"ASIA{parts[:16].upper()}", function.rpartition(":")[2]
    account = role.split(":")[4]
    _by_key[key] = function
    _register_session(
        key,
        {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{role.rpartition('/')[2]}/{name}",
            "UserId": f"{parts[16:32].upper()}:{name}",
            "SecretAccessKey": parts,
            "SessionToken": parts[::-1],
        },
    )
    yield "AWS_ACCESS_KEY_ID", key
    yield "AWS_SECRET_ACCESS_KEY", parts
    yield "AWS_SESSION_TOKEN", parts[::-1]
