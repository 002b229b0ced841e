"""What the real backend does in functions of AWS Lambda; docs/lambda.md has it.

    .venv/bin/python -m tests.application.functions /path/to/SolarRally

The backend of a checkout is built as in the account, with the programs of functions. Each one is
started as Lambda starts it, by AWS's runtime interface client, and gets events as AWS documents
them; a server here is Lambda's side of the runtime API. Secrets and tables are those of a simulated
account, and another server here takes what API Gateway would pass on to viewers. Each line of the
table says what was tried, and what came of it.
"""

import asyncio
import base64
import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import paho.mqtt.client as paho
from websockets.asyncio.client import connect

from solarrally_tui.blueprints import blueprint
from solarrally_tui.chargers.message import SAMPLE
from solarrally_tui.simulator.child import Account, Child
from solarrally_tui.stacks.template import read
from tests import clients
from tests.application.build import ROOT, Built, build
from tests.application.capacity import broker
from tests.application.running import ADMINISTRATOR, DATABASE_PASSWORD, PASSWORD, until
from tests.blueprints.database.postgres_setup import HOST, OWNER, Server, server
from tests.blueprints.tasks.task_setup import free_port

MESSAGES: Final = 20
BATCH: Final = 10
LISTEN_SECONDS: Final = 4.0
CHARGERS: Final = 3
REGION: Final = "us-east-1"
ORIGIN: Final = "o" * 48
VIEWER, GONE = "viewer-1", "viewer-2"
_RUNTIME: Final = "/2018-06-01/runtime/"


@dataclass
class Gateway:
    """Takes frames for viewers, as API Gateway's address of connections does."""

    frames: list[str] = field(default_factory=list)
    port: int = 0

    @contextlib.contextmanager
    def serving(self) -> Iterator[str]:
        """Yield the address that a function posts to."""
        with _server(self._handler()) as self.port:
            yield f"http://127.0.0.1:{self.port}/live"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        frames = self.frames

        class Handler(_Quiet):
            def do_POST(self) -> None:
                body = self.body()
                connection = self.path.rpartition("/")[2]
                if connection == GONE:
                    self.answer(410, b"{}", {"x-amzn-ErrorType": "GoneException"})
                    return
                frames.append(body.decode())
                self.answer(200)

        return Handler


class _Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # head and body in one packet: the other side acknowledges late

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        common = {"content-type": "application/json", "content-length": str(len(body))}
        for name, value in (common | (headers or {})).items():
            self.send_header(name, value)
        with contextlib.suppress(ConnectionError):  # a function that is being ended
            self.end_headers()
            self.wfile.write(body)


@contextlib.contextmanager
def _server(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as made:
        made.daemon_threads = True
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield int(made.server_port)
        made.shutdown()


@dataclass
class Function:
    """One function, and Lambda's side of its runtime API (Lambda guide, "Runtime API")."""

    events: "queue.Queue[str]" = field(default_factory=queue.Queue)
    answers: "queue.Queue[Any]" = field(default_factory=queue.Queue)
    asked: threading.Event = field(default_factory=threading.Event)
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    """Seconds from its start until it asked for its first event."""

    def __call__(self, event: dict[str, Any]) -> Any:
        """Return what it answers to an event."""
        self.events.put(json.dumps(event))
        return self.answers.get(timeout=60)

    @property
    def memory_mb(self) -> int:
        assert self.process
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) // 1024

    @contextlib.contextmanager
    def running(self, host: "Host", program: str, more: dict[str, str]) -> Iterator["Function"]:
        with _server(self._handler()) as port:
            begun = time.monotonic()
            self.process = subprocess.Popen(
                [str(host.built.programs / "python"), "-m", "awslambdaric", program],
                cwd=host.built.backend,
                env=host.environment(1) | more | {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}"},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                until(self.asked.is_set)
                self.started = time.monotonic() - begun
                yield self
            finally:
                self.process.kill()
                self.process.wait(20)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        function = self

        class Handler(_Quiet):
            def do_GET(self) -> None:
                function.asked.set()
                event = function.events.get()
                told = {
                    "Lambda-Runtime-Aws-Request-Id": "1",
                    "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + 30_000),
                    "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:x:1:function:x",
                }
                self.answer(200, event.encode(), told)

            def do_POST(self) -> None:
                body = json.loads(self.body() or b"null")
                if not self.path.endswith("/response"):
                    body = {"failed": body}
                    function.asked.set()
                function.answers.put(body)
                self.answer(202, b"{}")

        return Handler


@dataclass
class Backend:
    """The application's process under uvicorn, as a task has it."""

    port: int
    process: "subprocess.Popen[bytes]"

    def get(self, path: str) -> Any:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=10, trust_env=False)

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
    """Where backends and functions run."""

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

    def spawn(self, broker_port: int) -> "tuple[int, subprocess.Popen[bytes]]":
        port = free_port()
        words = [str(self.built.programs / "uvicorn"), "main:app", "--port", str(port)]
        process = subprocess.Popen(
            words,
            cwd=self.built.backend,
            env=self.environment(broker_port),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return port, process

    @contextlib.contextmanager
    def backend(self, broker_port: int) -> Iterator[Backend]:
        made = Backend(*self.spawn(broker_port))
        try:
            until(lambda: _answers(made))
            yield made
        finally:
            made.process.send_signal(signal.SIGTERM)
            made.process.wait(20)

    def first_administrator(self) -> str:
        """Run the program of the one-off task; return what it says."""
        task = read(blueprint("app").template())["Resources"]["AdministratorTask"]
        [container] = task["Properties"]["ContainerDefinitions"]
        who = {"ADMIN_EMAIL": ADMINISTRATOR, "ADMIN_PASSWORD": PASSWORD}
        return subprocess.run(
            [str(self.built.programs / "python"), "-c", container["Command"][0]],
            cwd=self.built.backend,
            env=self.environment(1) | who,
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ).stdout.splitlines()[-1]


def _answers(backend: Backend) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return bool(backend.get("/health").status_code == 200)
    return False


def messages() -> list[dict[str, Any]]:
    """Return what chargers publish, with the name of each as the rule of AWS IoT adds it."""
    stamp = datetime.now(UTC)
    return [
        dict(SAMPLE)
        | {
            "thing": f"charger-{number % CHARGERS + 1}",
            "timestamp": stamp.isoformat(),
            "power_w": 1000.0 + number,
            "session_id": None,
        }
        for number in range(MESSAGES)
    ]


def batches(bodies: list[str]) -> list[dict[str, Any]]:
    """Return events as AWS Lambda documents them for a queue."""
    sent = {"SentTimestamp": str(int(time.time() * 1000))}
    records = [
        {"messageId": str(number), "body": body, "attributes": sent}
        for number, body in enumerate(bodies)
    ]
    return [{"Records": records[at : at + BATCH]} for at in range(0, len(records), BATCH)]


def request(
    path: str, form: dict[str, str] | None = None, origin: str | None = ORIGIN
) -> dict[str, Any]:
    """Return an event of an HTTP API, format 2.0, as CloudFront's request becomes one."""
    headers = {"host": "a1.execute-api.us-east-1.amazonaws.com", "x-forwarded-proto": "https"}
    if origin:
        headers["x-solarrally-origin"] = origin
    if form:
        headers["content-type"] = "application/x-www-form-urlencoded"
    method = "POST" if form else "GET"
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "1.2.3.4"},
            "stage": "$default",
        },
        "body": base64.b64encode(urlencode(form).encode()).decode() if form else None,
        "isBase64Encoded": bool(form),
    }


def publish(port: int, told: list[dict[str, Any]]) -> None:
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", port)
    client.loop_start()
    for one in told:
        payload = {name: value for name, value in one.items() if name != "thing"}
        topic = f"evse/{one['thing']}/telemetry"
        client.publish(topic, json.dumps(payload), qos=1).wait_for_publish(5)
    client.loop_stop()
    client.disconnect()


def prepared(account: Account) -> dict[str, str]:
    """Make the secrets and the tables; return the variables of functions."""
    owned = clients.owner(account)
    secrets, tables = (clients.client(owned, s, REGION) for s in ("secretsmanager", "dynamodb"))
    database = json.dumps({"username": OWNER, "password": DATABASE_PASSWORD})
    values = {"DB_SECRET": database, "JWT_SECRET": "j" * 64, "ORIGIN_SECRET": ORIGIN}
    made = {
        name: secrets.create_secret(Name=name, SecretString=value)["ARN"]
        for name, value in values.items()
    }
    for table, key in (("Latest", "unit"), ("Connections", "connection")):
        tables.create_table(
            TableName=table,
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
    for connection in (VIEWER, GONE):
        item = {"connection": {"S": connection}, "session": {"S": "all"}, "ends": {"N": "1"}}
        tables.put_item(TableName="Connections", Item=item)
    return {
        **owned.applied_to({}),
        **made,
        "LATEST_TABLE": "Latest",
        "CONNECTIONS_TABLE": "Connections",
    }


def tried(host: Host, account: Account) -> Iterator[tuple[str, str]]:
    """Yield what was tried, and what came of it."""
    begun = time.monotonic()
    ended = host.spawn(free_port())[1].wait(60)
    took = time.monotonic() - begun
    yield "the application started as in a task, without a broker", f"exit {ended}, {took:.1f} s"
    host.database.sql(f"DROP DATABASE {OWNER};\nCREATE DATABASE {OWNER} OWNER {OWNER};")
    variables, gateway, told = prepared(account), Gateway(), messages()
    with (
        gateway.serving() as address,
        Function().running(host, "solarrally_functions.api.handler", variables) as api,
        Function().running(
            host, "solarrally_functions.telemetry.handler", variables | {"LIVE_ENDPOINT": address}
        ) as telemetry,
    ):
        ready = f"ready after {api.started:.1f} s, {api.memory_mb} MB"
        yield "`api`, started as Lambda does", ready
        ready = f"ready after {telemetry.started:.1f} s, {telemetry.memory_mb} MB"
        yield "`telemetry`, started as Lambda does", ready
        yield from _requests(host, api)
        frames = gateway.frames
        begun = time.monotonic()
        for event in batches([json.dumps(one) for one in told]):
            telemetry(event)
        each = (time.monotonic() - begun) / MESSAGES * 1000
        sent = list(frames)
        seen = f"{len(sent)} frames at one viewer, {each:.1f} ms each, tables and all"
        yield f"{MESSAGES} messages in batches of {BATCH} to `telemetry`", seen
        tables = clients.client(clients.owner(account), "dynamodb", REGION)
        left = [i["connection"]["S"] for i in tables.scan(TableName="Connections")["Items"]]
        yield "a viewer who is gone, after that", f"{'still' if GONE in left else 'not'} listed"
        unread = telemetry(batches(["no message", json.dumps(told[0])])[0])
        yield "a message that is none, beside one that is", json.dumps(unread["batchItemFailures"])
        facts = json.loads(api(request("/api/v1/site"))["body"])["totals"]
        seen = f"{facts['chargers']} chargers, {facts['silent']} silent"
        yield "`/api/v1/site` of the other function, after that", seen
    with broker() as port, host.backend(port) as task:
        live = task.frames(lambda: publish(port, told))
        same = sum(a == b for a, b in zip(live, sent, strict=False))
        seen = f"{len(live)} frames, {same} of them equal to those of the function"
        yield "the same messages by MQTT, to a viewer of a task", seen


def _requests(host: Host, api: Function) -> Iterator[tuple[str, str]]:
    """Yield what the function that answers requests does."""
    known = {"username": ADMINISTRATOR, "password": PASSWORD}
    yield "a request that did not come from CloudFront", _status(api(request("/health", None, "")))
    told = json.loads(api(request("/health"))["body"])
    yield "`/health`", f"{told['status']}, mqtt_connected {str(told['mqtt_connected']).lower()}"
    yield "a sign-in on an empty database", _status(api(request("/api/auth/jwt/login", known)))
    yield "the program of the one-off task", host.first_administrator()
    yield "a sign-in after that", _status(api(request("/api/auth/jwt/login", known)))
    wrong = known | {"password": "wrong"}
    yield "one with a wrong password", _status(api(request("/api/auth/jwt/login", wrong)))
    yield "its sessions", api(request("/api/v1/sessions"))["body"]
    begun = time.monotonic()
    for _ in range(MESSAGES):
        api(request("/api/v1/sessions"))
    yield f"{MESSAGES} such requests", f"{(time.monotonic() - begun) / MESSAGES * 1000:.1f} ms each"


def _status(answer: dict[str, Any]) -> str:
    return str(answer.get("statusCode", answer))


def main(checkout: Path) -> None:
    """Build, run and print a table."""
    built = build(checkout, ROOT / ".build/application", functions=True)
    child = Child(speed="instant")
    with server() as database:
        database.sql(f"ALTER ROLE {OWNER} PASSWORD '{DATABASE_PASSWORD}';")
        account = child.start()
        try:
            print(f"commit {built.commit}\n\n| tried | seen |\n|---|---|")
            for what, seen in tried(Host(built, database), account):
                print(f"| {what} | {seen} |", flush=True)
        finally:
            child.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
