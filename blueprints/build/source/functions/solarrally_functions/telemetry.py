"""Takes messages of chargers from a queue, and sends the application's frames to its viewers.

The application's own handler checks each message and makes the frames, as it does with those of an
MQTT broker. A rule of AWS IoT put the message into the queue, with the name of the charger as
`thing`. A whole batch is tried again where AWS refuses something; of messages that cannot be read,
only those (Lambda guide, "Handling errors for an SQS event source").
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import boto3
from botocore.exceptions import ClientError
from utils.mqtt_client import MQTTManager
from utils.websocket_manager import WebSocketManager

from solarrally_functions.surroundings import CONFIG

KEEP_SECONDS = 7 * 24 * 3600
"""How long the last message of a charger is kept. One that is gone must not be silent for ever."""

LASTS = 7200
"""Seconds after which API Gateway ends a connection, and its viewer is noted to end."""

OPENING_SECONDS = 30
"""For how long after its begin a connection may still be being opened."""

AT_ONCE = 16
"""Viewers that frames are sent to at the same time."""

_tables = boto3.resource("dynamodb", config=CONFIG)
_latest = _tables.Table(os.environ["LATEST_TABLE"])
_connections = _tables.Table(os.environ["CONNECTIONS_TABLE"])
_live = boto3.client(
    "apigatewaymanagementapi", endpoint_url=os.environ["LIVE_ENDPOINT"], config=CONFIG
)


@dataclass
class Frames(WebSocketManager):  # type: ignore[misc]
    """Stands where the application keeps its sockets: notes what it would send, and to whom."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    """Session and frame; the session "all" is everybody."""
    last: dict[str, tuple[int, str]] = field(default_factory=dict)
    """By charger: when its last message of the batch was received (ms), and the message."""
    received: int = 0
    """When the message that is being handled was received (ms)."""

    async def broadcast_telemetry(self, telemetry_data: dict[str, Any]) -> None:
        """Note the message, and let the application decide who gets it."""
        unit, text = telemetry_data.get("unit_id"), json.dumps(telemetry_data)
        if unit and self.received >= self.last.get(unit, (0, ""))[0]:
            self.last[unit] = self.received, text
        await super().broadcast_telemetry(telemetry_data)

    async def broadcast_to_session(self, session_id: str, data: dict[str, Any]) -> None:
        """Note a frame for a session."""
        self.sent.append((session_id, json.dumps(data)))


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Handle a batch; return the messages that could not be read."""
    frames = Frames()
    unread = asyncio.run(_handle(event["Records"], frames))
    for unit, (received, text) in frames.last.items():
        keep(unit, received, text)
    send(frames.sent)
    return {"batchItemFailures": [{"itemIdentifier": message} for message in unread]}


async def _handle(records: list[dict[str, Any]], frames: Frames) -> list[str]:
    """Give each message to the application; return the ids of those that are none."""
    manager, unread = MQTTManager(frames), []
    manager.loop = asyncio.get_running_loop()
    for record in records:
        try:
            told = json.loads(record["body"])
            topic = f"evse/{told.pop('thing')}/telemetry"
        except (ValueError, AttributeError, KeyError, TypeError) as error:
            print(f"ERROR: message {record['messageId']} cannot be read: {type(error).__name__}")
            unread.append(record["messageId"])
            continue
        frames.received = int(record["attributes"]["SentTimestamp"])
        message = SimpleNamespace(topic=topic, payload=json.dumps(told).encode())
        manager._on_message(None, None, message)  # noqa: SLF001 what the MQTT client would call
        await _settled()
    return unread


async def _settled() -> None:
    """Wait until the application has done what it put off, as from the thread of a client."""
    await asyncio.sleep(0)
    while others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.gather(*others)


def keep(unit: str, received: int, text: str) -> None:
    """Keep a charger's last message, unless another function has kept a newer one."""
    ends = received // 1000 + KEEP_SECONDS
    with where_condition_holds():
        _latest.put_item(
            Item={"unit": unit, "received": received, "telemetry": text, "ends": ends},
            ConditionExpression="attribute_not_exists(received) OR received <= :received",
            ExpressionAttributeValues={":received": received},
        )


@contextmanager
def where_condition_holds() -> Iterator[None]:
    """Do nothing to a row that does not meet the condition of a call."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise


def send(frames: list[tuple[str, str]]) -> None:
    """Send each frame to the viewers of its session, to each of them in order."""
    if not frames:
        return
    wanted: dict[str, list[str]] = defaultdict(list)
    for connection, session in viewers():
        wanted[connection] += [text for to, text in frames if to == session]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(_send_to, wanted, wanted.values()))


def viewers() -> list[tuple[str, str]]:
    """Return each connection with the session that it is about."""
    found: list[tuple[str, str]] = []
    question: dict[str, Any] = {}
    while True:
        page = _connections.scan(**question)
        found += [(item["connection"], item["session"]) for item in page["Items"]]
        if "LastEvaluatedKey" not in page:
            return found
        question = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def _send_to(connection: str, texts: list[str]) -> None:
    """Send frames to one viewer. One who is gone, or cannot take them, is no fault of the batch."""
    for text in texts:
        try:
            _live.post_to_connection(ConnectionId=connection, Data=text.encode())
        except _live.exceptions.GoneException:
            forget(connection)
            return
        except ClientError as error:
            print(f"ERROR: a viewer did not get a frame: {error.response['Error']['Code']}")
            return


def forget(connection: str) -> None:
    """Delete a viewer who is gone, but not one whose connection is still being opened.

    API Gateway says of both that they are gone.
    """
    opening = int(time.time()) + LASTS - OPENING_SECONDS
    with where_condition_holds():
        _connections.delete_item(
            Key={"connection": connection},
            ConditionExpression="ends < :opening",
            ExpressionAttributeValues={":opening": opening},
        )
