"""A build's log in CloudWatch Logs."""

import contextlib
import time
from typing import Any

from botocore.exceptions import ClientError

from solarrally_tui.simulator.loopback import api


class BuildLog:
    """Writes to the log group and stream that the build names."""

    def __init__(self, build: dict[str, Any]) -> None:
        self._group = build["logs"]["groupName"]
        self._stream = build["logs"]["streamName"]
        for create in ("create_log_group", "create_log_stream"):
            with contextlib.suppress(ClientError):  # it exists
                self._create(create)

    def say(self, line: str) -> None:
        """Write one line."""
        event = {"timestamp": int(time.time() * 1000), "message": f"{line}\n"}
        with contextlib.suppress(ClientError):  # the group may be deleted while the build runs
            api("logs").put_log_events(
                logGroupName=self._group, logStreamName=self._stream, logEvents=[event]
            )

    def _create(self, operation: str) -> None:
        names = {"logGroupName": self._group}
        if operation == "create_log_stream":
            names["logStreamName"] = self._stream
        getattr(api("logs"), operation)(**names)
