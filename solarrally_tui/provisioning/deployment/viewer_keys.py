"""Gives the CloudFront function that checks viewers a salted hash of the dashboard's password."""

import hashlib
import hmac
import json
import secrets
from typing import Any

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.deployed.dashboard import viewer_login
from solarrally_tui.provisioning.deployment.context import Deployment
from solarrally_tui.provisioning.engine.steps import End
from solarrally_tui.site.names import GLOBAL_REGION

_KEY = "viewer"
_ROUNDS = 3
"""How often to try again when another run writes to the store at the same moment."""


async def ensure(deployment: Deployment) -> End:
    """Update the key value store where it does not fit the password in the secret.

    Raises AwsError.
    """
    edge = deployment.outputs["edge"]
    return End(await bring(deployment.door, edge["ViewerSecretArn"], edge["ViewerKeysArn"]))


async def bring(door: Door, secret: str, store: str) -> bool:
    """Bring the password in a secret to a key value store; return whether it was another one.

    The store holds a salted hash of what a browser sends, and a key that signs cookies. A new
    password gets a new key, so that every cookie of the old one ends. Raises AwsError.
    """
    token = await viewer_login.token(door, secret)
    for rounds_left in reversed(range(_ROUNDS)):
        if _fits(await _stored(door, store), token):
            return False
        try:
            await _store(door, store, keys(token))
            break
        except AwsError as error:
            if error.code != "ConflictException" or not rounds_left:
                raise
    return True


async def is_brought(door: Door, secret: str, store: str) -> bool:
    """Return whether a key value store has the password in a secret. Raises AwsError."""
    return _fits(await _stored(door, store), await viewer_login.token(door, secret))


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


async def _store(door: Door, store: str, values: dict[str, str]) -> None:
    response = await door.call(
        "cloudfront-keyvaluestore", "describe_key_value_store", GLOBAL_REGION, KvsARN=store
    )
    await door.call(
        "cloudfront-keyvaluestore",
        "put_key",
        GLOBAL_REGION,
        KvsARN=store,
        Key=_KEY,
        Value=json.dumps(values),
        IfMatch=response["ETag"],
    )


async def _stored(door: Door, store: str) -> dict[str, str]:
    response = await door.find(
        "cloudfront-keyvaluestore", "get_key", GLOBAL_REGION, KvsARN=store, Key=_KEY
    )
    try:
        values: Any = json.loads(response["Value"]) if response else {}
    except json.JSONDecodeError:
        return {}
    return values if isinstance(values, dict) else {}
