"""The process of the simulated account: `python -m solarrally_tui.simulator.server`.

MiniStack reads its settings when it is imported, so this module prepares the environment first and
imports the rest only then.
"""

import argparse
import asyncio
import gc
import importlib
import os
import socket
import tempfile
from pathlib import Path

from solarrally_tui.simulator.clock import parse_speed
from solarrally_tui.simulator.scenarios.catalogue import NAMES
from solarrally_tui.simulator.settings import (
    ACCOUNT_ID,
    HOME_REGION,
    LOOPBACK,
    ROOT_SECRET,
    SimulatorSettings,
)

_GC_THRESHOLDS = (50_000, 20, 100)
"""Python looks for cycles rarely: AWS's models are many objects, and they stay."""


def main(arguments: list[str] | None = None) -> int:
    """Serve until the parent ends or a signal stops the process.

    Prints one JSON line on standard output when ready: endpoint_url, mqtt_port, ca_file,
    hosts_file, dns.
    """
    options = _parser().parse_args(arguments)
    gc.set_threshold(*_GC_THRESHOLDS)
    with (
        socket.create_server((LOOPBACK, options.port)) as listener,
        tempfile.TemporaryDirectory(
            prefix="solarrally-account-", ignore_cleanup_errors=True
        ) as home,
    ):
        settings = SimulatorSettings(
            port=listener.getsockname()[1],
            mqtt_port=_free_port(),
            folder=Path(home),
            speed=options.speed,
            faults=tuple(options.fault),
            scenario=options.scenario,
            parent=options.parent,
        )
        _isolate(settings)
        account = importlib.import_module("solarrally_tui.simulator.account")
        asyncio.run(account.serve(settings, listener))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="solarrally_tui.simulator.server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="HTTP port; 0 takes a free one")
    parser.add_argument("--speed", type=parse_speed, default="real", help="real, instant or N")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="STACK/LOGICAL_ID=MESSAGE",
        help="repeatable",
    )
    parser.add_argument("--scenario", choices=("", *NAMES), default="", help="kind of account")
    parser.add_argument(
        "--parent", type=int, default=0, help="process id; this process ends when that one does"
    )
    return parser


def _free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as probe:
        return int(probe.getsockname()[1])


def _isolate(settings: SimulatorSettings) -> None:
    """Point MiniStack and boto3 at private folders and loopback, before either is imported."""
    for name in [n for n in os.environ if n.startswith(("AWS_", "MINISTACK_", "IOT_"))]:
        del os.environ[name]
    folder = str(settings.folder)
    tempfile.tempdir = folder
    os.environ |= {
        "BIND_HOST": LOOPBACK,
        "GATEWAY_PORT": str(settings.port),
        "IOT_MTLS_PORT": str(settings.mqtt_port),
        "IOT_MTLS_ENABLED": "1",
        "SFTP_ENABLED": "0",
        "AUTH": "false",
        "DOCKER_HOST": "unix:///nonexistent",
        "STATE_DIR": f"{folder}/state",
        "S3_DATA_DIR": f"{folder}/s3",
        "TMPDIR": folder,
        "LOG_LEVEL": os.environ.get("SOLARRALLY_SIMULATOR_LOG", "WARNING"),
        "MINISTACK_ACCOUNT_ID": ACCOUNT_ID,
        "AWS_SECRET_ACCESS_KEY": ROOT_SECRET,
        "MINISTACK_REGION": HOME_REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


if __name__ == "__main__":
    # Nothing is left to save. Python would free some hundred megabytes of objects one by one, which
    # takes seconds (measured: 5 of 7 after a deployment).
    os._exit(main())
