"""What a service reports about its tasks: the events of DescribeServices, in ECS's words."""

import datetime as dt
import threading
import uuid
from collections import defaultdict

from ministack.services import ecs

from solarrally_tui.simulator.pins import Record, private, scoped

_services = private(ecs, "_services")

# As many as DescribeServices returns.
_KEPT = 100


class ServiceEvents:
    """Counts each deployment's consecutive failures, and writes the events of its service."""

    def __init__(self) -> None:
        self._failures: dict[str, int] = defaultdict(int)
        self._causes: dict[str, str] = {}
        self._lock = threading.Lock()

    def started(self, task: Record) -> None:
        """Report that a task runs."""
        with self._lock:
            self._failures.pop(_key(task), None)
            self._causes.pop(_key(task), None)
        task_id = task["taskArn"].rpartition("/")[2]
        self._add_event(task, f"has started 1 tasks: (task {task_id}).")

    def failed(self, task: Record, reason: str) -> None:
        """Report that a task did not start, or ended at once."""
        with self._lock:
            self._failures[_key(task)] += 1
            self._causes[_key(task)] = reason
        self._add_event(task, f"failed to launch a task: {reason}")

    def failures(self, task: Record) -> int:
        """Return how many tasks of this task's deployment failed in a row."""
        return self._failures.get(_key(task), 0)

    def failures_of(self, deployment: str) -> tuple[int, str]:
        """Return a deployment's consecutive failures, and the reason of the last one."""
        return self._failures.get(deployment, 0), self._causes.get(deployment, "")

    def _add_event(self, task: Record, message: str) -> None:
        """Put an event on top of the list of the task's service."""
        for _, service in scoped(_services):
            same_cluster = service["clusterArn"] == task["clusterArn"]
            if same_cluster and task.get("group") == f"service:{service['serviceName']}":
                event = {
                    "id": str(uuid.uuid4()),
                    "createdAt": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
                    "message": f"(service {service['serviceName']}) {message}",
                }
                service["events"] = [event, *service["events"]][:_KEPT]
                return


def _key(task: Record) -> str:
    return str(task.get("_deployment_id") or task["taskArn"])
