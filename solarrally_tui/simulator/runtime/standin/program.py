"""The process that stands in for one running task, which `StandinProcess` starts.

It reads its settings as one line on standard input, and then lines with what happens to it.
It reports what happens as lines of JSON on standard output. It ends when its standard input closes,
so that it never outlives its account.
"""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from solarrally_tui.simulator.runtime.standin import telemetry
from solarrally_tui.simulator.runtime.standin.application import ApplicationServer
from solarrally_tui.simulator.runtime.standin.bridge import BridgeClient
from solarrally_tui.simulator.runtime.standin.hub import Hub
from solarrally_tui.simulator.runtime.standin.mosquitto import ConfError
from solarrally_tui.simulator.runtime.standin.probe import Probe
from solarrally_tui.simulator.runtime.standin.task_settings import (
    Access,
    Link,
    TaskSettings,
    hub_links,
    is_hub,
    link,
)

_INIT_FAILED = 3
_STUCK, _LOSSY = "stuck", "lossy"
"""Faults: the backend stops handling messages; messages vanish although the bridge is linked."""

_STOP_LIMIT = 2.0


def main() -> int:
    """Run until standard input closes, and return the exit status of the task's main container."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the account decides when a task ends
    logging.getLogger("websockets").setLevel(logging.CRITICAL)
    settings = TaskSettings.from_line(sys.stdin.readline().encode())
    try:
        if is_hub(settings.environment):
            return asyncio.run(_HubTask(settings).run())
        return asyncio.run(_Task(settings, link(settings)).run())
    except ConfError as error:
        _report("failed", container="init", exit_code=_INIT_FAILED, reason=str(error))
        return _INIT_FAILED


class _HubTask:
    def __init__(self, settings: TaskSettings) -> None:
        self._hub = Hub(
            hub_links(settings),
            Access.read(settings.environment),
            settings.pace,
            lambda line: _log("broker", line),
            lambda up, reason: _report("mqtt", connected=up, reason=reason),
        )

    async def run(self) -> int:
        closed = asyncio.Event()
        watched = (asyncio.get_running_loop(), closed, self._obey)
        threading.Thread(target=_watch_stdin, args=watched, daemon=True).start()
        _report("listening", port=await self._hub.start())
        await closed.wait()
        await self._hub.stop()
        return 0

    def _obey(self, order: str) -> None:
        if order in {"online", "offline"}:
            self._hub.online(order == "online")


class _Task:
    def __init__(self, settings: TaskSettings, bridge: Link | None) -> None:
        self._server = ApplicationServer(settings.answers)
        self._probe = Probe(settings.probe) if settings.probe is not None else None
        self._minute = settings.minute
        self._fault = ""
        self._names: dict[str, int] = {}
        self._client: BridgeClient | None = None
        if bridge is not None:
            self._client = BridgeClient(
                bridge,
                settings.pace,
                self._deliver,
                self._linked,
                lambda: _log_attempt(bridge),
                self._names,
            )
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self) -> int:
        self._loop = asyncio.get_running_loop()
        closed = asyncio.Event()
        watched = (self._loop, closed, self._obey)
        threading.Thread(target=_watch_stdin, args=watched, daemon=True).start()
        _report("listening", port=await self._server.start())
        if self._client:
            self._client.start()
        if self._probe:
            threading.Thread(target=self._report_often, args=(self._probe,), daemon=True).start()
        await closed.wait()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._server.stop(), _STOP_LIMIT)
        if self._client:
            self._client.stop()
        return 0

    def _obey(self, order: str) -> None:
        """Do what the account wants: `online`, `database WHY_NOT`, `fault stuck` ..."""
        word, _, rest = order.partition(" ")
        if word == "database" and self._probe:
            self._probe.database_error = rest
        elif word == "fault":
            self._fault = rest
        elif word == "names":
            self._names.clear()
            self._names.update(json.loads(rest))
        elif word in {"online", "offline"} and self._client:
            (self._client.start if word == "online" else self._client.stop)()

    def _linked(self, connected: bool, reason: str) -> None:
        if self._probe:
            self._probe.link(connected)
        _report_link(connected, reason)

    def _report_often(self, probe: Probe) -> None:
        while True:
            time.sleep(self._minute)
            _log("probe", probe.report())

    def _deliver(self, topic: str, payload: bytes) -> None:
        """Take a message from the bridge: it is at the task's broker now."""
        if self._fault == _LOSSY:
            return
        if topic.startswith("hub/"):
            if self._probe:
                self._probe.hub(topic, payload)
            return
        charger = telemetry.unit_of(topic, "presence")
        if charger is not None:
            if self._probe:
                self._probe.presence(charger, payload)
            return
        unit = telemetry.unit_of(topic)
        if unit is not None and self._loop is not None:
            self._show(unit, payload, self._loop)

    def _show(self, unit: str, payload: bytes, loop: asyncio.AbstractEventLoop) -> None:
        """Do with a message what the backend does, and the probe beside it."""
        flaw, frame = "", ""
        try:
            frame = telemetry.frame(unit, payload)
        except ValueError as error:
            flaw = str(error)
        if self._probe:
            shown = {} if flaw else json.loads(frame)
            sunny = shown.get("energy_source") == "solar"
            self._probe.message(unit, flaw, float(shown.get("power_w", 0.0)), sunny=sunny)
        if self._fault == _STUCK:
            return
        if flaw:
            words = f"Invalid telemetry data received from {unit}: {flaw}"
            _log("backend", f"WARNING:utils.mqtt_client:{words}")
            return
        loop.call_soon_threadsafe(self._server.send, frame)
        if self._probe:
            self._probe.shown()


def _log_attempt(link: Link) -> None:
    bridge = link.bridge
    _log("broker", f"Connecting bridge {bridge.name} ({bridge.host}:{bridge.port})")


def _report_link(connected: bool, reason: str) -> None:
    _report("mqtt", connected=connected, reason=reason)
    _log("broker", "Bridge connected." if connected else reason)


def _watch_stdin(
    loop: asyncio.AbstractEventLoop, closed: asyncio.Event, obey: Callable[[str], None]
) -> None:
    for line in sys.stdin:
        obey(line.strip())
    loop.call_soon_threadsafe(closed.set)


_output = threading.Lock()


def _report(event: str, **facts: Any) -> None:
    line = json.dumps({"event": event, **facts})
    with _output, contextlib.suppress(OSError):  # the account has ended, and so will this process
        print(line, flush=True)


def _log(container: str, message: str) -> None:
    _report("log", container=container, message=message)


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # a blocked socket of paho's thread must not keep the process
