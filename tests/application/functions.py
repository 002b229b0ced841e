"""What the real backend does where a function of AWS Lambda would run it; docs/lambda.md has it.

    .venv/bin/python -m tests.application.functions /path/to/SolarRally

The backend of a checkout is built as in the account. Each line says what was tried, and what the
running application answered. Lambda itself is not here: a function is a process without a broker
beside it, two functions are two processes, and a batch of a queue is the event that AWS documents.
"""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import paho.mqtt.client as paho
from websockets.asyncio.client import connect

from solarrally_tui.chargers.message import SAMPLE
from tests.application.build import ROOT, Built, build
from tests.application.capacity import broker
from tests.application.running import ADMINISTRATOR, DATABASE_PASSWORD, PASSWORD, until
from tests.blueprints.database.postgres_setup import HOST, OWNER, Server, server
from tests.blueprints.tasks.task_setup import free_port

MESSAGES: Final = 20
BATCH: Final = 10
LISTEN_SECONDS: Final = 4.0
CREATE: Final = """
import asyncio
from db.database import create_db_and_tables, init_default_roles

async def create():
    await create_db_and_tables()
    await init_default_roles()

asyncio.run(create())
"""
CONSUMER: Final = """
import asyncio, json, resource, sys, types
from utils import websocket_manager
from utils.mqtt_client import MQTTManager

frames = []

class Sender(websocket_manager.WebSocketManager):
    async def broadcast_to_all(self, data):
        frames.append(json.dumps(data))

def used():
    mine = resource.getrusage(resource.RUSAGE_SELF)
    return mine.ru_utime + mine.ru_stime

async def handle(event):
    manager.loop = asyncio.get_running_loop()
    for record in event["Records"]:
        told = json.loads(record["body"])
        payload = json.dumps(told["payload"]).encode()
        manager._on_message(None, None, types.SimpleNamespace(topic=told["topic"], payload=payload))
    while asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.sleep(0)
    await asyncio.sleep(0)

manager = MQTTManager(Sender())
events = json.load(sys.stdin)
asyncio.run(handle(events[0]))
frames.clear()
begun = used()
for event in events:
    asyncio.run(handle(event))
print(json.dumps({"frames": frames, "seconds": used() - begun}))
"""
"""A function behind a queue: events of SQS into the application's own handler of messages.

Only the sender of frames is replaced, as one over API Gateway would have to be. The first event is
handled twice: what a first call loads is not what a message takes.
"""


@dataclass
class Backend:
    """The application's process under uvicorn."""

    port: int
    process: "subprocess.Popen[bytes]"
    started: float
    """Seconds from its start to its first answer."""

    def get(self, path: str) -> Any:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=10, trust_env=False)

    def login(self) -> int:
        form = {"username": ADMINISTRATOR, "password": PASSWORD}
        address = f"http://127.0.0.1:{self.port}/api/auth/jwt/login"
        return httpx.post(address, data=form, timeout=20, trust_env=False).status_code

    @property
    def memory_mb(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) // 1024

    def frames(self, during: Any) -> list[str]:
        """Return the frames that a viewer of /ws/live gets while something happens."""
        return asyncio.run(self._frames(during))

    async def _frames(self, during: Any) -> list[str]:
        heard: list[str] = []
        async with connect(f"ws://127.0.0.1:{self.port}/ws/live") as socket:
            await asyncio.to_thread(during)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LISTEN_SECONDS):
                    while True:
                        heard.append(str(await socket.recv()))
        return heard


@dataclass(frozen=True)
class Host:
    """Where backends run."""

    built: Built
    database: Server

    def environment(self, broker_port: int) -> dict[str, str]:
        given = os.environ | {
            "MQTT_BROKER_HOST": "127.0.0.1",
            "MQTT_BROKER_PORT": str(broker_port),
            "DATABASE_URL": "postgresql+asyncpg:///",
            "PGHOST": HOST,
            "PGPORT": str(self.database.port),
            "PGDATABASE": OWNER,
            "PGUSER": OWNER,
            "PGPASSWORD": DATABASE_PASSWORD,
            "PGSSLMODE": "verify-full",
            "PGSSLROOTCERT": str(self.database.ca_file),
            "JWT_SECRET_KEY": "j" * 64,
            "SILENT_AFTER_SECONDS": "60",
        }
        given.pop("PYTHONPATH", None)
        return given

    def spawn(self, broker_port: int, *more: str) -> "tuple[int, subprocess.Popen[bytes]]":
        port = free_port()
        words = [str(self.built.programs / "uvicorn"), "main:app", "--port", str(port), *more]
        process = subprocess.Popen(
            words,
            cwd=self.built.backend,
            env=self.environment(broker_port),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return port, process

    @contextlib.contextmanager
    def backend(self, broker_port: int, *more: str) -> Iterator[Backend]:
        begun = time.monotonic()
        port, process = self.spawn(broker_port, *more)
        made = Backend(port, process, 0.0)
        try:
            until(lambda: _answers(made))
            made.started = time.monotonic() - begun
            yield made
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)

    def program(self, text: str, given: str = "") -> str:
        """Run a program in the backend's folder; return what it prints."""
        return subprocess.run(
            [str(self.built.programs / "python"), "-c", text],
            cwd=self.built.backend,
            env=self.environment(1),
            input=given,
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ).stdout

    def rows(self, table: str) -> str:
        """Return how many rows a table has."""
        query = f"\\c {OWNER}\n\\t\nSELECT count(*) FROM {table};"
        ended = subprocess.run(
            self.database.psql(), input=query, text=True, check=True, capture_output=True
        )
        return ended.stdout.split()[-1]


def _answers(backend: Backend) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return bool(backend.get("/health").status_code == 200)
    return False


def messages() -> list[dict[str, Any]]:
    """Return what an IoT rule would put into a queue: the topic and the payload."""
    stamp = datetime.now(UTC)
    return [
        {
            "topic": f"evse/charger-{number % 3 + 1}/telemetry",
            "payload": dict(SAMPLE)
            | {"timestamp": stamp.isoformat(), "power_w": 1000.0 + number, "session_id": None},
        }
        for number in range(MESSAGES)
    ]


def batches(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return events as AWS Lambda documents them for a queue."""
    records = [{"messageId": str(n), "body": json.dumps(one)} for n, one in enumerate(told)]
    return [{"Records": records[at : at + BATCH]} for at in range(0, len(records), BATCH)]


def publish(port: int, told: list[dict[str, Any]]) -> None:
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", port)
    client.loop_start()
    for one in told:
        client.publish(one["topic"], json.dumps(one["payload"]), qos=1).wait_for_publish(5)
    client.loop_stop()
    client.disconnect()


def tried(host: Host) -> Iterator[tuple[str, str]]:
    """Yield what was tried, and what came of it."""
    nobody = free_port()
    begun = time.monotonic()
    ended = host.spawn(nobody)[1].wait(60)
    took = time.monotonic() - begun
    yield "started without a broker", f"exit status {ended} after {took:.1f} s"
    host.database.sql(f"DROP DATABASE {OWNER};\nCREATE DATABASE {OWNER} OWNER {OWNER};")
    with host.backend(nobody, "--lifespan", "off") as one:
        mqtt = str(one.get("/health").json()["mqtt_connected"]).lower()
        seen = f"answers after {one.started:.1f} s, {one.memory_mb} MB, mqtt_connected {mqtt}"
        yield "the same without its start-up code (`--lifespan off`)", seen
        yield "a sign-in there, on an empty database", str(one.login())
        host.program(CREATE)
        yield "a sign-in there, after its tables were created, as nobody", str(one.login())
        yield "its sessions", one.get("/api/v1/sessions").text
    told, said = messages(), {}
    with host.backend(nobody, "--lifespan", "off") as viewed:

        def consume() -> None:
            said.update(json.loads(host.program(CONSUMER, json.dumps(batches(told)))))

        heard = viewed.frames(consume)
        each = said["seconds"] / MESSAGES * 1000
        seen = f"{len(said['frames'])} frames made, {each:.2f} ms of a core each"
        yield f"{MESSAGES} messages from a queue into the application's handler", seen
        yield "a viewer of another process, meanwhile", f"{len(heard)} frames"
        chargers = viewed.get("/api/v1/site").json()["totals"]["chargers"]
        yield "`/api/v1/site` of another process, after that", f"{chargers} chargers"
        yield "the table of sessions, after that", f"{host.rows('charging_sessions')} rows"
    with broker() as port, host.backend(port) as task:
        live = task.frames(lambda: publish(port, told))
        same = sum(a == b for a, b in zip(live, said["frames"], strict=False))
        seen = f"{len(live)} frames, {same} of them equal to those of the queue"
        yield "the same messages by MQTT, to a viewer of `/ws/live`", seen


def main(checkout: Path) -> None:
    """Build, run and print a table."""
    built = build(checkout, ROOT / ".build/application")
    with server() as database:
        database.sql(f"ALTER ROLE {OWNER} PASSWORD '{DATABASE_PASSWORD}';")
        print(f"commit {built.commit}\n\n| tried | seen |\n|---|---|")
        for what, seen in tried(Host(built, database)):
            print(f"| {what} | {seen} |", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
