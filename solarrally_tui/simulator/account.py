"""Puts the embedded account together and serves it until it is told to stop."""

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

from solarrally_tui.simulator import lifeline, loopback, resources, role_sessions, services
from solarrally_tui.simulator.builds.phases import Builds
from solarrally_tui.simulator.ca import LocalCa
from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.control import Control
from solarrally_tui.simulator.dns import WorldDns
from solarrally_tui.simulator.faults import Faults
from solarrally_tui.simulator.front import Front
from solarrally_tui.simulator.iot import mqtt, rule_actions, rule_sql
from solarrally_tui.simulator.mail.mail import Mail
from solarrally_tui.simulator.mail.mailbox import Mailbox
from solarrally_tui.simulator.pins import check_version, replace
from solarrally_tui.simulator.registrar import Registrar
from solarrally_tui.simulator.runtime import Runtime
from solarrally_tui.simulator.settings import Settings
from solarrally_tui.simulator.stacks import (
    change_sets,
    corrections,
    giving_up,
    refusals,
    reviews,
    schema,
    service_roles,
    stack_tags,
    templates,
)
from solarrally_tui.simulator.stacks.certificates import Certificates
from solarrally_tui.simulator.stacks.checks import Checks
from solarrally_tui.simulator.stacks.engine import Engine
from solarrally_tui.simulator.stacks.serving import Serving

_SHUTDOWN_SECONDS = 0.5


async def serve(settings: Settings, listener: socket.socket) -> None:
    """Serve AWS's APIs on the given listener and MQTT beside it.

    Args:
        settings: ports, pace and faults.
        listener: bound to `settings.port` on loopback; ownership passes to the server.
    """
    stop = _stop_event(settings.parent)
    ca = LocalCa.create()
    settings.ca_file.write_text(ca.certificate_pem)
    check_version()
    # Never run scripts found on this machine.
    replace(ministack_app, "_collect_scripts", lambda _: lambda *_folders: [])
    hypercorn_compat.install()
    mqtt.install(ca)
    clock = Clock(settings.speed)
    runtime = Runtime(settings.endpoint_url, clock, ca)
    world = WorldDns()
    front = _front(settings, clock, runtime, world)
    serving = asyncio.create_task(
        hypercorn_serve(front, _config(listener), shutdown_trigger=stop.wait)
    )
    await _ready(serving)
    await runtime.start()
    answering = asyncio.create_task(world.serve())
    _announce(settings, world)
    await serving
    answering.cancel()
    await runtime.stop()


def _front(settings: Settings, clock: Clock, runtime: Runtime, world: WorldDns) -> Any:
    """Install everything that the extension adds, before the first request."""
    faults, mailbox, checks = Faults(), Mailbox(), Checks()
    for text in settings.faults:
        faults.add_text(text)
    loopback.connect(settings.endpoint_url)
    services.load()
    resources.load()
    checks.refuse_any(schema.check)
    refusals.declare(checks)
    corrections.declare(checks)
    stack_tags.declare(checks)
    templates.install()
    giving_up.install()
    reviews.install()
    change_sets.install()
    service_roles.install()
    role_sessions.install()
    rule_actions.install()
    rule_sql.install()
    Serving(runtime).declare(checks)
    Builds(clock, faults).install()
    Certificates(clock, faults, world).install(checks)
    Mail(clock, faults, mailbox).install(checks)
    Registrar(clock).install()
    Engine(clock, faults, checks).install()
    return Front(ministack_app.app, Control(clock, faults, mailbox, world), faults)


def _stop_event(parent: int) -> asyncio.Event:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def end(*_: object) -> None:
        loop.call_soon_threadsafe(stop.set)

    lifeline.watch(parent, end)
    # Ctrl-C reaches the whole terminal; with a parent, the parent decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN if parent else end)
    signal.signal(signal.SIGTERM, end)
    return stop


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


def _announce(settings: Settings, world: WorldDns) -> None:
    ready = {
        "endpoint_url": settings.endpoint_url,
        "mqtt_port": settings.mqtt_port,
        "ca_file": str(settings.ca_file),
        "dns": world.address,
    }
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
