"""How we ourselves get past the password of a site's dashboard: with what is in its secret."""

import base64
import json
from collections.abc import Mapping

from solarrally_tui.aws.door import Door


async def credentials(door: Door, secret: str) -> tuple[str, str]:
    """Read a user name and a password from a secret of a site. Raises AwsError."""
    told = await door.call("secretsmanager", "get_secret_value", SecretId=secret)
    found = json.loads(told["SecretString"])
    return found["username"], found["password"]


async def token(door: Door, secret: str) -> str:
    """Return what a browser sends after the word Basic for the viewer. Raises AwsError."""
    name, password = await credentials(door, secret)
    return base64.b64encode(f"{name}:{password}".encode()).decode()


async def headers(door: Door, outputs: Mapping[str, str]) -> dict[str, str]:
    """Return header fields that open a site's dashboard, from the outputs of its edge stack.

    Empty for a site of an older release, whose dashboard asks nobody. Raises AwsError.
    """
    secret = outputs.get("ViewerSecretArn")
    return {"Authorization": f"Basic {await token(door, secret)}"} if secret else {}
