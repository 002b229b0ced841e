"""How we ourselves get past the password of a site's dashboard: with what is in its secret."""

import base64
import json
from collections.abc import Mapping
from typing import Final

from solarrally_tui.aws.door import Door

USER: Final = "viewer"
"""The user name that a browser asks for beside the password."""


async def password(door: Door, secret: str) -> str:
    """Read a password of a site: alone in its secret, or under its JSON key. Raises AwsError."""
    told = await door.call("secretsmanager", "get_secret_value", SecretId=secret)
    text: str = told["SecretString"]
    return str(json.loads(text)["password"]) if text.startswith("{") else text


async def token(door: Door, secret: str) -> str:
    """Return what a browser sends after the word Basic for the viewer. Raises AwsError."""
    return base64.b64encode(f"{USER}:{await password(door, secret)}".encode()).decode()


async def headers(door: Door, outputs: Mapping[str, str]) -> dict[str, str]:
    """Return header fields that open a site's dashboard, from the outputs of its edge stack.

    Empty for a site of an older release, whose dashboard asks nobody. Raises AwsError.
    """
    secret = outputs.get("ViewerSecretArn")
    return {"Authorization": f"Basic {await token(door, secret)}"} if secret else {}
