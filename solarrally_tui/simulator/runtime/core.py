"""The runtime of the simulated account: what its server starts and stops."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from ministack.core.responses import request_scope
from ministack.services import ecs

from solarrally_tui.simulator.ca import LocalCa
from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.faults import Faults
from solarrally_tui.simulator.iam.authorization import Authorization
from solarrally_tui.simulator.pins import private, scoped
from solarrally_tui.simulator.runtime import (
    cloudformation_definitions,
    ecs_agent,
    steady_state,
    target_health,
)
from solarrally_tui.simulator.runtime.container_engine import ContainerEngine
from solarrally_tui.simulator.runtime.edge.listener import Edge
from solarrally_tui.simulator.runtime.outbound_access import reaches_internet
from solarrally_tui.simulator.runtime.preconditions import no_database
from solarrally_tui.simulator.runtime.rollouts import Rollouts
from solarrally_tui.simulator.runtime.scalable_targets import Scaler
from solarrally_tui.simulator.runtime.service_discovery import ServiceDiscovery
from solarrally_tui.simulator.runtime.service_events import ServiceEvents
from solarrally_tui.simulator.runtime.target_tracking import TargetTracking

_tasks = private(ecs, "_tasks")

# Real seconds.
_CHECK_EVERY = 0.3
_SCALE_EVERY = 0.6
_log = logging.getLogger("solarrally.runtime")


class Runtime:
    """Stand-ins for running tasks, the health of their targets, and the distributions' listeners.

    `ca` signs the distributions' certificates. `hosts` is the file that leads their names here.
    """

    def __init__(
        self,
        clock: Clock,
        ca: LocalCa,
        authorization: Authorization,
        faults: Faults,
        hosts: Path,
    ) -> None:
        self._engine = ContainerEngine(clock)
        self._events = ServiceEvents()
        self._agent = ecs_agent.EcsAgent(self._engine, clock, self._events, authorization, faults)
        self._health = target_health.TargetHealth(self._engine, clock)
        self._engine.drain_with(self._health.drain)
        self._rollouts = Rollouts(self._health, clock)
        self._scaler = Scaler()
        self._tracking = TargetTracking(clock)
        self._discovery = ServiceDiscovery(self._engine)
        self._edge = Edge(ca, self._health, hosts)
        self._loops: list[asyncio.Task[None]] = []

    def install(self) -> None:
        """Put the stand-ins under MiniStack's ECS and load balancers. Call once, before `start`."""
        ecs_agent.install(self._agent, self._engine)
        target_health.install(self._health)
        self._rollouts.install()
        cloudformation_definitions.install()

    async def start(self) -> None:
        """Begin to watch tasks, targets and distributions, on the loop that serves the account."""
        self._edge.start(asyncio.get_running_loop())
        self._loops = [
            asyncio.create_task(_forever(self._check, _CHECK_EVERY)),
            asyncio.create_task(_forever(lambda: asyncio.to_thread(self._scale), _SCALE_EVERY)),
        ]

    def _scale(self) -> None:
        self._scaler.run_once()
        self._tracking.run_once()

    async def stop(self) -> None:
        """End every stand-in and listener."""
        self._agent.close()
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        await self._edge.stop()
        for standin in self._engine.all():
            self._engine.end(standin.task_arn)

    async def wait_steady(
        self,
        region: str,
        cluster: str,
        service: str,
        timeout: float,  # noqa: ASYNC109 (the server's interface)
    ) -> str | None:
        """Wait until a service is steady: see `steady_state.wait_steady`. Any loop will do."""
        return await steady_state.wait_steady(
            region, cluster, service, timeout, self._health, self._events
        )

    def set_fault(self, fault: str) -> int:
        """Let a fault be on all running tasks, or none; return how many tasks there are.

        `stuck`: the backend handles no message any more. `lossy`: messages vanish on their way to
        the task, although its bridge is connected. Raises ValueError.
        """
        if fault not in {"", "stuck", "lossy"}:
            raise ValueError(f"fault must be stuck, lossy or empty, not {fault}")
        standins = self._engine.all()
        for standin in standins:
            standin.process.set_fault(fault)
        return len(standins)

    def ports(self) -> dict[str, int]:
        """Return the port on 127.0.0.1 of each running task by its ARN: a page's, or a hub's."""
        return {standin.task_arn: standin.port for standin in self._engine.all()}

    def serve_distribution(self, distribution_id: str) -> None:
        """Answer for a distribution at its name from now on. Safe from any thread."""
        self._edge.bind(distribution_id)

    async def _check(self) -> None:
        tasks = scoped(_tasks)
        running = {key[2]: (key, task) for key, task in tasks if task["lastStatus"] != "STOPPED"}
        for standin in self._engine.all():
            if standin.task_arn not in running:
                self._engine.retire(standin.task_arn)
                continue
            (account, region, _), task = running[standin.task_arn]
            with request_scope(account, region):
                standin.process.set_online(reaches_internet(task.get("_subnet", "")))
            standin.process.set_database(no_database(standin.database))
        self._discovery.check()
        await self._health.check()
        await asyncio.to_thread(self._rollouts.check)
        self._edge.follow()


async def _forever(step: Callable[[], Awaitable[None]], every: float) -> None:
    """Repeat a step. What fails now (a service that is not served yet) succeeds later."""
    while True:
        try:
            await step()
        except Exception:  # noqa: BLE001 (one odd record must not stop the account's life)
            _log.debug("runtime step failed", exc_info=True)
        await asyncio.sleep(every)
