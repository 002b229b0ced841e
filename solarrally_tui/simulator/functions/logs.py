"""The log of a function, as far as its role may write one.

Source: AWS Lambda developer guide, "Sending Lambda function logs to CloudWatch Logs". An invocation
adds START, what the function printed, END and REPORT.
"""

import time
from collections.abc import Iterator
from typing import Any

from ministack.services import cloudwatch_logs

from solarrally_tui.simulator.functions import roles
from solarrally_tui.simulator.iam.authorization import Authorization
from solarrally_tui.simulator.iam.service_sessions import DeniedError, NotAssumedError
from solarrally_tui.simulator.pins import Record, private

_log_groups = private(cloudwatch_logs, "_log_groups")
_create_group = private(cloudwatch_logs, "_create_log_group")
_create_stream = private(cloudwatch_logs, "_create_log_stream")


def write(
    authorization: Authorization, function: Record, request: str, text: str, milliseconds: int
) -> None:
    """Write one invocation into the log of a function, in the present account and Region."""
    config = function.get("config") or function
    given = (config.get("LoggingConfig") or {}).get("LogGroup")
    group = str(given or f"/aws/lambda/{config['FunctionName']}")
    if not _may_write(authorization, config, group):
        return
    version, now = config.get("Version", "$LATEST"), time.time()
    stream = f"{time.strftime('%Y/%m/%d', time.gmtime(now))}/[{version}]{config['RevisionId']}"
    named = {"logGroupName": group, "logStreamName": stream.replace("-", "")}
    if group not in _log_groups:
        _create_group({"logGroupName": group})
    if named["logStreamName"] not in _log_groups[group]["streams"]:
        _create_stream(named)
    lines = _lines(config, request, text, milliseconds)
    events = [{"timestamp": int(now * 1000), "message": line} for line in lines]
    # Read now: who extracts metrics from lines has replaced it.
    put: Any = private(cloudwatch_logs, "_put_log_events")
    put({**named, "logEvents": events})


def _may_write(authorization: Authorization, config: Record, group: str) -> bool:
    try:
        role = roles.session(authorization, config)
        log = role.place.arn(f"logs:{role.place.region}:{role.place.account}:log-group:{group}")
        if group not in _log_groups:
            role.on(log, ["logs:CreateLogGroup"])
        role.on(f"{log}:log-stream:function", ["logs:CreateLogStream", "logs:PutLogEvents"])
    except (DeniedError, NotAssumedError):
        return False
    return True


def _lines(config: Record, request: str, text: str, milliseconds: int) -> Iterator[str]:
    yield f"START RequestId: {request} Version: {config.get('Version', '$LATEST')}"
    yield from text.splitlines()
    yield f"END RequestId: {request}"
    yield (
        f"REPORT RequestId: {request}\tDuration: {milliseconds} ms\t"
        f"Billed Duration: {milliseconds} ms\tMemory Size: {config.get('MemorySize', 128)} MB"
    )
