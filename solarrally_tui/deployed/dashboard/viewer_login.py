"""How we sign in at a site's dashboard: with the password in its secret."""

import base64
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from solarrally_tui.aws.door import Door

USER: Final = "viewer"
"""The user name that a browser asks for with the password."""


async def password(door: Door, secret: str) -> str:
    """Return the password in a secret of a site: its JSON key, or all of its text.

    A password may begin like JSON: what has no such key is the password. Raises AwsError.
    """
    response = await door.call("secretsmanager", "get_secret_value", SecretId=secret)
    text: str = response["SecretString"]
    with suppress(ValueError):
        if isinstance(fields := json.loads(text), dict) and "password" in fields:
            return str(fields["password"])
    return text


async def token(door: Door, secret: str) -> str:
    """Return what a browser sends after the word Basic as the viewer. Raises AwsError."""
    return base64.b64encode(f"{USER}:{await password(door, secret)}".encode()).decode()


async def headers(door: Door, outputs: Mapping[str, str]) -> dict[str, str]:
    """Return header fields that open a site's dashboard, from the outputs of the stack `edge`.

    Empty for a site of an older release, whose dashboard has no password. Raises AwsError.
    """
    secret = outputs.get("ViewerSecretArn")
    return {"Authorization": f"Basic {await token(door, secret)}"} if secret else {}
