"""Listens at an old broker: which chargers still speak to it."""

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from solarrally_tui.chargers.problems import ChargerError


@dataclass(frozen=True, slots=True)
class Broker:
    """The old broker, as chargers reach it."""

    host: str
    port: int = 1883
    user: str = ""
    password: str = field(default="", repr=False)


async def listen(
    broker: Broker, topics: Iterable[str], seconds: float, ready: Callable[[], None]
) -> dict[str, int]:
    """Count what the old broker gets on topics in some seconds. Raises ChargerError."""
    return await asyncio.to_thread(_listen, broker, tuple(topics), seconds, ready)


def _listen(
    broker: Broker, topics: tuple[str, ...], seconds: float, ready: Callable[[], None]
) -> dict[str, int]:
    counts: Counter[str] = Counter()
    answered = threading.Event()
    refused: list[str] = []
    client = paho.Client(CallbackAPIVersion.VERSION2)
    if broker.user:
        client.username_pw_set(broker.user, broker.password or None)

    def connected(
        _client: object, _data: object, _flags: object, reason: ReasonCode, _: object
    ) -> None:
        if reason.is_failure:
            refused.append(str(reason))
        else:
            for topic in topics:
                client.subscribe(topic)
        answered.set()

    def count(_client: object, _data: object, message: paho.MQTTMessage) -> None:
        # What the broker kept for a new subscriber says nothing about now.
        if not message.retain:
            counts[message.topic] += 1

    client.on_connect, client.on_message = connected, count
    try:
        client.connect(broker.host, broker.port, keepalive=30)
        client.loop_start()
        if not answered.wait(10.0) or refused:
            raise OSError(refused[0] if refused else "it does not answer")
        ready()
        threading.Event().wait(seconds)
    except OSError as error:
        raise ChargerError(
            what=f"The old broker at {broker.host}:{broker.port} cannot be listened to.",
            why=f"{error.strerror or error}.",
            next="Check address, --user and password. Without --broker, only AWS IoT is asked.",
            detail=repr(error),
        ) from None
    finally:
        with contextlib.suppress(Exception):
            client.disconnect()
            client.loop_stop()
    return dict(counts)
