"""`utils.websocket_manager`: who sends frames to the browsers of this process."""

from typing import Any

from solarrally_tui.simulator.functions.application.site import record


class WebSocketManager:
    """Sends to nobody: a function holds no connection. A program puts its own sender in place."""

    async def broadcast_to_session(self, session_id: str, data: dict[str, Any]) -> None:
        """Send a frame to the viewers of one session."""

    async def broadcast_to_all(self, data: dict[str, Any]) -> None:
        """Send a frame to the viewers of everything."""
        await self.broadcast_to_session("all", data)

    async def broadcast_telemetry(self, telemetry_data: dict[str, Any]) -> None:
        """Send a frame to the viewers of everything, and to those of its session."""
        record(telemetry_data)
        await self.broadcast_to_all(telemetry_data)
        if session := telemetry_data.get("session_id"):
            await self.broadcast_to_session(session, telemetry_data)

    def connection_count(self) -> int:
        """Return how many browsers are connected."""
        return 0
