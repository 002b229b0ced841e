"""The containers' output, in the log group that the task definition names."""

import threading
from collections.abc import Iterable

from ministack.core.responses import request_scope
from ministack.services import ecs

from solarrally_tui.simulator.pins import Record, private

_awslogs_config = private(ecs, "_awslogs_config")
_ensure_awslogs_stream = private(ecs, "_ensure_awslogs_stream")
_emit_awslogs_event = private(ecs, "_emit_awslogs_event")


class TaskLogs:
    """Writes the lines of a task's containers to CloudWatch Logs. Safe from any thread.

    The task's id names the streams; the awslogs options of the container definitions, the groups.
    """

    def __init__(self, task: Record, definitions: Iterable[Record]) -> None:
        _, _, _, region, self._account, name = task["taskArn"].split(":", 5)
        task_id = name.rpartition("/")[2]
        self._lock = threading.Lock()
        configs = ((d["name"], _awslogs_config(d, task_id, task_id)) for d in definitions)
        self._targets = {name: (c, c["region"] or region) for name, c in configs if c}

    def write(self, container: str, message: str) -> None:
        """Add a line to a container's stream. Lines of unknown containers are dropped."""
        if container not in self._targets:
            return
        config, region = self._targets[container]
        with self._lock, request_scope(self._account, region):
            if _ensure_awslogs_stream(config):
                _emit_awslogs_event(config, message)
