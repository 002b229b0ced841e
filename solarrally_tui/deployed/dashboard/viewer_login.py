"""How we sign in at a site's dashboard: with the password in its secret."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.computer.browser import Offer, opened, opened_in_secret

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


def signed_in(url: str, password: str) -> str:
    """Return the address that signs a browser in. It holds the password: never print it."""
    address = urlsplit(url)
    host = f"{USER}:{quote(password, safe='')}@{address.netloc}"
    return urlunsplit((address.scheme, host, "/signin", "", ""))


@dataclass(frozen=True, slots=True)
class Opening:
    """How opening a dashboard went."""

    was_opened: bool
    """Whether a browser came for it."""
    unread: AwsError | None = None
    """Why the password could not be read, so that the dashboard asks for it."""


async def open_dashboard(
    url: str, ask: Callable[[], Awaitable[str]], offer: Offer | None = None
) -> Opening:
    """Open a dashboard in the browser, signed in with the password that ask returns.

    Without a password, as in a site of an older release, the browser opens the address alone.
    offer: see opened_in_secret.
    """
    try:
        password = await ask()
    except AwsError as error:
        return Opening(await asyncio.to_thread(opened, url), error)
    if not password:
        return Opening(await asyncio.to_thread(opened, url))
    return Opening(await opened_in_secret(signed_in(url, password), offer=offer))


async def token(door: Door, secret: str) -> str:
    """Return what a browser sends after the word Basic as the viewer. Raises AwsError."""
    return base64.b64encode(f"{USER}:{await password(door, secret)}".encode()).decode()


async def headers(door: Door, outputs: Mapping[str, str]) -> dict[str, str]:
    """Return header fields that open a site's dashboard, from the outputs of the stack `edge`.

    Empty for a site of an older release, whose dashboard has no password. Raises AwsError.
    """
    secret = outputs.get("ViewerSecretArn")
    return {"Authorization": f"Basic {await token(door, secret)}"} if secret else {}
