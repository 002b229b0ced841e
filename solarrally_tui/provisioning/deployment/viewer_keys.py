"""Fills what the function at the edge checks viewers with, from the password in the account."""

import hashlib
import hmac
import json
import secrets
from typing import Any

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.deployed import viewer_login
from solarrally_tui.provisioning.deployment.context import Run
from solarrally_tui.provisioning.engine.steps import End
from solarrally_tui.site.names import GLOBAL_REGION

_KEY = "viewer"
_ROUNDS = 3
"""How often to look again when another run wrote to the store at the same moment."""


async def ensure(run: Run) -> End:
    """See to it that the key value store fits the password in the secret. Raises AwsError.

    The store holds a salted hash of what a browser sends, and a key that signs cookies. A new
    password makes a new key, so that every cookie of the old one ends.
    """
    edge = run.outputs["edge"]
    token = await viewer_login.token(run.door, edge["ViewerSecretArn"])
    for left in reversed(range(_ROUNDS)):
        if _fits(await _stored(run, edge["ViewerKeysArn"]), token):
            return End(False)
        try:
            await _store(run, edge["ViewerKeysArn"], keys(token))
            break
        except AwsError as error:
            if error.code != "ConflictException" or not left:
                raise
    return End(True)


def keys(token: str) -> dict[str, str]:
    """Return a new salt, the token's hash with it, and a key for cookies, all as hex."""
    salt = secrets.token_hex(32)
    return {"salt": salt, "verifier": _hash(salt, token), "key": secrets.token_hex(32)}


def _fits(stored: dict[str, str], token: str) -> bool:
    if not {"salt", "verifier", "key"} <= set(stored):
        return False
    return hmac.compare_digest(_hash(stored["salt"], token), stored["verifier"])


def _hash(salt: str, token: str) -> str:
    return hmac.new(salt.encode(), token.encode(), hashlib.sha256).hexdigest()


async def _store(run: Run, store: str, values: dict[str, str]) -> None:
    told = await run.door.call(
        "cloudfront-keyvaluestore", "describe_key_value_store", GLOBAL_REGION, KvsARN=store
    )
    await run.door.call(
        "cloudfront-keyvaluestore",
        "put_key",
        GLOBAL_REGION,
        KvsARN=store,
        Key=_KEY,
        Value=json.dumps(values),
        IfMatch=told["ETag"],
    )


async def _stored(run: Run, store: str) -> dict[str, str]:
    try:
        told = await run.door.call(
            "cloudfront-keyvaluestore", "get_key", GLOBAL_REGION, KvsARN=store, Key=_KEY
        )
        found: Any = json.loads(told["Value"])
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return {}
        raise
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
