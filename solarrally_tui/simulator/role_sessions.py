"""Taking roles, as AWS refuses it: to the root user, to strangers, without a code where MFA counts.

MiniStack gives every caller every role unless it checks every call's signature.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from ministack.services import iam, sts

from solarrally_tui.simulator.pins import private, replace

_caller_identity = private(sts, "_caller_identity")
_error = private(sts, "_error")
_roles = private(iam, "_roles")

Answer = Any
Handler = Callable[..., Awaitable[Answer]]

ROOT = "Roles may not be assumed by root accounts."
WRONG_CODE = "MultiFactorAuthentication failed with invalid MFA one time pass code."
_NOBODY = "000000"


def install() -> None:
    """Put this before MiniStack's answers about taking roles. Call once."""
    replace(sts, "handle_request", _guarded)


def _guarded(handle: Handler) -> Handler:
    async def guarded(
        method: str, path: str, headers: dict[str, str], body: bytes, query: Any
    ) -> Answer:
        given = {name: values[0] for name, values in parse_qs(body.decode("latin-1")).items()}
        if given.get("Action") == "AssumeRole":
            caller = _caller_identity(headers, query)["userArn"]
            if reason := refusal(caller, given):
                return _error(403, "AccessDenied", reason, ns="sts")
        return await handle(method, path, headers, body, query)

    return guarded


def refusal(caller: str, given: dict[str, str]) -> str:
    """Return why AWS gives a caller no session of a role; empty where it gives one."""
    if caller.endswith(":root"):
        return ROOT
    if given.get("TokenCode") == _NOBODY:
        return WRONG_CODE
    arn = given.get("RoleArn", "")
    role = _roles.get(arn.rpartition("/")[2])
    trust = json.loads(role["AssumeRolePolicyDocument"]) if role else {}
    with_code = bool(given.get("SerialNumber") and given.get("TokenCode"))
    if any(_trusts(each, caller, with_code) for each in trust.get("Statement", ())):
        return ""
    return f"User: {caller} is not authorized to perform: sts:AssumeRole on resource: {arn}"


def _trusts(statement: dict[str, Any], caller: str, with_code: bool) -> bool:
    told = statement.get("Principal", {})
    named = told.get("AWS", []) if isinstance(told, dict) else told
    principals = [named] if isinstance(named, str) else named
    wanted = statement.get("Condition", {}).get("Bool", {}).get("aws:MultiFactorAuthPresent")
    everybody = f"{':'.join(caller.split(':')[:5]).replace(':sts:', ':iam:')}:root"
    known = {_lasting(caller), everybody, "*"}
    return bool(known & set(principals)) and (wanted != "true" or with_code)


def _lasting(caller: str) -> str:
    """Return the role behind a session, with its path; anybody else as they are."""
    name = caller.split("/")[1] if ":assumed-role/" in caller else ""
    role = _roles.get(name) if name else None
    return str(role["Arn"]) if role else caller
