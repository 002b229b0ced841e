"""What ECS's agent does with a task: pull, resolve, start, and say why it could not."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import ecs

from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.faults import Faults
from solarrally_tui.simulator.iam.authorization import Authorization
from solarrally_tui.simulator.pins import Record, private, replace, replace_entry
from solarrally_tui.simulator.runtime.container_engine import (
    ContainerEngine,
    Standin,
    container_id,
)
from solarrally_tui.simulator.runtime.outbound_access import (
    NO_ACCESS,
    reaches_internet,
    reaches_registry,
)
from solarrally_tui.simulator.runtime.preconditions import (
    CannotStartError,
    ContainerExitsError,
    UnhealthyError,
    check_database,
    check_images,
    check_logs,
    execution_role,
    secrets_of,
)
from solarrally_tui.simulator.runtime.service_events import ServiceEvents
from solarrally_tui.simulator.runtime.standin.task_settings import TaskSettings
from solarrally_tui.simulator.runtime.standin.users import UserTables
from solarrally_tui.simulator.runtime.standin_process import StandinProcess
from solarrally_tui.simulator.runtime.task_definition import TaskDefinition, address_for
from solarrally_tui.simulator.runtime.task_logs import TaskLogs
from solarrally_tui.simulator.watching.alarms import pace

_mark_task_pending = private(ecs, "_mark_task_pending")
_mark_task_activating = private(ecs, "_mark_task_activating")
_mark_task_running = private(ecs, "_mark_task_running")
_mark_task_stopped = private(ecs, "_mark_task_stopped")
_cleanup_task_resources = private(ecs, "_cleanup_task_resources")

_PROBE = "probe"

Environments = dict[str, dict[str, str]]
"""The environment of each container, secrets included, by the container's name."""

# Simulated seconds: a Fargate task gets its network interface, then pulls its images.
_PLACEMENT_SECONDS = 10.0
_PULL_SECONDS = 20.0
_RUN_ONCE_SECONDS = 5.0
_NOT_RUN = "INFO: The simulated account ended this task well, without running its program."
# Real seconds: processes of this machine do not start faster on a fast clock.
_START_LIMIT = 20.0
_SHORTEST_LINK_LIMIT = 8.0
_DEPLOYED_AGAIN = frozenset(
    {"networkConfiguration", "loadBalancers", "platformVersion", "capacityProviderStrategy"}
)
# Simulated seconds that the broker's health check has: start period and ten tries.
_LINK_SECONDS = 110.0
# Simulated and real seconds before the first retry; each further failure doubles them.
_RETRY_SECONDS = 10.0
_SHORTEST_RETRY = 0.2
_MOST_DOUBLINGS = 5


class EcsAgent:
    """Starts tasks on the engine and reports to `events` what happens to them."""

    def __init__(
        self,
        engine: ContainerEngine,
        clock: Clock,
        events: ServiceEvents,
        authorization: Authorization,
        faults: Faults,
    ) -> None:
        self._faults = faults
        self._engine = engine
        self._authorization = authorization
        self._clock = clock
        self._events = events
        self._closed = threading.Event()
        self._users = UserTables()

    def close(self) -> None:
        """Start no further task."""
        self._closed.set()

    def start_task(self, task: Record, td: Record, overrides: Any, _docker: Any) -> None:
        """Take a task from PROVISIONING to RUNNING, or to STOPPED with ECS's reason.

        MiniStack's ECS calls it in a thread of its own, inside the scope of the task's account and
        Region.
        """
        arn = task["taskArn"]
        self._wait_before_retry(task)
        self._clock.sleep_sync(_PLACEMENT_SECONDS)
        if self._closed.is_set() or not _mark_task_pending(arn, task):
            return
        _mark_task_activating(arn, task)
        of_service = str(task.get("group", "")).startswith("service:")
        try:
            if of_service:
                self._launch(task, TaskDefinition(td))
            else:
                self._run_once(task, TaskDefinition(td), overrides)
        except CannotStartError as error:
            self._fail(task, str(error), "TaskFailedToStart")
        except ContainerExitsError as error:
            self._fail_exited(task, error)
        except UnhealthyError as error:
            self._fail_unhealthy(task, error)

    def _launch(self, task: Record, definition: TaskDefinition) -> None:
        environments = self._pull(task, definition)
        service = str(task["group"]).removeprefix("service:")
        if message := self._faults.task_message(service):
            raise ContainerExitsError(definition.main, 1, message)
        logs = TaskLogs(task, definition.container_definitions)
        if not definition.is_hub:
            logs.write(definition.main, "INFO: Waiting for application startup.")
        settings = TaskSettings(
            task_id=task["taskArn"].rpartition("/")[2],
            environment=environments.get(definition.init, {}),
            answers=definition.answers,
            pace=0.0 if self._clock.instant else 1.0 / self._clock.speed,
            probe=definition.plain(_PROBE),
            minute=60 * pace(self._clock),
        )
        process = StandinProcess(settings, logs.write)
        standin = Standin(
            task["taskArn"],
            address_for(task),
            process,
            definition.main,
            definition.done,
            environments.get(_PROBE, {}),
        )
        self._engine.add(standin)
        try:
            process.set_online(reaches_internet(task.get("_subnet", "")))
            self._wait_until_serving(definition, process)
            _open_database(environments)
        except (ContainerExitsError, UnhealthyError):
            self._engine.end(task["taskArn"])
            raise
        if not definition.is_hub:
            logs.write(definition.main, "INFO: Application startup complete.")
        self._mark_running(task, definition, standin)

    def _run_once(self, task: Record, definition: TaskDefinition, overrides: Any) -> None:
        """Start a task of no service as far as possible, and end it without its program.

        What it does to the application's users, the stand-in's table of users does.
        """
        environments = self._pull(task, definition)
        _open_database(environments)
        if not _mark_task_running(task["taskArn"], task):
            return
        self._clock.sleep_sync(_RUN_ONCE_SECONDS)
        TaskLogs(task, definition.container_definitions).write(definition.main, _NOT_RUN)
        imports = any(each.get("environment") for each in overrides or ())
        status = 0 if imports else self._change_users(environments.get(definition.main, {}))
        code = "EssentialContainerExited"
        reason = "Essential container in task exited"
        _mark_task_stopped(task["taskArn"], task, reason, code, status)
        _cleanup_task_resources(task, self._engine)

    def _change_users(self, environment: Mapping[str, str]) -> int:
        try:
            return self._users.run(environment)
        except (OSError, KeyError, ValueError):  # as a program that ends with a traceback
            return 1

    def _pull(self, task: Record, definition: TaskDefinition) -> Environments:
        """Check the images, resolve the secrets, and wait as long as a pull takes.

        ECS does so with the execution role, and writes the logs with it.
        """
        if not reaches_registry(task.get("_subnet", "")):
            raise CannotStartError(NO_ACCESS)
        role = execution_role(self._authorization, definition.record, task["taskArn"])
        check_images(definition.container_definitions, role)
        environments = {
            name: plain | secrets_of(container, role)
            for name, container, plain in definition.containers
        }
        check_logs(definition.container_definitions, role)
        self._clock.sleep_sync(_PULL_SECONDS)
        return environments

    def _wait_until_serving(self, definition: TaskDefinition, process: StandinProcess) -> None:
        main = definition.main
        if not process.wait_listening(_START_LIMIT):
            failure = process.failure
            if failure is None:
                raise ContainerExitsError(main, process.exit_code or 1, "it did not start")
            raise ContainerExitsError(failure.container, failure.exit_code, failure.reason)
        seconds = _LINK_SECONDS if definition.link_wait is None else definition.link_wait
        limit = max(_SHORTEST_LINK_LIMIT, seconds / self._clock.speed)
        linked = not definition.waits_for_broker or process.wait_mqtt(limit)
        if not process.running:
            raise ContainerExitsError(main, process.exit_code, "it ended while it started")
        if not linked and definition.link_wait is None:
            reason = f"no link to AWS IoT ({process.mqtt_reason})"
            raise UnhealthyError(definition.broker, reason)

    def _mark_running(self, task: Record, definition: TaskDefinition, standin: Standin) -> None:
        names = [name for name, _, _ in definition.containers]
        task["_docker_ids"] = [container_id(task["taskArn"], name) for name in names]
        task["attachments"] = [definition.attachment(task, standin.address)]
        for container in task["containers"]:
            definition.mark_started(container)
        if not _mark_task_running(task["taskArn"], task):
            self._engine.end(task["taskArn"])
            return
        self._events.started(task)

    def _fail_exited(self, task: Record, error: ContainerExitsError) -> None:
        for container in task["containers"]:
            if container["name"] == error.container:
                container["exitCode"] = error.exit_code
                container["reason"] = str(error)
        definition = TaskDefinition.of(task)
        logs = TaskLogs(task, definition.container_definitions)
        logs.write(error.container, f"ERROR: {error}")
        reason = "Essential container in task exited"
        detail = f"{reason}: {error.container} exited with {error.exit_code}: {error}"
        self._fail(task, reason, "EssentialContainerExited", detail)

    def _fail_unhealthy(self, task: Record, error: UnhealthyError) -> None:
        for container in task["containers"]:
            if container["name"] == error.container:
                container["healthStatus"] = "UNHEALTHY"
        reason = "Task failed container health checks"
        detail = f"{reason}: {error.container} has {error}"
        self._fail(task, reason, "EssentialContainerExited", detail)

    def _fail(self, task: Record, reason: str, code: str, detail: str = "") -> None:
        if task["desiredStatus"] != "STOPPED":  # else somebody stopped it while it started
            self._events.failed(task, detail or reason)
        _mark_task_stopped(task["taskArn"], task, reason, code)
        _cleanup_task_resources(task, self._engine)

    def _wait_before_retry(self, task: Record) -> None:
        """ECS throttles a service whose tasks keep failing, and this machine needs that too."""
        failures = self._events.failures(task)
        if failures:
            factor = 2.0 ** min(failures - 1, _MOST_DOUBLINGS)
            self._clock.sleep_sync(_RETRY_SECONDS * factor)
            self._closed.wait(_SHORTEST_RETRY * factor)


def _open_database(environments: Environments) -> None:
    for name, environment in environments.items():
        check_database(name, environment)


def install(agent: EcsAgent, engine: ContainerEngine) -> None:
    """Let MiniStack's ECS start tasks with the agent and see their containers in the engine."""
    replace(ecs, "_docker", lambda _: engine)
    replace(ecs, "_start_task_worker", lambda _: agent.start_task)
    replace(ecs, "_make_deployment", _in_progress)
    replace(ecs, "_update_service", _deploying_again)
    replace_entry(ecs, "_ACTION_MAP", "UpdateService", _deploying_again)


def _deploying_again(update: Callable[[Record], Any]) -> Callable[[Record], Any]:
    """These changes reach tasks by a new deployment (ECS API reference, UpdateService)."""

    def updated(parameters: Record) -> Any:
        starts = _DEPLOYED_AGAIN & parameters.keys()
        return update({**parameters, "forceNewDeployment": True} if starts else parameters)

    return updated


def _in_progress(make: Callable[..., Record]) -> Callable[..., Record]:
    """AWS counts a service's first deployment as in progress until its tasks are steady."""

    def deployment(task_definition: str, desired: int, status: str = "PRIMARY") -> Record:
        created = make(task_definition, desired, status)
        return created | {"rolloutState": "IN_PROGRESS", "rolloutStateReason": ""}

    return deployment
