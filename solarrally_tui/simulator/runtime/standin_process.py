"""One stand-in process as its account sees it: started, read from, ended."""

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from solarrally_tui.simulator.runtime.standin.task_settings import TaskSettings

# paho imports dnspython for SRV records, which nothing here asks for: a third of the start.
_START = """
import runpy, sys
sys.modules["dns.resolver"] = None
runpy.run_module("solarrally_tui.simulator.runtime.standin.program", run_name="__main__")
"""
_STOP_SECONDS = 5.0

Log = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a container of the task did not start."""

    container: str
    exit_code: int
    reason: str


class StandinProcess:
    """The process behind one task. Everything here may be called from any thread.

    It reads its settings on standard input. `log` is called with a container's name and one line of
    its output.
    """

    def __init__(self, settings: TaskSettings, log: Log) -> None:
        self.port = 0
        self.failure: Failure | None = None
        self.mqtt_connected = False
        self.mqtt_reason = "no answer"
        self._log = log
        self._states = {
            "online": "online",
            "database": "database ",
            "fault": "fault ",
            "names": "names {}",
        }
        self._changed = threading.Condition()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        self._send(settings.to_line())
        threading.Thread(target=self._read, name="standin-reader", daemon=True).start()

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process.poll() is None

    @property
    def exit_code(self) -> int:
        """The exit status as a container reports it; 0 while running."""
        status = self._process.poll() or 0
        return status if status >= 0 else 128 - status

    def wait_listening(self, limit: float) -> bool:
        """Wait `limit` real seconds until it serves. Return False when it ended or took longer."""
        return self._wait(lambda: bool(self.port), limit)

    def wait_mqtt(self, limit: float) -> bool:
        """Wait `limit` real seconds until its bridge is connected."""
        return self._wait(lambda: self.mqtt_connected, limit)

    def set_online(self, online: bool) -> None:
        """Cut its link to AWS IoT, or let it connect again."""
        self._set("online", "online" if online else "offline")

    def set_database(self, why_not: str) -> None:
        """Let its probe report why the database does not open; empty where it opens."""
        self._set("database", f"database {why_not}")

    def set_fault(self, fault: str) -> None:
        """Let its backend be `stuck` or its messages `lossy`; nothing ends either."""
        self._set("fault", f"fault {fault}")

    def set_names(self, names: Mapping[str, int]) -> None:
        """Let the task find private names at these ports of 127.0.0.1."""
        self._set("names", f"names {json.dumps(names, sort_keys=True)}")

    def _set(self, what: str, order: str) -> None:
        if self._states[what] != order:
            self._states[what] = order
            self._send(f"{order}\n".encode())

    def stop(self) -> None:
        """Ask it to end, and make sure in the background that it does."""
        with contextlib.suppress(OSError):
            if self._process.stdin:
                self._process.stdin.close()
        threading.Thread(target=self._reap, name="standin-reaper", daemon=True).start()

    def _reap(self) -> None:
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _send(self, line: bytes) -> None:
        assert self._process.stdin  # noqa: S101 (it is a pipe)
        with contextlib.suppress(OSError):  # it ended already: `running` says so
            self._process.stdin.write(line)
            self._process.stdin.flush()

    def _wait(self, condition: Callable[[], bool], limit: float) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: condition() or not self.running, limit)
            return condition()

    def _read(self) -> None:
        assert self._process.stdout  # noqa: S101 (it is a pipe)
        for line in self._process.stdout:
            with contextlib.suppress(ValueError, KeyError):
                self._handle(json.loads(line))
        self._process.wait()
        with self._changed:
            self._changed.notify_all()

    def _handle(self, event: dict[str, object]) -> None:
        if event["event"] == "log":
            self._log(str(event["container"]), str(event["message"]))
            return
        with self._changed:
            if event["event"] == "listening":
                self.port = int(str(event["port"]))
            elif event["event"] == "mqtt":
                self.mqtt_connected = bool(event["connected"])
                self.mqtt_reason = str(event["reason"])
            else:
                code = int(str(event["exit_code"]))
                self.failure = Failure(str(event["container"]), code, str(event["reason"]))
            self._changed.notify_all()
