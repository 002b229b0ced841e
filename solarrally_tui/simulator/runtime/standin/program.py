"""The process that stands in for one running task, which `StandinProcess` starts.

It reads its settings as one line on standard input, and then lines that say whether it is online.
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
from collections.abc import Callable
from typing import Any

from solarrally_tui.simulator.runtime.standin import telemetry
from solarrally_tui.simulator.runtime.standin.application import ApplicationServer
from solarrally_tui.simulator.runtime.standin.bridge import BridgeClient
from solarrally_tui.simulator.runtime.standin.mosquitto import ConfError
from solarrally_tui.simulator.runtime.standin.task_settings import Link, TaskSettings, link

_INIT_FAILED = 3
_STOP_LIMIT = 2.0


def main() -> int:
    """Run until standard input closes, and return the exit status of the task's main container."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the account decides when a task ends
    logging.getLogger("websockets").setLevel(logging.CRITICAL)
    settings = TaskSettings.from_line(sys.stdin.buffer.readline())
    try:
        bridge = link(settings)
        return asyncio.run(_Task(settings, bridge).run())
    except ConfError as error:
        _report("failed", container="init", exit_code=_INIT_FAILED, reason=str(error))
        return _INIT_FAILED


class _Task:
    def __init__(self, settings: TaskSettings, bridge: Link | None) -> None:
        self._server = ApplicationServer(settings.answers)
        self._client: BridgeClient | None = None
        if bridge is not None:
            self._client = BridgeClient(
                bridge, settings.pace, self._deliver, _report_link, lambda: _log_attempt(bridge)
            )
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self) -> int:
        self._loop = asyncio.get_running_loop()
        closed = asyncio.Event()
        watched = (self._loop, closed, self._set_online)
        threading.Thread(target=_watch_stdin, args=watched, daemon=True).start()
        _report("listening", port=await self._server.start())
        if self._client:
            self._client.start()
        await closed.wait()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._server.stop(), _STOP_LIMIT)
        if self._client:
            self._client.stop()
        return 0

    def _set_online(self, online: bool) -> None:
        if self._client:
            (self._client.start if online else self._client.stop)()

    def _deliver(self, topic: str, payload: bytes) -> None:
        unit = telemetry.unit_of(topic)
        if unit is None or self._loop is None:
            return
        try:
            frame = telemetry.frame(unit, payload)
        except ValueError as error:
            _log("backend", f"WARNING Invalid telemetry on {topic}: {error}")
            return
        self._loop.call_soon_threadsafe(self._server.send, frame)


def _log_attempt(link: Link) -> None:
    bridge = link.bridge
    _log("broker", f"Connecting bridge {bridge.name} ({bridge.host}:{bridge.port})")


def _report_link(connected: bool, reason: str) -> None:
    _report("mqtt", connected=connected, reason=reason)
    _log("broker", "Bridge connected." if connected else reason)


def _watch_stdin(
    loop: asyncio.AbstractEventLoop, closed: asyncio.Event, set_online: Callable[[bool], None]
) -> None:
    for line in sys.stdin.buffer:
        set_online(line.strip() == b"online")
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
