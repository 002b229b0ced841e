"""The application's log: the last lines of tasks that stopped, or of those that run now."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.health.diagnosis.evidence import Evidence
from solarrally_tui.health.diagnosis.examination import Case
from solarrally_tui.health.diagnosis.sources.tasks import stopped
from solarrally_tui.health.observed_site import OutOfReachError

GROUP: Final = "AWS::Logs::LogGroup"
_LINES: Final = 100
_STREAMS: Final = 4
_KEPT: Final = 8
_FRESH: Final = timedelta(minutes=30)
_BAD: Final = re.compile(
    r"(?i)\b(?:error|exception|traceback|fatal|critical|failed|refused|denied|could not|cannot|"
    r"unable|killed|timed? ?out|no such|not authori[sz]ed|invalid)\b|Error\b"
)
_CALM: Final = re.compile(r"(?i)\b(?:0 errors?|error[_ ]?log|no errors?)\b")


async def log(case: Case) -> AsyncIterator[Evidence]:
    """Tell the lines that speak of errors, the newest streams first."""
    group = await case.thing("app", GROUP)
    for stream, is_of_stopped in await _streams(case, group):
        try:
            answer, asked = await case.call(
                "logs",
                "get_log_events",
                logGroupName=group,
                logStreamName=stream,
                limit=_LINES,
                startFromHead=False,
            )
        except AwsError as error:
            if error.kind is Kind.NOT_FOUND:
                continue
            raise
        told = [each for each in answer.get("events", ()) if is_of_stopped or _is_fresh(each)]
        bad = [each for each in told if _speaks_of_trouble(each["message"])]
        for each in bad[-_KEPT:]:
            yield asked.saw(
                "log",
                each["message"],
                resource=stream,
                type="log stream",
                time=_moment(each),
                link=case.link("log", group=group, id=stream),
                state="stopped" if is_of_stopped else "running",
            )


async def _streams(case: Case, group: str) -> list[tuple[str, bool]]:
    """Return streams to read: of containers that failed, else those written to last."""
    failed = [
        (_stream(each["name"], task["taskArn"]), True)
        for task, _ in await _stopped(case)
        for each in task.get("containers", ())
        if each.get("exitCode")
    ]
    if failed:
        return failed[:_STREAMS]
    try:
        answer, _ = await case.call(
            "logs",
            "describe_log_streams",
            logGroupName=group,
            orderBy="LastEventTime",
            descending=True,
            limit=_STREAMS,
        )
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            raise OutOfReachError(
                "The application's log is gone: AWS removed it with the rollback."
            ) from error
        raise
    return [(each["logStreamName"], False) for each in answer.get("logStreams", ())]


def _stream(container: str, task_arn: str) -> str:
    """Return a container's stream: prefix, container, task (blueprints/app, awslogs)."""
    prefix = container if container == "administrator" else "task"
    return f"{prefix}/{container}/{task_arn.rpartition('/')[2]}"


async def _stopped(case: Case) -> list[tuple[dict[str, Any], Any]]:
    try:
        return await stopped(case)
    except (AwsError, OutOfReachError):
        return []  # The source of tasks tells why; the log may still be read.


def _speaks_of_trouble(line: str) -> bool:
    return bool(_BAD.search(line)) and not _CALM.search(line)


def _moment(event: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(event["timestamp"] / 1000, UTC)


def _is_fresh(event: dict[str, Any]) -> bool:
    return datetime.now(UTC) - _moment(event) < _FRESH
