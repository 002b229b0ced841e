"""The container engine that MiniStack's ECS takes for Docker.

With a Docker client, MiniStack's ECS has a full life cycle for tasks: starting, circuit breaker,
rolling updates, targets. This offers the few methods of such a client that it calls, with a
stand-in process in place of containers.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.runtime.standin_process import StandinProcess


@dataclass
class Standin:
    """A task, its address inside the account and the process that stands in for it."""

    task_arn: str
    address: str
    process: StandinProcess
    main_container: str
    done_containers: tuple[str, ...] = ()
    """Containers that run once and end, such as an init container."""
    database: dict[str, str] = field(default_factory=dict, repr=False)
    """The variables with which its probe opens the database; empty without a probe."""

    @property
    def port(self) -> int:
        """Where it serves on 127.0.0.1."""
        return self.process.port


class Container:
    """One container of a task, with Docker's attribute names."""

    def __init__(self, engine: "ContainerEngine", standin: Standin, name: str) -> None:
        self.id = container_id(standin.task_arn, name)
        self._engine = engine
        self._standin = standin
        self._name = name

    @property
    def status(self) -> str:
        """`running` or `exited`."""
        ended = self._name in self._standin.done_containers
        if self._name == self._standin.main_container:
            ended = not self._standin.process.running
        return "exited" if ended else "running"

    def reload(self) -> None:
        """Do nothing: nothing is cached."""

    def wait(self) -> dict[str, int]:
        """Return the exit status of an ended container."""
        is_main = self._name == self._standin.main_container
        return {"StatusCode": self._standin.process.exit_code if is_main else 0}

    def stop(self, timeout: float = 0) -> None:  # noqa: ARG002 (Docker's signature)
        """End the task's process; its containers live and die together."""
        self._engine.retire(self._standin.task_arn)

    def remove(self, **_options: object) -> None:
        """Remove the task."""
        self._engine.retire(self._standin.task_arn)


class ContainerEngine:
    """All stand-ins of the account. Safe from any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._drained: Callable[[str], float] = lambda _: 0.0
        self._standins: dict[str, Standin] = {}
        self._lock = threading.Lock()

    @property
    def containers(self) -> "ContainerEngine":
        """The engine itself: Docker has `get` and `list` one level down."""
        return self

    def get(self, identity: str) -> Container:
        """Return the container with this id. Raises KeyError when no running task has it."""
        task_arn, _, name = identity.rpartition("#")
        return Container(self, self._standins[task_arn], name)

    def list(self, **_filters: object) -> list[Container]:
        """Return one container for every task."""
        return [Container(self, s, s.main_container) for s in self.all()]

    def add(self, standin: Standin) -> None:
        """Add a task that has started."""
        with self._lock:
            self._standins[standin.task_arn] = standin

    def end(self, task_arn: str) -> None:
        """End a task's process, if it is still there."""
        with self._lock:
            standin = self._standins.pop(task_arn, None)
        if standin:
            standin.process.stop()

    def drain_with(self, drained: Callable[[str], float]) -> None:
        """Ask for how many simulated seconds the connections to an address are kept open."""
        self._drained = drained

    def retire(self, task_arn: str) -> None:
        """End a task as ECS does: nothing new reaches it, and what is open stays until it drained.

        A load balancer keeps connections to a deregistered target for its deregistration delay, and
        ECS stops the containers then (ECS developer guide, connection draining).
        """
        with self._lock:
            standin = self._standins.pop(task_arn, None)
        if standin is None:
            return
        seconds = self._drained(standin.address) if standin.process.running else 0.0
        if self._clock.instant or not seconds:
            standin.process.stop()
            return

        def drain() -> None:
            self._clock.sleep_sync(seconds)
            standin.process.stop()

        threading.Thread(target=drain, name="draining", daemon=True).start()

    def all(self) -> tuple[Standin, ...]:
        """Return the present stand-ins."""
        with self._lock:
            return tuple(self._standins.values())

    def at(self, address: str) -> Standin | None:
        """Return the stand-in behind a private address."""
        return next((s for s in self.all() if s.address == address), None)


def container_id(task_arn: str, name: str) -> str:
    """Return the engine's id of a container."""
    return f"{task_arn}#{name}"
