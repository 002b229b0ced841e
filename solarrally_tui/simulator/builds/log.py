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
        with contextlib.suppress(ClientError):  # it exists
            api("logs").create_log_group(logGroupName=self._group)
        with contextlib.suppress(ClientError):  # it exists
            api("logs").create_log_stream(logGroupName=self._group, logStreamName=self._stream)

    def say(self, line: str) -> None:
        """Write one line."""
        event = {"timestamp": int(time.time() * 1000), "message": f"{line}\n"}
        with contextlib.suppress(ClientError):  # the group may be deleted while the build runs
            api("logs").put_log_events(
                logGroupName=self._group, logStreamName=self._stream, logEvents=[event]
            )
