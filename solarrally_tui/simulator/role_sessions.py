"""Sessions of roles as AWS refuses them: to the root user, of no role, and to foreign tokens.

Whom a role trusts is judged with every other call (`gateway`), but for tokens of web identities.
"""

import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from ministack.services import iam, sts

from solarrally_tui.simulator.iam import judgement
from solarrally_tui.simulator.pins import private, replace

_caller_identity = private(sts, "_caller_identity")
_error = private(sts, "_error")
_roles = private(iam, "_roles")

Handler = Callable[..., Awaitable[Any]]

ROOT = "Roles may not be assumed by root accounts."
WRONG_CODE = "MultiFactorAuthentication failed with invalid MFA one time pass code."
NOT_AUTHORIZED = "Not authorized to perform sts:AssumeRoleWithWebIdentity"
_INVALID_CODE = "000000"


def install() -> None:
    """Put this before MiniStack's STS. Call once."""
    replace(sts, "handle_request", _guarded)


def _guarded(handle: Handler) -> Handler:
    async def guarded(
        method: str, path: str, headers: dict[str, str], body: bytes, query: Any
    ) -> Any:
        given = {name: values[0] for name, values in parse_qs(body.decode("latin-1")).items()}
        reason = ""
        if given.get("Action") == "AssumeRole":
            reason = _refusal(_caller_identity(headers, query)["userArn"], given)
        if given.get("Action") == "AssumeRoleWithWebIdentity" and not _trusts_token(given):
            reason = NOT_AUTHORIZED
        if reason:
            return _error(403, "AccessDenied", reason, ns="sts")
        return await handle(method, path, headers, body, query)

    return guarded


def _refusal(caller: str, given: dict[str, str]) -> str:
    """Return why AWS refuses a caller the session of a role; empty where it does not."""
    if caller.endswith(":root"):
        return ROOT
    if given.get("TokenCode") == _INVALID_CODE:
        return WRONG_CODE
    arn = given.get("RoleArn", "")
    if _role(arn) is None:
        return f"User: {caller} is not authorized to perform: sts:AssumeRole on resource: {arn}"
    return ""


def _trusts_token(given: dict[str, str]) -> bool:
    """Return whether a role trusts issuer and claims of a token. Its signature is not checked."""
    arn, token = given.get("RoleArn", ""), given.get("WebIdentityToken", "")
    role = _role(arn)
    claims = _claims(token)
    issuer = str(claims.get("iss", "")).removeprefix("https://").rstrip("/")
    if role is None or not issuer:
        return False
    partition, account = arn.split(":")[1], arn.split(":")[4]
    provider = f"arn:{partition}:iam::{account}:oidc-provider/{issuer}"
    context = {
        f"{issuer}:{name}".lower(): str(claims[name])
        for name in ("aud", "sub", "amr")
        if name in claims
    }
    request = judgement.Request("sts:AssumeRoleWithWebIdentity", arn, context)
    trust = str(role["AssumeRolePolicyDocument"])
    return judgement.judge(provider, judgement.Policies(), request, trust).allowed


def _claims(token: str) -> dict[str, Any]:
    try:
        part = token.split(".")[1]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError):
        return {}
    return claims


def _role(arn: str) -> Any:
    parts = arn.split(":")
    return _roles.get_scoped(parts[4], None, arn.rpartition("/")[2]) if len(parts) > 5 else None
