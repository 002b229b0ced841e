"""A client's session at the broker, held to AWS IoT's limits.

What is not enforced: messages that wait for their acknowledgement (100 in each direction), and
subscriptions and messages of the whole account.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

from ministack.core.responses import request_scope
from ministack.services import cloudwatch, iot

from solarrally_tui.simulator.iot import broker_limits as limits
from solarrally_tui.simulator.pins import private, replace

_WSSession: Any = private(iot, "_WSSession")
_read_string = private(iot, "_read_string")
_decode_properties = private(iot, "_decode_properties")
_make_connack = private(iot, "_make_connack")
_make_disconnect = private(iot, "_make_disconnect")
_make_puback = private(iot, "_make_puback")

_CONNECT: Final = private(iot, "PKT_CONNECT")
_PUBLISH: Final = private(iot, "PKT_PUBLISH")
_SUBSCRIBE: Final = private(iot, "PKT_SUBSCRIBE")
_MQTT_5: Final = private(iot, "MQTT_5")

_QUOTA_EXCEEDED: Final = 0x97
_PACKET_TOO_LARGE: Final = 0x95
_TOPIC_NAME_INVALID: Final = 0x90
_TOPIC_FILTER_INVALID: Final = 0x8F
_PROTOCOL_ERROR: Final = 0x82
_CLIENT_ID_NOT_VALID: Final = 0x85
_ADMINISTRATIVE_ACTION: Final = 0x98
_KEEP_ALIVE_TIMEOUT: Final = 0x8D
"""Reason codes of MQTT 5. A client of MQTT 3.1.1 sees the connection close."""

_connects = limits.ConnectRates()


def install() -> None:
    """Hold every session to the limits. Call once."""
    replace(iot, "_WSSession", lambda _: LimitedSession)
    replace(iot, "_feed_session", _delaying)


def _delaying(feed: Callable[..., Awaitable[bool]]) -> Callable[..., Awaitable[bool]]:
    """Take what a client sends no faster than AWS IoT does: TCP then slows the client down."""

    async def fed(session: "LimitedSession", data: bytes, most: int) -> bool:
        late = session.rates.bytes_sent.wait(len(data), session.now())
        if late:
            await asyncio.sleep(late)
        return await feed(session, data, most)

    return fed


class LimitedSession(_WSSession):  # type: ignore[misc]  # MiniStack has no types
    """A session that refuses, discards and delays what AWS IoT does."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.loop = asyncio.get_running_loop()
        self.now = self.loop.time
        self.rates = limits.ConnectionRates()
        self._heard = self.now()
        self._silence: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def handle_packet(self, pkt_type: int, flags: int, body: bytes) -> bool:
        """Dispatch one packet. Returns False when the connection must close."""
        if self._cleaned_up:  # ended by the broker while the packet was on its way
            return False
        self._heard = self.now()
        return bool(await super().handle_packet(pkt_type, flags, body))

    async def _dispatch_packet(self, pkt_type: int, flags: int, body: bytes) -> bool:
        if pkt_type == _PUBLISH:
            refused = await self._refused_publish(flags, body)
        elif pkt_type == _CONNECT:
            refused = await self._refused_connect(body)
        elif pkt_type == _SUBSCRIBE:
            refused = await self._refused_subscribe(body)
        else:
            refused = None
        if refused is not None:
            return refused
        return bool(await super()._dispatch_packet(pkt_type, flags, body))

    async def _refused_connect(self, body: bytes) -> bool | None:
        """Return whether a connection that breaks a limit stays; None where it breaks none."""
        if self._client_id:
            return await self._end("CLIENT_ERROR", _PROTOCOL_ERROR)
        _, at = _read_string(body, 0)
        level, asked = body[at], int.from_bytes(body[at + 2 : at + 4], "big")
        at += 4
        if level == _MQTT_5:
            _, at = _decode_properties(body, at)
        client, _ = _read_string(body, at)
        code = 0
        if len(client.encode()) > limits.CLIENT_ID_BYTES:
            code = _CLIENT_ID_NOT_VALID
        elif client and not _connects.allow(self.account_id, self.region, client, self.now()):
            code = _QUOTA_EXCEEDED
        if code:
            if level == _MQTT_5:
                await self.send_bytes(_make_connack(return_code=code, protocol_version=_MQTT_5))
            return False
        self._expect_a_packet(limits.keep_alive(asked))
        return None

    async def _refused_publish(self, flags: int, body: bytes) -> bool | None:
        """Return whether the connection stays after a message that is not accepted."""
        topic, at = _read_string(body, 0)
        qos = flags >> 1 & 3
        if not limits.is_topic(topic):
            return await self._end("CLIENT_ERROR", _TOPIC_NAME_INVALID)
        if len(body) - at > limits.PAYLOAD_BYTES:
            return await self._end("CLIENT_ERROR", _PACKET_TOO_LARGE)
        if self.rates.sent.allows(self.now()):
            return None
        self._count("PublishIn.Throttle")
        if self.protocol_version == _MQTT_5 and qos:
            packet = int.from_bytes(body[at : at + 2], "big")
            await self.send_bytes(_make_puback(packet, reason_code=_QUOTA_EXCEEDED))
        return True

    async def _refused_subscribe(self, body: bytes) -> bool | None:
        """Return whether the connection stays after topic filters that are not accepted."""
        at = 2
        if self.protocol_version == _MQTT_5:
            _, at = _decode_properties(body, at)
        filters: list[str] = []
        while at < len(body):
            name, at = _read_string(body, at)
            filters.append(name)
            at += 1
        if not all(map(limits.is_topic, filters)):
            return await self._end("CLIENT_ERROR", _TOPIC_FILTER_INVALID)
        new = len(set(filters) - set(self._sub_filters.values()))
        if len(filters) > limits.FILTERS_A_REQUEST:
            return await self._end("CLIENT_ERROR", _PROTOCOL_ERROR)
        if len(self._sub_filters) + new > limits.SUBSCRIPTIONS:
            return await self._end("CLIENT_ERROR", _QUOTA_EXCEEDED)
        return None

    async def deliver_to_client(self, topic: str, payload: bytes, qos: int) -> None:
        """Deliver a message, or discard or delay it."""
        now = self.now()
        if not self.rates.received.allows(now):
            self._count("PublishOut.Throttle")
            return
        late = self.rates.bytes_received.wait(len(topic) + len(payload), now)
        if not late:
            await super().deliver_to_client(topic, payload, qos)
            return
        # Not awaited here: the broker delivers to one subscriber after the other.
        deliver = super().deliver_to_client
        self.loop.call_later(late, lambda: self._start(deliver(topic, payload, qos)))

    def _count(self, metric: str) -> None:
        with request_scope(self.account_id, self.region):
            cloudwatch.record_metric("AWS/IoT", metric, 1, "Count", {"Protocol": "MQTT"})

    def _expect_a_packet(self, seconds: float) -> None:
        """Disconnect a client that is silent for longer."""

        def look() -> None:
            left = self._heard + seconds - self.now()
            if left > 0:
                self._silence = self.loop.call_later(left, look)
            else:
                self._start(self.disconnect("MQTT_KEEP_ALIVE_TIMEOUT", _KEEP_ALIVE_TIMEOUT))

        self._silence = self.loop.call_later(seconds, look)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def disconnect(
        self,
        reason: str,
        code: int = _ADMINISTRATIVE_ACTION,
        *,
        clean: bool = False,
        will: bool = True,
    ) -> None:
        """End the session from here.

        reason: as lifecycle events name it. clean: forget a persistent session. will: whether its
        last will is published.
        """
        await self._end(reason, code)
        if not will:
            self._will_topic = None
        if clean:
            self._persist_session = False
        await self._send({"type": "websocket.close", "code": 1000})
        await self.cleanup()

    async def _end(self, reason: str, code: int) -> bool:
        """Say why the session ends, where MQTT can; return that it does."""
        self._forced_disconnect_reason = reason
        if self.protocol_version == _MQTT_5:
            await self.send_bytes(_make_disconnect(code))
        return False

    async def cleanup(self) -> None:
        """Leave nothing behind."""
        if self._silence:
            self._silence.cancel()
        await super().cleanup()
