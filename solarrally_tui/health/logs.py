"""The logs of a site: what its programs, builds, database and AWS IoT wrote, redacted.

Control characters and what looks like a secret are removed before a line leaves this module.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.health.observed_site import ObservedSite, OutOfReachError
from solarrally_tui.site.tiers import Shape
from solarrally_tui.text.control_characters import in_one_line
from solarrally_tui.text.redaction import redact

GROUP: Final = "AWS::Logs::LogGroup"
FOLLOW_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Source:
    """Where lines come from: log groups of a stack, and which of their streams."""

    title: str
    stack: str
    tells: str
    """When it writes what, and so what to look for."""
    streams: str = ""
    """How the names of the streams begin; empty for all of a group."""
    logical_ids: tuple[str, ...] = ()
    """The log groups of the stack; empty for all of them."""
    shape: Shape | None = None
    """The only shape of a site that has it; None for every site."""


SOURCES: Final[Mapping[str, Source]] = MappingProxyType(
    {
        "backend": Source(
            "Backend",
            "app",
            "The backend writes when it starts, refuses a message, or when something fails.",
            "task/backend/",
            shape=Shape.TASKS,
        ),
        "bridge": Source(
            "Broker and bridge to AWS IoT",
            "app",
            "The bridge writes when it connects. A connection made again and again is refused.",
            "task/broker/",
            shape=Shape.TASKS,
        ),
        "init": Source(
            "Start of a task",
            "app",
            "A task writes here only while it starts.",
            "task/init/",
            shape=Shape.TASKS,
        ),
        "functions": Source(
            "Functions",
            "functions",
            "They write each call, and what fails in it.",
            shape=Shape.FUNCTIONS,
        ),
        "administrator": Source(
            "Tasks that manage users",
            "app",
            "They write only while users or passwords are changed.",
            "administrator/",
        ),
        "build": Source(
            "Builds", "build", "They write only while the images or the dashboard are built."
        ),
        "database": Source(
            "PostgreSQL", "data", "Checkpoints are routine. Look for ERROR and FATAL."
        ),
        "iot": Source(
            "Rules of AWS IoT that failed",
            "iot",
            "AWS IoT writes here only what it could not pass on: no line is a good sign.",
        ),
    }
)
"""By the word after --source. Streams: blueprints/app, awslogs-stream-prefix and container."""
_USUAL: Final = {Shape.TASKS: ("backend", "bridge"), Shape.FUNCTIONS: ("functions",)}


def usual(shape: Shape) -> tuple[str, ...]:
    """Return what is shown where no source is named: the programs that every message passes."""
    return _USUAL[shape]


def offered(shape: Shape) -> Mapping[str, Source]:
    """Return the sources that a site has."""
    return {name: one for name, one in SOURCES.items() if one.shape in {None, shape}}


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a log, harmless and redacted."""

    time: datetime
    source: str
    stream: str
    text: str
    id: str
    """CloudWatch's id of the event."""


class NoLogError(OutOfReachError):
    """A site has no log of a source, with the reason in words."""


async def read(
    observed: ObservedSite, source: str, since: datetime, words: str = "", limit: int = 10_000
) -> list[LogLine]:
    """Return the lines of a source from a moment on, the oldest first.

    words: only lines with this text, whatever its case. limit: the newest so many lines.

    Raises NoLogError where the site has no such log, and AwsError.
    """
    groups = await _groups(observed, SOURCES[source])
    found = await asyncio.gather(
        *(_lines(observed, source, group, since, words.lower()) for group in groups)
    )
    lines = sorted((line for some in found for line in some), key=lambda line: line.time)
    return lines[-limit:]


async def follow(
    observed: ObservedSite, sources: tuple[str, ...], since: datetime, words: str = ""
) -> AsyncIterator[LogLine]:
    """Yield lines of some sources as they arrive, until the caller stops. Raises as read does."""
    known: dict[str, datetime] = {}
    while True:
        found = [line for source in sources for line in await read(observed, source, since, words)]
        for line in sorted(found, key=lambda line: line.time):
            if line.id not in known:
                known[line.id] = line.time
                yield line
        # CloudWatch may show an event some seconds after a younger one.
        since = max(since, datetime.now(UTC) - _LATE)
        known = {id_: at for id_, at in known.items() if at >= since - _LATE}
        await asyncio.sleep(FOLLOW_SECONDS)


_LATE: Final = timedelta(seconds=60)


async def _groups(observed: ObservedSite, source: Source) -> list[str]:
    if source.stack == "data":
        if not observed.site.size.database_logs:
            raise NoLogError("size.database_logs is off: the database keeps its log to itself.")
        name = observed.output("data", "DbInstanceId")
        return [f"/aws/rds/instance/{name}/postgresql"]
    groups = [
        resource.physical_id
        for resource in await observed.resources(source.stack)
        if resource.type == GROUP
        and resource.physical_id
        and not resource.is_deleted
        and (not source.logical_ids or resource.logical_id in source.logical_ids)
    ]
    if not groups:
        raise NoLogError(f"The stack {observed.name_of(source.stack)} has no log group.")
    return groups


async def _lines(
    observed: ObservedSite, source: str, group: str, since: datetime, words: str
) -> list[LogLine]:
    prefix = SOURCES[source].streams
    narrowed: dict[str, Any] = {"logStreamNamePrefix": prefix} if prefix else {}
    try:
        events = await observed.door.pages(
            "logs",
            "filter_log_events",
            "events",
            logGroupName=group,
            startTime=int(since.timestamp() * 1000),
            **narrowed,
        )
    except AwsError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
        why = f"CloudWatch has no log group {group} yet."
        raise NoLogError(why) from error
    lines = [
        _line(event, source)
        for event in events
        if str(event.get("logStreamName", "")).startswith(prefix)
    ]
    return [line for line in lines if words in line.text.lower()]


def _line(event: Mapping[str, Any], source: str) -> LogLine:
    text = redact(in_one_line(str(event["message"]).rstrip().replace("\t", " ")))
    stream = in_one_line(str(event.get("logStreamName", "")))
    at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
    id_ = str(event.get("eventId") or f"{stream}:{event['timestamp']}:{text}")
    return LogLine(at, source, stream, text, id_)
