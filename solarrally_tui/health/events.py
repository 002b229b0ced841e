"""What happened to a site: deployments of its stacks, builds and tasks, and AWS's own events."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.why_unknown import why_unknown
from solarrally_tui.blueprints import blueprint
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.figures import age
from solarrally_tui.health.observed_site import ObservedSite, OutOfReachError
from solarrally_tui.health.probes.app import SCALES_OUT_ABOVE
from solarrally_tui.site.tiers import Shape
from solarrally_tui.text.control_characters import in_one_line
from solarrally_tui.text.redaction import redact

_BUILDS: Final = 5
"""Builds of each project that are listed."""
_TASK_EVENTS: Final = 40
_DAY_MINUTES: Final = 1440


@dataclass(frozen=True, slots=True)
class SiteEvent:
    """One thing that happened, harmless and redacted."""

    time: datetime
    source: str
    """In words: Stack, Build, Tasks, Scaling, Database."""
    text: str
    severity: Severity = Severity.OK


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened, the newest first, and why something of it is not known."""

    events: tuple[SiteEvent, ...]
    unknown: tuple[str, ...] = ()


_Reader = Callable[[ObservedSite], Awaitable[list[SiteEvent]]]


async def deployments(observed: ObservedSite) -> Happened:
    """Return the last operations on stacks, builds and deployments of tasks. Only reads."""
    of_tasks = (_rollouts,) if _has_tasks(observed) else ()
    return await _together(observed, (_stacks, _builds, *of_tasks))


async def events(observed: ObservedSite) -> Happened:
    """Return what ECS, its scaling policy and RDS reported. Only reads."""
    of_tasks = (_tasks, _scaling) if _has_tasks(observed) else ()
    return await _together(observed, (*of_tasks, _database))


def _has_tasks(observed: ObservedSite) -> bool:
    return observed.site.size.shape is Shape.TASKS


async def _together(observed: ObservedSite, readers: tuple[_Reader, ...]) -> Happened:
    """Read from several sources at once. What one may not show does not hide the others."""
    found: list[SiteEvent] = []
    unknown: list[str] = []

    async def read(reader: _Reader) -> None:
        try:
            found.extend(await reader(observed))
        except AwsError as error:
            unknown.append(f"{error.service}: {why_unknown(error)}")
        except OutOfReachError as error:
            unknown.append(str(error))

    await asyncio.gather(*map(read, readers))
    return newest_first(found, unknown)


def newest_first(found: Iterable[SiteEvent], unknown: Iterable[str] = ()) -> Happened:
    """Return events in their order, and each reason once."""
    ordered = sorted(found, key=lambda event: event.time, reverse=True)
    return Happened(tuple(ordered), tuple(dict.fromkeys(unknown)))


def _event(time: datetime, source: str, text: str, severity: Severity = Severity.OK) -> SiteEvent:
    return SiteEvent(time.astimezone(UTC), source, redact(in_one_line(text)), severity)


def of_stack(touched: str, name: str, status: str) -> SiteEvent:
    """Return the last operation on a stack. touched: when, in ISO 8601."""
    severity = Severity.OK if status.endswith("_COMPLETE") else Severity.WARN
    return _event(datetime.fromisoformat(touched), "Stack", f"{name}: {_plain(status)}", severity)


def _plain(status: str) -> str:
    """Return AWS's word for what went well as a person says it; its own for all else."""
    return _WELL.get(status, status)


_WELL: Final = {
    "COMPLETED": "completed",
    "CREATE_COMPLETE": "created",
    "DELETE_COMPLETE": "deleted",
    "IN_PROGRESS": "in progress",
    "SUCCEEDED": "succeeded",
    "UPDATE_COMPLETE": "updated",
}


async def _stacks(observed: ObservedSite) -> list[SiteEvent]:
    return [
        of_stack(stack.touched, blueprint(id_).title, stack.status)
        for id_ in observed.stacks
        if (stack := observed.stack(id_)) and stack.touched
    ]


async def _builds(observed: ObservedSite) -> list[SiteEvent]:
    projects = [observed.output("build", name) for name in _PROJECTS]
    listed = await asyncio.gather(
        *(
            observed.door.call("codebuild", "list_builds_for_project", projectName=project)
            for project in projects
        )
    )
    ids = [id_ for response in listed for id_ in response["ids"][:_BUILDS]]
    if not ids:
        return []
    response = await observed.door.call("codebuild", "batch_get_builds", ids=ids)
    return [_build(build) for build in response["builds"]]


_PROJECTS: Final = ("ImageProjectName", "FrontendProjectName")


def _build(build: dict[str, Any]) -> SiteEvent:
    begun, ended = build["startTime"], build.get("endTime")
    status, version = build["buildStatus"], str(build.get("resolvedSourceVersion") or "")[:7]
    took = ""
    if isinstance(begun, datetime) and isinstance(ended, datetime):
        took = f", {age((ended - begun).total_seconds())}"
    of = f" of {version}" if version else ""
    severity = Severity.OK if status in {"SUCCEEDED", "IN_PROGRESS"} else Severity.FAIL
    moment = begun if isinstance(begun, datetime) else datetime.now(UTC)
    return _event(moment, "Build", f"{build['projectName']}{of}: {_plain(status)}{took}", severity)


async def _rollouts(observed: ObservedSite) -> list[SiteEvent]:
    service = await _service(observed)
    found = []
    for deployment in service.get("deployments") or ():
        state = str(deployment.get("rolloutState") or deployment["status"])
        counts = f"{deployment['runningCount']} of {deployment['desiredCount']} tasks"
        revision = str(deployment.get("taskDefinition", "")).rpartition(":")[2]
        severity = Severity.FAIL if state == "FAILED" else Severity.OK
        text = f"Revision {revision}: {_plain(state)}, {counts}"
        found.append(_event(deployment["createdAt"], "Tasks", text, severity))
    return found


async def _tasks(observed: ObservedSite) -> list[SiteEvent]:
    service = await _service(observed)
    return [
        _event(
            event["createdAt"],
            "Tasks",
            of_service(event["message"]),
            Severity.WARN if _BAD in event["message"] else Severity.OK,
        )
        for event in (service.get("events") or ())[:_TASK_EVENTS]
    ]


_BAD: Final = "unable"


def of_service(message: str) -> str:
    """Return what ECS says of its service as a sentence, without the ids of what it started.

    Its form: docs.aws.amazon.com/AmazonECS, "Viewing Amazon ECS service event messages".
    """
    words = _IDS.sub("", _SERVICE.sub("The service ", message))
    return _ONE.sub(r"1 \1task", words)


_SERVICE: Final = re.compile(r"^\(service [^)]*\) (?:\(deployment [^)]*\) )?")
_IDS: Final = re.compile(r":( \(task [^)]*\))+")
_ONE: Final = re.compile(r"\b1 (running )?tasks\b")


async def _scaling(observed: ObservedSite) -> list[SiteEvent]:
    """Say what set another number of tasks. A scaling policy names its alarm as the cause."""
    service = f"{observed.output('app', 'ClusterName')}/{observed.output('app', 'ServiceName')}"
    response = await observed.door.call(
        "application-autoscaling",
        "describe_scaling_activities",
        ServiceNamespace="ecs",
        ResourceId=f"service/{service}",
        MaxResults=_TASK_EVENTS,
    )
    return [_activity(activity) for activity in response["ScalingActivities"]]


def _activity(activity: dict[str, Any]) -> SiteEvent:
    cause, words = str(activity.get("Cause", "")), str(activity.get("Description", ""))
    if "AlarmHigh" in cause:
        words = f"{words} CPU was above {SCALES_OUT_ABOVE} %."
    elif "AlarmLow" in cause:
        words = f"{words} CPU was well below {SCALES_OUT_ABOVE} %."
    failed = activity["StatusCode"] == "Failed"
    if failed:
        words = f"{words} {activity.get('StatusMessage', '')}"
    severity = Severity.WARN if failed else Severity.OK
    return _event(activity["StartTime"], "Scaling", words.strip(), severity)


async def _service(observed: ObservedSite) -> dict[str, Any]:
    response = await observed.door.call(
        "ecs",
        "describe_services",
        cluster=observed.output("app", "ClusterName"),
        services=[observed.output("app", "ServiceName")],
    )
    if not response["services"]:
        raise OutOfReachError("The ECS service was deleted.")
    service: dict[str, Any] = response["services"][0]
    return service


async def _database(observed: ObservedSite) -> list[SiteEvent]:
    response = await observed.door.call(
        "rds",
        "describe_events",
        SourceIdentifier=observed.output("data", "DbInstanceId"),
        SourceType="db-instance",
        Duration=_DAY_MINUTES,
    )
    return [_event(event["Date"], "Database", event["Message"]) for event in response["Events"]]
