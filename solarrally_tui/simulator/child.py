"""Starts the simulated account as a child process, and returns how to reach it."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from solarrally_tui.simulator.clock import parse_speed
from solarrally_tui.simulator.settings import ACCOUNT_ID, HOME_REGION, ROOT_SECRET

_READY_SECONDS = 60.0
_STOP_SECONDS = 8.0
_LOG_TAIL = 2000
_PYTHON = {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "ignore"}
"""How Python runs in the child, whatever this process was told about its own streams."""


@dataclass(frozen=True, slots=True)
class Account:
    """How to reach a running simulated account."""

    endpoint_url: str
    """Where it answers AWS's HTTP APIs, on loopback."""
    environment: dict[str, str] = field(repr=False)
    """Variables that point boto3 and this product at it."""
    edge_ca_file: Path
    """PEM of the authority that signed its TLS listeners."""
    mqtt_port: int
    """Port of the IoT endpoint, on loopback."""

    def applied_to(self, base: Mapping[str, str]) -> dict[str, str]:
        """Return a process environment for this account, without the user's own AWS settings."""
        return _without_aws(base) | self.environment


class EmbeddedAccountError(RuntimeError):
    """The simulated account did not start. The message has the end of its log."""


class Child:
    """The simulated account as a child process, for code that is not asynchronous."""

    def __init__(
        self,
        *,
        port: int = 0,
        speed: float | str = "real",
        faults: Iterable[str] = (),
        scenario: str = "",
    ) -> None:
        """Prepare, without starting.

        `port` is the HTTP port on 127.0.0.1; 0 takes a free one. `speed` is `real`, `instant`, or
        how many times faster than AWS. `faults` are `STACK/LOGICAL_ID=MESSAGE` texts, one for each
        resource that is to fail. `scenario` is the kind of account, by its name; empty for an
        ordinary one.
        """
        self._pace = str(parse_speed(str(speed)))
        self._arguments = [f"--port={port}", f"--speed={speed}", f"--parent={os.getpid()}"]
        self._arguments += [f"--fault={fault}" for fault in faults]
        self._arguments += [f"--scenario={scenario}"] if scenario else []
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def pid(self) -> int:
        """Process id of the running child. Raises EmbeddedAccountError when it is not running."""
        if self._process is None:
            msg = "The simulated account is not running."
            raise EmbeddedAccountError(msg)
        return self._process.pid

    def running(self) -> bool:
        """Return whether the child was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> Account:
        """Start the child and wait until it answers.

        Raises EmbeddedAccountError when it ends early or takes longer than a minute.
        """
        self._folder = tempfile.TemporaryDirectory(
            prefix="solarrally-child-", ignore_cleanup_errors=True
        )
        with self._log_file().open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "solarrally_tui.simulator.server", *self._arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=_without_aws(os.environ) | _PYTHON,
            )
        line = self._first_line(self._process)
        if not line:
            tail = self.log()[-_LOG_TAIL:]
            self.stop()
            msg = f"The simulated account did not start. Its log ends with:\n{tail}"
            raise EmbeddedAccountError(msg)
        return _account(json.loads(line), self._pace)

    def stop(self) -> None:
        """End the child, by force when it does not end within eight seconds."""
        process, self._process = self._process, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            if stream:
                stream.close()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if self._folder:
            self._folder.cleanup()

    def log(self) -> str:
        """Return what the running child has written to its error stream so far."""
        return self._log_file().read_text(errors="replace")

    def _log_file(self) -> Path:
        assert self._folder  # noqa: S101 (`start` created it)
        return Path(self._folder.name) / "log"

    @staticmethod
    def _first_line(process: "subprocess.Popen[bytes]") -> bytes:
        lines: list[bytes] = []
        assert process.stdout  # noqa: S101 (it is a pipe)
        reader = threading.Thread(
            target=lambda out: lines.append(out.readline()), args=(process.stdout,), daemon=True
        )
        reader.start()
        reader.join(_READY_SECONDS)
        return lines[0] if lines else b""


@contextlib.asynccontextmanager
async def embedded_account(
    port: int = 0, speed: float | str = "real", faults: Iterable[str] = ()
) -> AsyncIterator[Account]:
    """Run the simulated account for as long as the block lasts.

    The arguments are those of `Child`. Raises EmbeddedAccountError when the account does not start.
    """
    child = Child(port=port, speed=speed, faults=faults)
    try:
        yield await asyncio.to_thread(child.start)
    finally:
        await asyncio.to_thread(child.stop)


def _without_aws(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value for name, value in environment.items() if not name.upper().startswith("AWS_")
    }


def _account(ready: Mapping[str, str], pace: str) -> Account:
    endpoint = ready["endpoint_url"]
    return Account(
        endpoint_url=endpoint,
        environment={
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": ACCOUNT_ID,
            "AWS_SECRET_ACCESS_KEY": ROOT_SECRET,
            "AWS_REGION": HOME_REGION,
            "AWS_DEFAULT_REGION": HOME_REGION,  # the one that boto3 reads
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "SOLARRALLY_CA_FILE": ready["ca_file"],
            "SOLARRALLY_HOSTS_FILE": ready["hosts_file"],
            "SOLARRALLY_DNS": ready["dns"],
            "SOLARRALLY_PACE": pace,
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",  # wins where a person has set it in small letters
        },
        edge_ca_file=Path(ready["ca_file"]),
        mqtt_port=int(ready["mqtt_port"]),
    )
