"""AssumeRole as AWS refuses it: to the root user, to strangers, and where an MFA code is missing.

MiniStack gives every caller every role, unless it checks the signature of every call.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from ministack.services import iam, sts

from solarrally_tui.simulator.iam.elements import as_list
from solarrally_tui.simulator.pins import private, replace

_caller_identity = private(sts, "_caller_identity")
_error = private(sts, "_error")
_roles = private(iam, "_roles")

Handler = Callable[..., Awaitable[Any]]

ROOT = "Roles may not be assumed by root accounts."
WRONG_CODE = "MultiFactorAuthentication failed with invalid MFA one time pass code."
_INVALID_CODE = "000000"


def install() -> None:
    """Put this before MiniStack's AssumeRole. Call once."""
    replace(sts, "handle_request", _guarded)


def _guarded(handle: Handler) -> Handler:
    async def guarded(
        method: str, path: str, headers: dict[str, str], body: bytes, query: Any
    ) -> Any:
        given = {name: values[0] for name, values in parse_qs(body.decode("latin-1")).items()}
        if given.get("Action") == "AssumeRole":
            caller = _caller_identity(headers, query)["userArn"]
            if reason := refusal(caller, given):
                return _error(403, "AccessDenied", reason, ns="sts")
        return await handle(method, path, headers, body, query)

    return guarded


def refusal(caller: str, given: dict[str, str]) -> str:
    """Return why AWS refuses a caller the session of a role; empty where it does not."""
    if caller.endswith(":root"):
        return ROOT
    if given.get("TokenCode") == _INVALID_CODE:
        return WRONG_CODE
    arn = given.get("RoleArn", "")
    role = _roles.get(arn.rpartition("/")[2])
    trust = json.loads(role["AssumeRolePolicyDocument"]) if role else {}
    with_code = bool(given.get("SerialNumber") and given.get("TokenCode"))
    if any(_trusts(item, caller, with_code) for item in trust.get("Statement", ())):
        return ""
    return f"User: {caller} is not authorized to perform: sts:AssumeRole on resource: {arn}"


def _trusts(statement: dict[str, Any], caller: str, with_code: bool) -> bool:
    principal = statement.get("Principal", {})
    trusted = as_list(principal.get("AWS") if isinstance(principal, dict) else principal)
    mfa = statement.get("Condition", {}).get("Bool", {}).get("aws:MultiFactorAuthPresent")
    account = f"{':'.join(caller.split(':')[:5]).replace(':sts:', ':iam:')}:root"
    names = {_without_session(caller), account, "*"}
    return bool(names & set(trusted)) and (mfa != "true" or with_code)


def _without_session(caller: str) -> str:
    """Return the role of a session, with its path, and any other caller unchanged."""
    name = caller.split("/")[1] if ":assumed-role/" in caller else ""
    role = _roles.get(name) if name else None
    return str(role["Arn"]) if role else caller
