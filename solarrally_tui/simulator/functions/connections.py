"""Connections of WebSocket APIs: their handshake, their ends, and who may send to them.

Source: API Gateway developer guide, "Quotas for configuring and running a WebSocket API": two
hours at most, and ten minutes without a message in either direction.
"""

import asyncio
import contextvars
import json
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any, Final

from ministack.services import apigateway

from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.iam import principals
from solarrally_tui.simulator.iam.authorization import Authorization
from solarrally_tui.simulator.iam.needs import Need
from solarrally_tui.simulator.iam.resource_names import Place
from solarrally_tui.simulator.pins import private, replace
from solarrally_tui.simulator.watching.alarms import pace

_api_owner = private(apigateway, "_api_owner")

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Handle = Callable[..., Awaitable[Any]]

# Simulated seconds.
_LONGEST: Final = 2 * 3600.0
_IDLE: Final = 600.0
_GOING_AWAY: Final = 1001
"""The code of a connection that API Gateway ends."""
_FORBIDDEN: Final = 403
_WORDS: Final = {401: "Unauthorized", 403: "Forbidden"}

refused_with: contextvars.ContextVar[int] = contextvars.ContextVar(
    "refused_with", default=_FORBIDDEN
)
"""The status with which the handshake that is under way is refused, if it is."""


class Connections:
    """Watches connections by the account's clock, and judges who sends to them."""

    def __init__(self, clock: Clock, authorization: Authorization) -> None:
        self._clock = clock
        self._authorization = authorization

    def install(self) -> None:
        """Put this around MiniStack's WebSocket APIs. Call once."""
        replace(apigateway, "handle_websocket", self.limited)

    def limited(self, handle: Handle) -> Handle:
        """Return a handler of connections whose connections end in time."""

        async def handled(
            scope: Message, receive: Receive, send: Send, *rest: Any, **more: Any
        ) -> None:
            watched = _Watched(receive, send, pace(self._clock))
            await handle(scope, watched.receive, watched.send, *rest, **more)

        return handled

    def denial(self, access_key: str, account: str, method: str, path: str) -> str:
        """Return why somebody may not manage a connection, in IAM's words; empty where they may.

        path: from the API's id on. One that is about no connection anybody may ask.
        """
        api, _, rest = path.partition("/")
        stage, _, connection = rest.partition("/")
        owner = _api_owner(api)
        principal = principals.of_key(access_key, account)
        if owner is None or not connection.startswith("@connections/") or principal.is_root:
            return ""
        _, owning, region = owner
        place = Place(owning, region)
        arn = place.arn(f"execute-api:{region}:{owning}:{api}/{stage}/{method}/{connection}")
        need = Need("execute-api:ManageConnections", arn)
        found = self._authorization.denial(principal, [need], place)
        return found.message if found else ""


class _Watched:
    """One connection: what comes and goes is noted, and the end comes in time."""

    def __init__(self, receive: Receive, send: Send, second: float) -> None:
        self._receive, self._send = receive, send
        self._idle = _IDLE * second
        self._active = time.monotonic()
        self._until = self._active + _LONGEST * second
        self._accepted = self._ended = False

    async def receive(self) -> Message:
        """Return what the client sends, or that the connection is at its end."""
        coming = asyncio.ensure_future(self._receive())
        try:
            while True:
                left = min(self._until, self._active + self._idle) - time.monotonic()
                done, _ = await asyncio.wait({coming}, timeout=max(left, 0.0))
                if done:
                    self._active = time.monotonic()
                    return coming.result()
                if min(self._until, self._active + self._idle) <= time.monotonic():
                    self._ended = True
                    return {"type": "websocket.disconnect", "code": _GOING_AWAY}
        finally:
            coming.cancel()

    async def send(self, message: Message) -> None:
        """Pass a message on to the client."""
        self._active = time.monotonic()
        if message["type"] == "websocket.accept":
            self._accepted = True
        if message["type"] == "websocket.close" and not self._accepted:
            await self._refuse()
            return
        if message["type"] == "websocket.close" and self._ended:
            message = message | {"code": _GOING_AWAY}
        await self._send(message)

    async def _refuse(self) -> None:
        """Answer the handshake with a status, as API Gateway does."""
        status = refused_with.get()
        body = {
            "message": _WORDS.get(status, "Internal server error"),
            "connectionId": uuid.uuid4().hex[:16],
            "requestId": str(uuid.uuid4()),
        }
        kind = "websocket.http.response"
        headers = [(b"content-type", b"application/json")]
        await self._send({"type": f"{kind}.start", "status": status, "headers": headers})
        await self._send({"type": f"{kind}.body", "body": json.dumps(body).encode()})
