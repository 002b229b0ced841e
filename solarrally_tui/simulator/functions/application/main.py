"""`main`: the application's HTTP interface, as far as a stand-in has it, for an ASGI adapter.

Nobody can sign in: the stand-in keeps no password. Whoever tries is refused as a stranger, where
the function has brought what the application needs to look; without it the application fails.
"""

import json
import os
from collections.abc import Awaitable, Callable
from typing import Any, Final

from solarrally_tui.simulator.functions.application import site
from solarrally_tui.simulator.functions.application.websocket_manager import WebSocketManager

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_SIGN_IN: Final = "/api/auth/jwt/login"
_NEEDED: Final = ("PGHOST", "PGUSER", "PGPASSWORD", "JWT_SECRET_KEY")

websocket_manager = WebSocketManager()


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """Answer one request. Raises ValueError for what is no request: its start-up is not called."""
    if scope["type"] != "http":
        raise ValueError(f"a function answers requests only, not {scope['type']}")
    while (await receive()).get("more_body"):
        pass
    status, body = _answer(scope["method"], scope["path"])
    text = json.dumps(body).encode()
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})


def _answer(method: str, path: str) -> tuple[int, Any]:
    if path == _SIGN_IN:
        if method != "POST":
            return 405, {"detail": "Method Not Allowed"}
        known = all(os.getenv(name) for name in _NEEDED)
        return (400, {"detail": "LOGIN_BAD_CREDENTIALS"}) if known else (500, {"detail": "Failed"})
    pages: dict[str, Callable[[], Any]] = {
        "/": lambda: {"message": "Simulated function", "status": "running"},
        "/health": _health,
        "/api/v1/sessions": list,
        "/api/v1/sessions/active/current": list,
        "/api/v1/tariff": _tariff,
        "/api/v1/site": site.facts,
    }
    if path not in pages:
        return 404, {"detail": "Not Found"}
    return (200, pages[path]()) if method in {"GET", "HEAD"} else (405, {"detail": "Not Allowed"})


def _tariff() -> dict[str, float]:
    facts = site.facts()
    return {
        "solar_rate_per_kwh": facts["solar_price_per_kwh"],
        "grid_rate_per_kwh": facts["grid_price_per_kwh"],
    }


def _health() -> dict[str, object]:
    return {
        "status": "healthy",
        "mqtt_connected": False,
        "active_websockets": websocket_manager.connection_count(),
        # Hard-coded in the application too: it does not notice a lost database.
        "database": "connected",
        "authentication": "enabled",
    }
