"""The stand-in's MQTT link to AWS IoT: mutual TLS, QoS 0, reconnecting automatically."""

import ssl
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.reasoncodes import ReasonCode

from solarrally_tui.simulator.runtime.standin.mosquitto import BridgeTopic, ConfError
from solarrally_tui.simulator.runtime.standin.task_settings import Link
from solarrally_tui.simulator.settings import LOOPBACK

# The shortest first and last waits between two attempts in real seconds, however fast the clock.
_SHORTEST_WAITS = (0.25, 1.0)
_CONNECT_LIMIT = 5.0
PRIVATE = ".internal"
"""How names end that only the network of the site knows."""


_NOWHERE = 1
"""A port at which nothing listens: where a private name has no address now."""


class _Client(mqtt.Client):
    """Asks for the address again before each attempt to connect, as mosquitto does."""

    address: Callable[[], tuple[str, int, int]]

    def reconnect(self) -> MQTTErrorCode:
        """Connect to where the name leads now."""
        self.connect_async(*self.address())
        return super().reconnect()


class BridgeClient:
    """One connection, kept up on paho's own thread. Callbacks come from that thread.

    `pace` is real seconds for each second of the configured reconnect delays. `deliver` gets the
    local topic and the payload of each message, `changed` the state and, when it is down, the
    reason in mosquitto's words. `trying` is called before each attempt to connect. `names` has the
    ports of private names of the network, as they are now.
    """

    def __init__(
        self,
        link: Link,
        pace: float,
        deliver: Callable[[str, bytes], None],
        changed: Callable[[bool, str], None],
        trying: Callable[[], None],
        names: Mapping[str, int] | None = None,
    ) -> None:
        self._bridge = link.bridge
        self._names = {} if names is None else names  # filled later, too
        self._deliver = deliver
        self._changed = changed
        self._trying = trying
        self.connected = False
        self._client = self._make_client(link, pace)

    def start(self) -> None:
        """Begin connecting. Returns at once and tries until it is stopped."""
        self._client.connect_async(*self._address())
        self._client.loop_start()

    def stop(self) -> None:
        """Disconnect, and do not reconnect."""
        self._client.disconnect()
        self._client.loop_stop()

    def _address(self) -> tuple[str, int, int]:
        """Return host, port and keep-alive of the next attempt."""
        host, port = self._bridge.host, self._bridge.port
        if host.endswith(PRIVATE):
            host, port = LOOPBACK, self._names.get(host, _NOWHERE)
        return host, port, self._bridge.keepalive

    def _make_client(self, link: Link, pace: float) -> mqtt.Client:
        client = _Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._bridge.client_id,
            clean_session=self._bridge.clean_session,
            protocol=mqtt.MQTTv311,
        )
        client.address = self._address
        if link.ca:
            client.tls_set_context(tls_context(link))
        if link.bridge.username:
            client.username_pw_set(link.bridge.username, link.bridge.password)
        client.connect_timeout = _CONNECT_LIMIT
        waits = zip(_SHORTEST_WAITS, self._bridge.backoff, strict=True)
        least, most = (max(shortest, seconds * pace) for shortest, seconds in waits)
        # paho only compares and sleeps these, so fractions work although it annotates integers.
        client.reconnect_delay_set(least, most)  # type: ignore[arg-type]
        client.on_pre_connect = lambda _client, _data: self._trying()
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    @property
    def _inbound(self) -> tuple[BridgeTopic, ...]:
        return tuple(topic for topic in self._bridge.topics if topic.direction in {"in", "both"})

    def _on_connect(
        self, client: mqtt.Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any
    ) -> None:
        if reason.is_failure:
            self._set_state(connected=False, reason=f"Connection Refused: {str(reason).lower()}")
            return
        client.subscribe([(topic.remote_filter, topic.qos) for topic in self._inbound])
        self._set_state(connected=True, reason="")

    def _on_connect_fail(self, _client: mqtt.Client, _data: Any) -> None:
        self._set_state(connected=False, reason="Error creating bridge: connection or TLS failed")

    def _on_disconnect(
        self, _client: mqtt.Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any
    ) -> None:
        self._set_state(connected=False, reason=f"Connection lost: {str(reason).lower()}")

    def _set_state(self, *, connected: bool, reason: str) -> None:
        self.connected = connected
        self._changed(connected, reason)

    def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        for topic in self._inbound:
            if mqtt.topic_matches_sub(topic.matched, message.topic):
                self._deliver(topic.local_name(message.topic), bytes(message.payload))
                return


def tls_context(link: Link) -> ssl.SSLContext:
    """Create a client context with the bridge's certificate that trusts its own authority only.

    Raises ConfError when a PEM text cannot be loaded.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = not link.bridge.insecure
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_verify_locations(cadata=link.ca)
        # Python's ssl reads keys from files only: a private folder, deleted right after.
        with tempfile.TemporaryDirectory() as folder:  # mode 0700
            chain = Path(folder) / "chain.pem"
            chain.touch(mode=0o600)
            chain.write_text(f"{link.certificate.strip()}\n{link.key.strip()}\n")
            context.load_cert_chain(chain)
    except (ssl.SSLError, ValueError) as error:
        raise ConfError(
            "Error: Unable to load the certificate, key or CA of the bridge."
        ) from error
    return context
