"""The stand-in's version of the application's HTTP and WebSocket interface."""

import json
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, broadcast, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from solarrally_tui.simulator.settings import LOOPBACK

_LIVE = "/ws/live"
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Simulated task</title>
<h1>Simulated task</h1><p>It stands in for one task of the application in the simulated account.
<p><a href="/health">/health</a></html>"""

_NOT_ALLOWED = (
    b"HTTP/1.1 405 Method Not Allowed\r\nContent-Type: application/json\r\n"
    b'Content-Length: 31\r\nConnection: close\r\n\r\n{"detail":"Method Not Allowed"}'
)


class _Connection(ServerConnection):
    """Refuses the methods that the WebSocket library cannot read, instead of disconnecting."""

    _begun = False

    def data_received(self, data: bytes) -> None:
        if not self._begun and not data.startswith((b"GET ", b"HEAD ")):
            self.transport.write(_NOT_ALLOWED)
            self.transport.close()
            return
        self._begun = True
        super().data_received(data)


class ApplicationServer:
    """Serves `/health`, the reading part of the API and the live WebSockets on loopback.

    answers: the variables of the task that are answers of the site.
    """

    def __init__(self, answers: Mapping[str, str]) -> None:
        self._answers = answers
        self._heard: dict[str, tuple[float, dict[str, Any]]] = {}
        """When a charger was last heard, and what it said."""
        self._listeners: dict[ServerConnection, str] = {}
        self._server: Server | None = None

    async def start(self) -> int:
        """Listen on 127.0.0.1 and return the port."""
        self._server = await serve(
            self._hold,
            LOOPBACK,
            0,
            process_request=self._answer,
            server_header=None,
            create_connection=_Connection,
        )
        port: int = next(iter(self._server.sockets)).getsockname()[1]
        return port

    async def stop(self) -> None:
        """Close every WebSocket as uvicorn does when it ends, with code 1012."""
        if self._server is not None:
            self._server.close(code=1012)
            await self._server.wait_closed()

    def send(self, frame: str) -> None:
        """Send a telemetry frame to every listener of its session, without waiting."""
        message = json.loads(frame)
        session = message["session_id"]
        if message.get("unit_id"):
            self._heard[message["unit_id"]] = (time.monotonic(), message)
        wanted = {"", session} if session else {""}
        broadcast([c for c, filter_ in self._listeners.items() if filter_ in wanted], frame)

    async def _hold(self, connection: ServerConnection) -> None:
        path = connection.request.path if connection.request else _LIVE
        self._listeners[connection] = path.partition("?")[0].removeprefix(_LIVE).strip("/")
        try:
            async for _message in connection:
                pass  # the application reads and ignores what clients send
        finally:
            self._listeners.pop(connection, None)

    def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        path = request.path.partition("?")[0]
        upgrade = "websocket" in request.headers.get("Upgrade", "").lower()
        if upgrade and (path == _LIVE or path.startswith(_LIVE + "/")):
            return None
        if upgrade:
            return connection.respond(HTTPStatus.FORBIDDEN, "")
        return self._read(path)

    def _read(self, path: str) -> Response:
        if path == "/":
            return _response(HTTPStatus.OK, "text/html; charset=utf-8", _PAGE)
        pages: dict[str, Callable[[], Any]] = {
            "/health": self._health,
            "/api/v1/sessions": list,
            "/api/v1/sessions/active/current": list,
            "/api/v1/tariff": self._tariff,
            "/api/v1/site": self._site,
        }
        if path in pages:
            return _response(HTTPStatus.OK, "application/json", json.dumps(pages[path]()))
        return _response(HTTPStatus.NOT_FOUND, "application/json", '{"detail":"Not Found"}')

    def _tariff(self) -> dict[str, float]:
        return {
            "solar_rate_per_kwh": float(self._answers.get("SOLAR_PRICE_PER_KWH", "0")),
            "grid_rate_per_kwh": float(self._answers.get("GRID_PRICE_PER_KWH", "0")),
        }

    def _site(self) -> dict[str, Any]:
        """Return what the build lets the application say: prices, chargers, who is silent."""
        limit = float(self._answers.get("SILENT_AFTER_SECONDS", "60"))
        ages = {unit: time.monotonic() - at for unit, (at, _) in sorted(self._heard.items())}
        live = [message for unit, (_, message) in self._heard.items() if ages[unit] <= limit]
        prices = self._tariff()
        return {
            "currency": self._answers.get("CURRENCY", ""),
            "solar_price_per_kwh": prices["solar_rate_per_kwh"],
            "grid_price_per_kwh": prices["grid_rate_per_kwh"],
            "silent_after_seconds": limit,
            "chargers": [
                {
                    "unit_id": unit,
                    "age_seconds": round(age, 1),
                    "silent": age > limit,
                    "telemetry": self._heard[unit][1],
                }
                for unit, age in ages.items()
            ],
            "totals": {
                "power_w": sum(message["power_w"] for message in live),
                "chargers": len(ages),
                "silent": len(ages) - len(live),
                "charging": sum(message["status"] == "charging" for message in live),
            },
        }

    def _health(self) -> dict[str, object]:
        return {
            "status": "healthy",
            # To the broker in its own task, which stays up when AWS IoT is out of reach.
            "mqtt_connected": True,
            "active_websockets": len(self._listeners),
            # Hard-coded in the application too: it does not notice a lost database.
            "database": "connected",
            "authentication": "enabled",
        }


def _response(status: HTTPStatus, content_type: str, text: str) -> Response:
    body = text.encode()
    headers = Headers(
        {
            "Content-Type": content_type,
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "Connection": "close",
        }
    )
    return Response(status.value, status.phrase, headers, body)
