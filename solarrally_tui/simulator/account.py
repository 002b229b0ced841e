"""Puts the simulated account together and serves it until it is stopped."""

import asyncio
import json
import signal
import socket
import sys
from typing import Any

from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config
from ministack import app as ministack_app
from ministack.core import hypercorn_compat

from solarrally_tui.simulator import extensions, parent_watch
from solarrally_tui.simulator.ca import LocalCa
from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.control import Control
from solarrally_tui.simulator.faults import Faults
from solarrally_tui.simulator.functions.connections import Connections
from solarrally_tui.simulator.gateway import Gateway
from solarrally_tui.simulator.iam.authorization import Authorization
from solarrally_tui.simulator.iot import mqtt
from solarrally_tui.simulator.iot.api_rates import ApiRates
from solarrally_tui.simulator.iot.deactivation import Deactivation
from solarrally_tui.simulator.pins import check_version
from solarrally_tui.simulator.public_dns import PublicDns
from solarrally_tui.simulator.runtime.core import Runtime
from solarrally_tui.simulator.scenarios.current import CURRENT
from solarrally_tui.simulator.settings import SimulatorSettings

_SHUTDOWN_SECONDS = 0.5


async def serve(settings: SimulatorSettings, listener: socket.socket) -> None:
    """Serve AWS's APIs on the given listener, bound to `settings.port`, and MQTT beside it.

    The server takes the listener over.
    """
    stop = _stop_event(settings.parent)
    check_version()
    hypercorn_compat.install()
    shared = _shared(settings)
    extensions.install(shared)
    control = Control(shared)
    rates = ApiRates(shared.clock)
    front: Any = Gateway(
        ministack_app.app,
        control,
        shared.faults,
        shared.authorization,
        rates,
        shared.connections,
    )
    serving = asyncio.create_task(
        hypercorn_serve(front, _config(listener), shutdown_trigger=stop.wait)
    )
    await _ready(serving)
    await shared.runtime.start()
    resolver = asyncio.create_task(shared.dns.serve())
    _announce(settings, shared.dns)
    await serving
    resolver.cancel()
    await shared.runtime.stop()


def _shared(settings: SimulatorSettings) -> extensions.Shared:
    ca, clock, faults = LocalCa.create(), Clock(settings.speed), Faults()
    settings.ca_file.write_text(ca.certificate_pem)
    for text in settings.faults:
        faults.add_text(text)
    CURRENT.begin(settings.scenario)
    authorization = Authorization()
    runtime = Runtime(clock, ca, authorization, faults, settings.hosts_file)
    return extensions.Shared(
        settings.endpoint_url,
        ca,
        clock,
        faults,
        runtime,
        authorization,
        Deactivation(clock),
        Connections(clock, authorization),
    )


def _stop_event(parent: int) -> asyncio.Event:
    event, loop = asyncio.Event(), asyncio.get_running_loop()

    def stop(*_: object) -> None:
        loop.call_soon_threadsafe(event.set)

    parent_watch.watch(parent, stop)
    # Ctrl-C reaches every process of the terminal. With a parent, the parent decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN if parent else stop)
    signal.signal(signal.SIGTERM, stop)
    return event


def _config(listener: socket.socket) -> Config:
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = _SHUTDOWN_SECONDS
    config.shutdown_timeout = _SHUTDOWN_SECONDS
    config.loglevel = "WARNING"
    return config


async def _ready(serving: "asyncio.Task[None]") -> None:
    """Wait until the MQTT listener is bound; HTTP is bound before it."""
    while not mqtt.is_listening():
        if serving.done():
            serving.result()
        await asyncio.sleep(0.01)


def _announce(settings: SimulatorSettings, dns: PublicDns) -> None:
    ready = {
        "endpoint_url": settings.endpoint_url,
        "mqtt_port": settings.mqtt_port,
        "ca_file": str(settings.ca_file),
        "hosts_file": str(settings.hosts_file),
        "dns": dns.address,
    }
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
