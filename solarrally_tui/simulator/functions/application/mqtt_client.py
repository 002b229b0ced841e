"""`utils.mqtt_client`: what the application does with a message of a charger."""

import asyncio
import json
import logging
from typing import Any

from solarrally_tui.simulator.functions.application.websocket_manager import WebSocketManager
from solarrally_tui.simulator.runtime.standin import telemetry

logger = logging.getLogger(__name__)


class MQTTManager:
    """Checks messages and passes them on. It never connects."""

    def __init__(self, websocket_manager: WebSocketManager) -> None:
        self.websocket_manager = websocket_manager
        self.loop: asyncio.AbstractEventLoop | None = None

    def is_connected(self) -> bool:
        """Return whether a broker is connected."""
        return False

    def _on_message(self, _client: Any, _userdata: Any, msg: Any) -> None:
        """Take a message as paho would bring it, from any thread."""
        unit = telemetry.unit_of(msg.topic) or ""
        try:
            frame = telemetry.frame(unit, msg.payload)
        except ValueError as flaw:
            logger.warning("Invalid telemetry data received from %s: %s", unit, flaw)
            return
        if self.loop and not self.loop.is_closed():
            sending = self.websocket_manager.broadcast_telemetry(json.loads(frame))
            asyncio.run_coroutine_threadsafe(sending, self.loop)
