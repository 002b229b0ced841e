"""A device of an experiment: publishes, subscribes, and says when AWS IoT cuts it off."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Self

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from solarrally_tui.account.iot_endpoints import Endpoint

_CONNECT_SECONDS: Final = 10.0


class Device:
    """One MQTT 3.1.1 connection. paho's own thread serves it; its callbacks only append."""

    def __init__(self, client_id: str) -> None:
        self.received: list[tuple[str, bytes]] = []
        self.is_up = self.is_subscribed = False
        self.times_up = 0
        self.acknowledged = 0
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=MQTTProtocolVersion.MQTTv311,
            clean_session=True,
        )
        self._client.connect_timeout = _CONNECT_SECONDS
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = self._connected
        self._client.on_disconnect = self._disconnected
        self._client.on_message = self._took
        self._client.on_publish = self._published
        self._client.on_subscribe = self._subscribed

    @contextmanager
    def connecting(self, endpoint: Endpoint, tls: ssl.SSLContext) -> Iterator[Self]:
        """Connect, again each second where that fails, until the block ends."""
        self._client.tls_set_context(tls)
        self._client.connect_async(endpoint.host, int(endpoint.port), keepalive=30)
        self._client.loop_start()
        try:
            yield self
        finally:
            self._client.disconnect()
            self._client.loop_stop()

    def publish(self, topic: str, payload: bytes) -> None:
        """Publish with QoS 1; acknowledged counts what AWS IoT took."""
        self._client.publish(topic, payload, qos=1)

    def subscribe(self, topic: str) -> None:
        """Subscribe with QoS 1."""
        self._client.subscribe(topic, qos=1)

    def _connected(self, _c: object, _u: object, _f: object, code: ReasonCode, _p: object) -> None:
        if not code.is_failure:
            self.is_up = True
            self.times_up += 1

    def _disconnected(self, *_: object) -> None:
        self.is_up = False

    def _took(self, _c: object, _u: object, message: paho.MQTTMessage) -> None:
        self.received.append((message.topic, bytes(message.payload)))

    def _published(self, *_: object) -> None:
        self.acknowledged += 1

    def _subscribed(self, _c: object, _u: object, _m: int, codes: Any, _p: object) -> None:
        self.is_subscribed = not any(code.is_failure for code in codes)
