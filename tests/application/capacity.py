"""How many messages a second the real backend carries: its own path from MQTT to the WebSocket.

    .venv/bin/python -m tests.application.capacity /path/to/SolarRally

The backend of a checkout, built as in the account, runs under uvicorn with its own MQTT client, its
own model of telemetry and its own WebSockets, and without its database, which telemetry does not
touch. A real mosquitto is its broker. Each row says how much of one core it took, and how late the
slowest of 99 % of the messages were at a viewer.
"""

import asyncio
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import paho.mqtt.client as paho
from websockets.asyncio.client import connect

from solarrally_tui.chargers.message import SAMPLE
from tests.application.build import ROOT, Built, build
from tests.application.running import until

RATES: Final = (100, 200, 400, 600, 800, 1000, 1500)
VIEWERS: Final = 10
SECONDS: Final = 10.0
HOST: Final = """
import contextlib, main
from utils.mqtt_client import MQTTManager

@contextlib.asynccontextmanager
async def life(_app):
    main.mqtt_manager = MQTTManager(main.websocket_manager)
    await main.mqtt_manager.start()
    yield

main.app.router.lifespan_context = life
import uvicorn
uvicorn.run(main.app, host="127.0.0.1", port={port}, log_level="warning")
"""


def main(checkout: Path) -> None:
    """Build, run, measure and print a table."""
    built = build(checkout, ROOT / ".build")
    with broker() as port, _backend(built, port, port + 1) as backend:
        print("| messages a second | of one core | lost | 99 % within |\n|---|---|---|---|")
        for rate in RATES:
            print(asyncio.run(_row(rate, port, port + 1, backend)), flush=True)


@contextlib.contextmanager
def broker() -> Iterator[int]:
    """Run a mosquitto without TLS; its port."""
    port = 20000 + os.getpid() % 20000
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as conf:
        conf.write(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
        conf.flush()
        Path(conf.name).chmod(0o644)
        process = subprocess.Popen(["mosquitto", "-c", conf.name], stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        try:
            yield port
        finally:
            process.terminate()
            process.wait()


@contextlib.contextmanager
def _backend(built: Built, broker: int, port: int) -> Iterator[int]:
    environment = os.environ | {
        "MQTT_BROKER_HOST": "127.0.0.1",
        "MQTT_BROKER_PORT": str(broker),
        "DATABASE_URL": "postgresql+asyncpg:///",
        "JWT_SECRET_KEY": "not for the database",
    }
    environment.pop("PYTHONPATH", None)
    program = HOST.format(port=port)
    words = [str(built.programs / "python"), "-c", program]
    process = subprocess.Popen(words, cwd=built.backend, env=environment, stderr=subprocess.DEVNULL)
    try:
        until(lambda: _answers(port))
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return bool(httpx.get(f"http://127.0.0.1:{port}/health").json()["mqtt_connected"])
    return False


def _used(pid: int) -> float:
    """Return the seconds of a processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _row(rate: int, broker: int, port: int, pid: int) -> str:
    lags: list[float] = []
    stop = asyncio.Event()
    viewers = [asyncio.create_task(_view(port, lags, stop)) for _ in range(VIEWERS)]
    await asyncio.sleep(1.0)
    before, begun = _used(pid), time.monotonic()
    sent = await asyncio.to_thread(_send, broker, rate)
    share = (_used(pid) - before) / (time.monotonic() - begun)
    await asyncio.sleep(2.0)
    stop.set()
    await asyncio.gather(*viewers)
    lost = sent * VIEWERS - len(lags)
    slow = statistics.quantiles(lags, n=100)[-1] if len(lags) > 1 else 0.0
    return f"| {rate} | {share:.0%} | {lost} of {sent * VIEWERS} | {slow * 1000:.0f} ms |"


async def _view(port: int, lags: list[float], stop: asyncio.Event) -> None:
    async with connect(f"ws://127.0.0.1:{port}/ws/live", compression=None) as socket:
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                frame: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), 0.5))
                stamp = datetime.fromisoformat(frame["timestamp"])
                lags.append((datetime.now(UTC) - stamp).total_seconds())


def _send(broker: int, rate: int) -> int:
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", broker)
    client.loop_start()
    begun, sent = time.monotonic(), 0
    while (passed := time.monotonic() - begun) < SECONDS:
        while sent < passed * rate:
            client.publish(f"evse/charger-{sent % 1000}/telemetry", _message())
            sent += 1
        time.sleep(0.005)
    time.sleep(0.5)
    client.loop_stop()
    client.disconnect()
    return sent


def _message() -> bytes:
    return json.dumps(dict(SAMPLE) | {"timestamp": datetime.now(UTC).isoformat()}).encode()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
