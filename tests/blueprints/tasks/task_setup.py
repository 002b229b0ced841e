"""Runs the containers of a task definition here: the init script, and the broker after it."""

import contextlib
import http.server
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

TASK_ID = "158d1c8083dd49d6b527399fd6414f5c"
# The shape of the answer of the ECS metadata endpoint, version 4, on one line as ECS sends it.
METADATA = {
    "Cluster": "solarrally-small-app-Cluster",
    "TaskARN": f"arn:aws:ecs:us-east-1:123456789012:task/solarrally-small-app/{TASK_ID}",
    "Family": "solarrally-small-app-TaskDefinition",
    "Revision": "3",
    "Containers": [
        {
            "DockerId": f"{TASK_ID}-0123456789",
            "Labels": {"com.amazonaws.ecs.task-arn": "arn:aws:ecs:us-east-1:1:task/other/not-this"},
        }
    ],
}


@contextlib.contextmanager
def metadata_endpoint(answer: Mapping[str, Any]) -> Iterator[str]:
    """Serve what the ECS agent answers; yields the value of ECS_CONTAINER_METADATA_URI_V4."""
    body = json.dumps(answer, separators=(",", ":")).encode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path.endswith("/task") else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Keep the output of the tests quiet."""

    with _serving(Handler) as address:
        yield f"{address}/v4/{TASK_ID}-0123456789"


@contextlib.contextmanager
def answer_address() -> Iterator[tuple[str, list[bytes]]]:
    """Yield an address for the answer of a task, in place of a presigned one, and what came."""
    answers: list[bytes] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            answers.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Keep the output of the tests quiet."""

    with _serving(Handler) as address:
        yield f"{address}/answer", answers


@contextlib.contextmanager
def _serving(handler: type[http.server.BaseHTTPRequestHandler]) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@contextlib.contextmanager
def volume() -> Iterator[Path]:
    """Yield an empty folder that another user may enter, as the volume of a task."""
    folder = Path(tempfile.mkdtemp(prefix="solarrally-mqtt-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def run_init(
    script: str, environment: Mapping[str, str], folder: Path, uri: str, shell: str = "sh"
) -> subprocess.CompletedProcess[str]:
    """Run the init container's script with exactly its variables."""
    own = {"PATH": os.environ["PATH"], "ECS_CONTAINER_METADATA_URI_V4": uri}
    return subprocess.run(
        [shell, "-c", script],
        env={**own, **environment, "MQTT_DIR": str(folder), "TMP_DIR": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


@contextlib.contextmanager
def broker(configuration: Path) -> Iterator[int]:
    """Run a real mosquitto with the rendered file; yields its port.

    Only the port of the listener is changed: 1883 may be taken on this machine.
    """
    port = free_port()
    text = configuration.read_text()
    assert "listener 1883 127.0.0.1\n" in text
    configuration.write_text(text.replace("listener 1883 ", f"listener {port} "))
    program = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin")
    assert program, "mosquitto is missing. make test installs it."
    process = subprocess.Popen([program, "-c", configuration], stdout=subprocess.PIPE, text=True)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.communicate(timeout=60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, process: "subprocess.Popen[str]") -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, process.stdout and process.stdout.read()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError("mosquitto does not listen")


def health_check(container: Mapping[str, Any], folder: Path, port: int) -> int:
    """Run the broker's health check once, here instead of in its container."""
    checks = container.get("HealthCheck") or container["healthCheck"]
    kind, command = checks.get("Command") or checks["command"]
    assert kind == "CMD-SHELL"
    here = command.replace("/mosquitto-run", str(folder))
    here = here.replace("-h 127.0.0.1", f"-h 127.0.0.1 -p {port}")
    given = container.get("Environment") or container.get("environment") or ()
    variables = {
        str(e.get("Name", e.get("name"))): str(e.get("Value", e.get("value"))) for e in given
    }
    environment = os.environ | variables
    return subprocess.run(
        ["sh", "-c", here], check=False, timeout=60, env=environment, stderr=subprocess.DEVNULL
    ).returncode
