"""What a service tells about its tasks: the events of DescribeServices, in ECS's words."""

import datetime as dt
import threading
import uuid
from collections import defaultdict

from ministack.services import ecs

from solarrally_tui.simulator.pins import Record, private, scoped

_services = private(ecs, "_services")

_KEPT = 100


class ServiceEvents:
    """Counts the failures in a row of each deployment and writes its service's events."""

    def __init__(self) -> None:
        self._failures: dict[str, int] = defaultdict(int)
        self._causes: dict[str, str] = {}
        self._lock = threading.Lock()

    def started(self, task: Record) -> None:
        """A task runs."""
        with self._lock:
            self._failures.pop(_key(task), None)
            self._causes.pop(_key(task), None)
        task_id = task["taskArn"].rpartition("/")[2]
        self._tell(task, f"has started 1 tasks: (task {task_id}).")

    def failed(self, task: Record, reason: str) -> None:
        """A task did not start, or ended at once."""
        with self._lock:
            self._failures[_key(task)] += 1
            self._causes[_key(task)] = reason
        self._tell(task, f"failed to launch a task: {reason}")

    def failures(self, task: Record) -> int:
        """How many tasks of this task's deployment failed in a row."""
        return self._failures.get(_key(task), 0)

    def failures_of(self, deployment: str) -> tuple[int, str]:
        """Failures of a deployment in a row, and the last one's reason."""
        return self._failures.get(deployment, 0), self._causes.get(deployment, "")

    def _tell(self, task: Record, message: str) -> None:
        service = next((s for _, s in scoped(_services) if _owns(s, task)), None)
        if service is not None:
            add_event(service, message)


def add_event(service: Record, message: str) -> None:
    """Put an event on top of a service's list."""
    event = {
        "id": str(uuid.uuid4()),
        "createdAt": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "message": f"(service {service['serviceName']}) {message}",
    }
    service["events"] = [event, *service["events"]][:_KEPT]


def _key(task: Record) -> str:
    return str(task.get("_deployment_id") or task["taskArn"])


def _owns(service: Record, task: Record) -> bool:
    same_cluster = service["clusterArn"] == task["clusterArn"]
    return bool(same_cluster and task.get("group") == f"service:{service['serviceName']}")
