"""Runs what a task and the services around it run: AWS IoT, database, broker, backend, chargers.

Everything of the task comes from the app blueprint: the init script, the broker's configuration and
health check, the backend's command and variables, the program that changes users. What differs on
this machine: ports, the address of AWS IoT, which is a mosquitto with TLS and certificates, and the
database, which is the PostgreSQL of Debian with TLS.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt

from solarrally_tui.chargers.telemetry import Unit
from solarrally_tui.provisioning.operations.users_program import PROGRAM
from solarrally_tui.site.model import Site
from tests.application.build import Built
from tests.blueprints.blueprint_setup import deployed, example
from tests.blueprints.database.postgres_setup import HOST, OWNER, Server
from tests.blueprints.tasks.task_setup import (
    METADATA,
    answer_address,
    free_port,
    health_check,
    metadata_endpoint,
)
from tests.blueprints.tasks.task_setup import run_init as init

DATABASE_PASSWORD = "of-the-database"
ADMINISTRATOR = "ops@example.com"
PASSWORD = "first-Passw0rd-of-the-site"
NAMES = ("charger-1", "charger-2", "charger-3")
PREFIX = "solarrally/small/"
PUBLISH_SECONDS = 2.0
LIMIT = 60.0


WITH_PAGE = """\
from fastapi.staticfiles import StaticFiles
from main import app

app.router.routes = [route for route in app.router.routes if getattr(route, "path", "") != "/"]
app.mount("/", StaticFiles(directory={folder!r}, html=True))
"""


def site() -> Site:
    """The small example with prices."""
    tariff = {"currency": "EUR", "solar_per_kwh": 0.12, "grid_per_kwh": 0.35}
    return example("small", {"tariff": tariff})


def until(true: Any, seconds: float = LIMIT) -> float:
    """Wait until something holds; return how long that took."""
    begun = time.monotonic()
    while not true():
        if time.monotonic() - begun > seconds:
            raise TimeoutError(f"waited {seconds:.0f} s")
        time.sleep(0.2)
    return time.monotonic() - begun


class Iot:
    """AWS IoT as chargers and bridges see it: MQTT over TLS with certificates on both sides."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        _certificates(folder)
        (folder / "iot.conf").write_text(
            f"listener {self.port} 127.0.0.1\ncafile {folder}/ca.pem\ncertfile {folder}/iot.pem\n"
            f"keyfile {folder}/iot.key\nrequire_certificate true\nuse_identity_as_username true\n"
            "tls_version tlsv1.2\nuser root\n"
        )

    def start(self) -> None:
        """Serve."""
        program = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin")
        assert program, "mosquitto is missing"
        self._process = subprocess.Popen(
            [program, "-c", str(self.folder / "iot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        """Close every connection, as an outage that is noticed."""
        if self._process:
            self.freeze(False)
            self._process.terminate()
            self._process.wait(10)

    def freeze(self, frozen: bool) -> None:
        """Answer nothing and close nothing, as a route that drops packets."""
        if self._process:
            self._process.send_signal(signal.SIGSTOP if frozen else signal.SIGCONT)


class Chargers:
    """Three chargers that publish, unless one is told to be silent or all to send nonsense."""

    def __init__(self, iot: Iot) -> None:
        self.silent: set[str] = set()
        self.invalid = False
        self._units = {name: Unit(name) for name in NAMES}
        self._client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self._client.tls_set(
            str(iot.folder / "ca.pem"), str(iot.folder / "a.pem"), str(iot.folder / "a.key")
        )
        self._client.reconnect_delay_set(1, 2)
        self._client.connect_async("localhost", iot.port)
        self._client.loop_start()
        threading.Thread(target=self._publish, daemon=True).start()

    def _publish(self) -> None:
        while True:
            for name, unit in self._units.items():
                reading: object = {} if self.invalid else unit.reading(datetime.now(UTC))
                if name not in self.silent:
                    topic = f"{PREFIX}evse/{name}/telemetry"
                    self._client.publish(topic, json.dumps(reading))
            time.sleep(PUBLISH_SECONDS)


@dataclass
class Task:
    """One task: broker and backend, started in the blueprint's order."""

    built: Built
    iot: Iot
    database: Server
    folder: Path
    port: int = field(default_factory=free_port)
    broker_port: int = field(default_factory=free_port)
    serves_page: bool = True
    """Whether the backend's process serves the built page, too, in place of CloudFront."""
    _processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def __post_init__(self) -> None:
        resources = deployed(site())["app"]["Resources"]
        self.users_task = resources["UsersTask"]["Properties"]["ContainerDefinitions"][0]
        self.first_task = resources["AdministratorTask"]["Properties"]["ContainerDefinitions"][0]
        containers = resources["TaskDefinition"]["Properties"]["ContainerDefinitions"]
        self.containers = {each["Name"]: each for each in containers if isinstance(each, dict)}

    @property
    def log(self) -> Path:
        return self.folder / "task.log"

    def start(self) -> tuple[float, float]:
        """Return after how many seconds the broker was healthy, and the backend served."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        self._init()
        program = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin")
        self._spawn([str(program), "-c", str(self.folder / "mosquitto.conf")], {}, self.folder)
        begun = time.monotonic()
        broker = self.containers["broker"]
        until(lambda: health_check(broker, self.folder, self.broker_port) == 0, 150)
        healthy = time.monotonic() - begun
        _, *command = [str(word) for word in self.containers["backend"]["Command"]]
        command = [{"0.0.0.0": "127.0.0.1", "8000": str(self.port)}.get(w, w) for w in command]
        if self.serves_page:
            beside = self.built.backend / "with_page.py"
            beside.write_text(WITH_PAGE.format(folder=str(self.built.page)))
            command = ["with_page:app" if word == "main:app" else word for word in command]
        uvicorn = str(self.built.programs / "uvicorn")
        self._spawn([uvicorn, *command], self.environment("backend"), self.built.backend)
        until(self._serves)
        return healthy, time.monotonic() - begun

    def _serves(self) -> bool:
        import httpx

        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"http://127.0.0.1:{self.port}/health").status_code == 200
        return False

    def stop(self, kind: signal.Signals = signal.SIGTERM) -> None:
        """End backend and broker."""
        for process in reversed(self._processes):
            process.send_signal(kind)
            process.wait(20)
        self._processes.clear()

    def kill_backend(self) -> None:
        """End the backend alone, at once."""
        self._processes.pop().kill()

    def environment(self, name: str) -> dict[str, str]:
        """The variables of a container, at home here."""
        container = self.containers.get(name) or {
            "users": self.users_task,
            "administrator": self.first_task,
        }.get(name)
        assert container
        given = {each["Name"]: str(each["Value"]) for each in container["Environment"]}
        assert given["PGSSLMODE"] == "verify-full"
        here = {
            "PGHOST": HOST,
            "PGPORT": str(self.database.port),
            "PGDATABASE": OWNER,
            "PGSSLROOTCERT": str(self.database.ca_file),
            "HOME": str(self.folder),
            "MQTT_BROKER_PORT": str(self.broker_port),
        }
        secrets = {"PGUSER": OWNER, "PGPASSWORD": DATABASE_PASSWORD, "JWT_SECRET_KEY": "j" * 64}
        return {**given, **here, **secrets, "PATH": os.environ["PATH"]}

    def first_administrator(self) -> str:
        """Run the task that creates the first administrator; return its last line."""
        given = {"ADMIN_EMAIL": ADMINISTRATOR, "ADMIN_PASSWORD": PASSWORD}
        environment = self.environment("administrator") | given
        return self._one_off(self.first_task["Command"][0], environment)[-1]

    def users(self, **request: str) -> dict[str, Any]:
        """Run the program of `solarrally users` and return its answer."""
        with answer_address() as (address, answers):
            request["answer_to"] = address
            environment = self.environment("users") | {"USERS_REQUEST": json.dumps(request)}
            self._one_off(PROGRAM, environment)
        return dict(json.loads(answers[0]))

    def _one_off(self, program: str, environment: dict[str, str]) -> list[str]:
        ended = subprocess.run(
            [str(self.built.programs / "python"), "-c", program],
            cwd=self.built.backend,
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        with self.log.open("a") as log:
            log.write(ended.stdout)
        return ended.stdout.splitlines()

    def _init(self) -> None:
        container = self.containers["init"]
        given = {each["Name"]: str(each["Value"]) for each in container["Environment"]}
        conf = re.sub(
            r"(?m)^address .*$", f"address localhost:{self.iot.port}", given["MOSQUITTO_CONF"]
        )
        # The outputs of other stacks are only named in a template that nobody deployed.
        conf = conf.replace("iot.TopicPrefix", PREFIX).replace("iot.BridgeClientIdPrefix", "small-")
        given["MOSQUITTO_CONF"] = conf.replace("listener 1883 ", f"listener {self.broker_port} ")
        for name, file in (
            ("IOT_ROOT_CA", "ca.pem"),
            ("IOT_CERTIFICATE", "a.pem"),
            ("IOT_PRIVATE_KEY", "a.key"),
        ):
            given[name] = (self.iot.folder / file).read_text()
        (self.folder / "linked").unlink(missing_ok=True)
        with metadata_endpoint(METADATA) as uri:
            ended = init(container["Command"][0], given, self.folder, uri)
        assert ended.returncode == 0, ended.stderr

    def _spawn(self, words: list[str], environment: dict[str, str], cwd: Path) -> None:
        with self.log.open("ab") as log:
            self._processes.append(
                subprocess.Popen(
                    words,
                    cwd=cwd,
                    env=environment or None,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            )


@contextlib.contextmanager
def frozen(database: Server) -> Iterator[None]:
    """Let the database answer nothing and close nothing, as a failover that nobody announces."""
    first = int((database.folder / "data/postmaster.pid").read_text().splitlines()[0])
    children = f"/proc/{first}/task/{first}/children"
    pids = [first, *map(int, Path(children).read_text().split())]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def _certificates(folder: Path) -> None:
    """Write an authority, the endpoint's certificate, and one that bridge and chargers share."""

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    new = ("req", "-newkey", "rsa:2048", "-nodes")
    openssl(*new, "-x509", "-days", "2", "-subj", "/CN=ca", "-keyout", "ca.key", "-out", "ca.pem")
    (folder / "san").write_text("subjectAltName=DNS:localhost\n")
    for name in ("iot", "a"):
        openssl(*new, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        signing = ("x509", "-req", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial")
        files = ("-in", f"{name}.csr", "-out", f"{name}.pem", "-extfile", "san", "-days", "2")
        openssl(*signing, *files)
