"""The application's log: the last lines of tasks that stopped, and of those that run now."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.deployed import probe_reports
from solarrally_tui.health.diagnosis.evidence import ApiCall, Evidence
from solarrally_tui.health.diagnosis.examination import Case
from solarrally_tui.health.diagnosis.log_lines import telling
from solarrally_tui.health.diagnosis.sources.tasks import StoppedTask, running, stopped
from solarrally_tui.health.observed_site import OutOfReachError

GROUP: Final = "AWS::Logs::LogGroup"
_LINES: Final = 100
_STREAMS: Final = 4
_KEPT: Final = 8
_TAIL: Final = 15
_FRESH: Final = timedelta(minutes=30)


async def log(case: Case) -> AsyncIterator[Evidence]:
    """Yield the lines that report errors, of the newest streams first."""
    group = await case.resource_id("app", GROUP)
    since = datetime.now(UTC) - _FRESH
    for stream, is_of_stopped in await _streams(case, group):
        newest, call = await _newest(case, group, stream)
        events = [event for event in newest if is_of_stopped or _time(event) > since]
        lines = telling([event["message"] for event in events])[-_KEPT:]
        if lines and stream.startswith(probe_reports.STREAMS) and await _has_gone(case, stream):
            continue  # It reported how its task was. That says nothing of those that run now.
        for told in lines:
            event = events[told.at]
            yield call.evidence(
                "log",
                told.words,
                facts={"frames": told.frames},
                resource=stream,
                type="log stream",
                time=_time(event),
                link=case.link("log", group=group, id=stream),
                state="stopped" if is_of_stopped else "running",
            )


async def tails(case: Case) -> AsyncIterator[Evidence]:
    """Yield the last lines of the same streams as they are, for people: no rule reads them."""
    group = await case.resource_id("app", GROUP)
    for stream, _ in await _streams(case, group):
        newest, call = await _newest(case, group, stream)
        if events := newest[-_TAIL:]:
            lines = "\n".join(event["message"].rstrip() for event in events)
            yield call.evidence(
                "log-tail", lines, resource=stream, type="log stream", time=_time(events[-1])
            )


async def _newest(case: Case, group: str, stream: str) -> tuple[list[dict[str, Any]], ApiCall]:
    """Return the newest lines of a stream, the oldest first, and the call that read them."""

    async def read() -> tuple[list[dict[str, Any]], ApiCall]:
        response, call = await case.find(
            "logs",
            "get_log_events",
            logGroupName=group,
            logStreamName=stream,
            limit=_LINES,
            startFromHead=False,
        )
        # A container that never started has no stream.
        return (list(response.get("events", ())) if response else []), call

    return await case.shared(f"lines of {stream}", read)


async def _streams(case: Case, group: str) -> list[tuple[str, bool]]:
    """Return streams to read: of containers that failed, and those written to last.

    Both, because ECS shows a failed task for an hour, and what replaced it may fail otherwise.
    """
    return await case.shared("streams", lambda: _choose(case, group))


async def _choose(case: Case, group: str) -> list[tuple[str, bool]]:
    stopped_tasks = [task for task, _ in await _stopped(case)]
    failed = [
        (_stream(container["name"], task["taskArn"]), True)
        for task in stopped_tasks
        for container in task.get("containers", ())
        if container.get("exitCode")
    ]
    response, _ = await case.find(
        "logs",
        "describe_log_streams",
        logGroupName=group,
        orderBy="LastEventTime",
        descending=True,
        limit=_STREAMS,
    )
    if response is None:
        raise OutOfReachError("The application's log was deleted with the rollback.")
    gone = {_task_in(task["taskArn"]) for task in stopped_tasks}
    newest = [stream["logStreamName"] for stream in response.get("logStreams", ())]
    return failed[:_STREAMS] + [(each, False) for each in newest if _task_in(each) not in gone]


def _stream(container: str, task_arn: str) -> str:
    """Return a container's stream: prefix, container, task (blueprints/app, awslogs)."""
    prefix = container if container == "administrator" else "task"
    return f"{prefix}/{container}/{_task_in(task_arn)}"


def _task_in(name: str) -> str:
    """Return the id of a task, which ends its ARN and the names of its streams."""
    return name.rpartition("/")[2]


async def _stopped(case: Case) -> list[StoppedTask]:
    try:
        return await stopped(case)
    except (AwsError, OutOfReachError):
        return []  # The source of tasks reports why; the log may still be readable.


async def _has_gone(case: Case, stream: str) -> bool:
    """Tell whether ECS wants the task of a stream no longer. Not where ECS cannot be asked."""
    try:
        wanted = await running(case)
    except (AwsError, OutOfReachError):
        return False  # The source of tasks reports why.
    return _task_in(stream) not in {_task_in(arn) for arn in wanted}


def _time(event: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
