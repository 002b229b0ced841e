"""What happened to a site, in words: runs, changes of its parts, builds, tasks, scaling, backups.

What AWS repeats while nothing changes, as that a service is steady, is none of it.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.why_unknown import why_unknown
from solarrally_tui.blueprints import blueprint
from solarrally_tui.deployed import run_lock
from solarrally_tui.deployed.run_lock import LastRun
from solarrally_tui.deployed.stack import GOOD, Stack
from solarrally_tui.deployed.stack_status import status_of
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.observed_site import ObservedSite, OutOfReachError
from solarrally_tui.health.probes.app import SCALES_OUT_ABOVE
from solarrally_tui.site.tiers import Shape
from solarrally_tui.text.control_characters import in_one_line
from solarrally_tui.text.enumeration import counted
from solarrally_tui.text.redaction import redact

_BUILDS: Final = 5
"""Builds of each project that are listed."""
_TASK_EVENTS: Final = 40
_DAY_MINUTES: Final = 1440
_STACK: Final = "AWS::CloudFormation::Stack"
_COMMIT: Final = 10
"""Characters of a commit."""
_TASKS: Final = "Application tasks"


@dataclass(frozen=True, slots=True)
class SiteEvent:
    """One thing that happened, harmless and redacted."""

    time: datetime
    """When it ended; when it began, while it lasts and where it took no time."""
    part: str
    """Of the site, as every screen calls it; or what was done to it."""
    text: str
    severity: Severity = Severity.OK
    seconds: float | None = None
    """How long it took; None where AWS does not say, or it took no time."""
    is_over: bool = True


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened, the newest first, and why something of it is not known."""

    events: tuple[SiteEvent, ...]
    unknown: tuple[str, ...] = ()


_Reader = Callable[[ObservedSite], Awaitable[list[SiteEvent]]]


async def history(observed: ObservedSite) -> Happened:
    """Return what happened to a site, as far back as AWS tells. Only reads."""
    of_tasks = (_tasks, _scaling) if observed.site.size.shape is Shape.TASKS else ()
    return await _together(observed, (_runs, _stacks, _builds, *of_tasks, _database))


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


def _event(time: datetime, part: str, text: str, *how: Any, **more: Any) -> SiteEvent:
    return SiteEvent(time.astimezone(UTC), part, redact(in_one_line(text)), *how, **more)


async def _runs(observed: ObservedSite) -> list[SiteEvent]:
    last = await run_lock.last(observed.door, observed.deployed.name)
    return of_run(last) if last else []


def of_run(last: LastRun) -> list[SiteEvent]:
    """Return how the last run on a site ended, who began it, and how long it took."""
    run, ended = last.run, run_lock.moment(last.ended)
    if run is None or ended is None:
        return []  # nothing that a version of ours wrote
    begun = run_lock.moment(run.started)
    seconds = (ended - begun).total_seconds() if begun else None
    text = f"Begun by {run.person} on {run.host}. {last.summary}"
    severity = Severity.OK if last.exit_code == 0 else Severity.WARN
    return [_event(ended, _RUNS.get(run.command, run.command), text, severity, seconds)]


_RUNS: Final = {"deploy": "Deployment", "rollback": "Rollback"}


async def _stacks(observed: ObservedSite) -> list[SiteEvent]:
    async def read(id_: str, stack: Stack) -> SiteEvent:
        region = observed.deployed.stacks.region(id_)
        # The end of the last operation is on the first page.
        response = await observed.door.call(
            "cloudformation", "describe_stack_events", region, StackName=stack.id
        )
        return of_stack(
            blueprint(id_).title, stack.status, stack.touched, _end(response["StackEvents"])
        )

    known = [(id_, stack) for id_ in observed.stacks if (stack := observed.stack(id_))]
    return list(await asyncio.gather(*(read(id_, s) for id_, s in known if s.touched)))


def _end(events: Iterable[Mapping[str, Any]]) -> datetime | None:
    """Return when the last operation on a stack ended, from its events, the newest first."""
    own = (event for event in events if event["ResourceType"] == _STACK)
    newest = next((event for event in own if event["PhysicalResourceId"] == event["StackId"]), None)
    if newest is None or newest["ResourceStatus"].endswith("_IN_PROGRESS"):
        return None
    moment = newest["Timestamp"]
    return moment if isinstance(moment, datetime) else datetime.fromisoformat(str(moment))


def of_stack(title: str, status: str, touched: str, ended: datetime | None = None) -> SiteEvent:
    """Return the last operation on a part. touched: when it began, in ISO 8601."""
    began = datetime.fromisoformat(touched)
    known = status_of(status)
    text = "Created." if status == "CREATE_COMPLETE" else "Changed."
    if status not in GOOD:
        text = known.means.format(stack=title)
    seconds = (ended - began).total_seconds() if ended else None
    is_over = not status.endswith("_IN_PROGRESS")
    return _event(ended or began, title, text, known.severity, seconds, is_over=is_over)


async def _builds(observed: ObservedSite) -> list[SiteEvent]:
    async def read(output: str, part: str) -> list[SiteEvent]:
        listed = await observed.door.call(
            "codebuild", "list_builds_for_project", projectName=observed.output("build", output)
        )
        if not (ids := listed["ids"][:_BUILDS]):
            return []
        response = await observed.door.call("codebuild", "batch_get_builds", ids=ids)
        return [of_build(build, part) for build in response["builds"]]

    found = await asyncio.gather(*(read(*each) for each in _PROJECTS.items()))
    return [event for events in found for event in events]


_PROJECTS: Final = {"ImageProjectName": "Images", "FrontendProjectName": "Dashboard"}
"""What the projects build, by the output with their name."""


def of_build(build: Mapping[str, Any], part: str) -> SiteEvent:
    """Return a build as CodeBuild's BatchGetBuilds describes it. part: what it builds."""
    begun, ended, status = build["startTime"], build.get("endTime"), build["buildStatus"]
    variables = {
        one["name"]: one["value"]
        for one in (build.get("environment") or {}).get("environmentVariables") or ()
    }
    commit = variables.get("SOURCE_COMMIT", "")[:_COMMIT]
    did, severity = _BUILT.get(status, (f"The build ended as {status}", Severity.FAIL))
    text = f"{did} from commit {commit}." if commit else f"{did}."
    seconds = (ended - begun).total_seconds() if ended else None
    return _event(ended or begun, part, text, severity, seconds, is_over=status != _BUILDING)


_BUILDING: Final = "IN_PROGRESS"
_BUILT: Final = {
    "SUCCEEDED": ("Built", Severity.OK),
    _BUILDING: ("Being built", Severity.OK),
    "FAILED": ("The build failed", Severity.FAIL),
    "FAULT": ("The build failed by a fault of AWS", Severity.FAIL),
    "TIMED_OUT": ("The build took too long and was ended", Severity.FAIL),
    "STOPPED": ("Somebody stopped the build", Severity.WARN),
}


async def _tasks(observed: ObservedSite) -> list[SiteEvent]:
    service = await _service(observed)
    reported = (service.get("events") or ())[:_TASK_EVENTS]
    completed = {
        found[1]: event["createdAt"]
        for event in reported
        if (found := _COMPLETED.search(event["message"]))
    }
    return [
        *(_rollout(each, completed.get(each["id"])) for each in service.get("deployments") or ()),
        *(
            _event(
                event["createdAt"],
                _TASKS,
                text,
                Severity.WARN if _BAD.search(event["message"]) else Severity.OK,
            )
            for event in reported
            if (text := of_service(event["message"]))
        ),
    ]


def _rollout(deployment: Mapping[str, Any], completed: datetime | None) -> SiteEvent:
    """Return how a revision of the tasks went. completed: when ECS said so, where it still does."""
    state = str(deployment.get("rolloutState") or deployment["status"])
    begun: datetime = deployment["createdAt"]
    revision = str(deployment.get("taskDefinition", "")).rpartition(":")[2]
    counts = _running(deployment["runningCount"], deployment["desiredCount"])
    seconds = (completed - begun).total_seconds() if completed else None
    if state == "FAILED":
        text, severity = f"Revision {revision} failed: {counts}.", Severity.FAIL
    else:
        verb = "comes" if state == "IN_PROGRESS" else "came"
        text, severity = f"Revision {revision} {verb} into use: {counts}.", Severity.OK
    is_over = state != "IN_PROGRESS"
    return _event(completed or begun, _TASKS, text, severity, seconds, is_over=is_over)


def _running(running: int, wanted: int) -> str:
    if running != wanted:
        return f"{running} of {counted(wanted, 'task')} {'runs' if wanted == 1 else 'run'} it"
    return f"{counted(wanted, 'task')} {'runs' if wanted == 1 else 'run'} it"


_BAD: Final = re.compile(r"\bunable\b|\bfailed\b|\bunhealthy\b")


def of_service(message: str) -> str:
    """Return what ECS says of its service as a sentence, without the ids of what it started.

    Empty for what is no change: that it is steady, and the end of a deployment, which its revision
    has. The forms: docs.aws.amazon.com/AmazonECS, "Viewing Amazon ECS service event messages".
    """
    said = _SERVICE.sub("", message)
    if said == message or _QUIET.search(said):
        return "" if said != message else message
    for form, one, several in _SAID:
        if found := form.match(said):
            return f"{counted(int(found[1]), one, several)}."
    return f"The service {said}"


_SERVICE: Final = re.compile(r"^\(service [^)]*\) (?:\(deployment [^)]*\) )?")
_COMPLETED: Final = re.compile(r"\(deployment ([^)]*)\) deployment completed")
_QUIET: Final = re.compile(r"^(?:has reached a steady state|deployment completed)")
_SAID: Final = (
    (re.compile(r"has started (\d+) tasks?\b"), "task started", "tasks started"),
    (re.compile(r"has stopped (\d+) running tasks?\b"), "task stopped", "tasks stopped"),
    (
        re.compile(r"registered (\d+) targets? in"),
        "task gets requests from the load balancer",
        "tasks get requests from the load balancer",
    ),
    (
        re.compile(r"deregistered (\d+) targets? in"),
        "task gets no more requests from the load balancer",
        "tasks get no more requests from the load balancer",
    ),
    (
        re.compile(r"has begun draining connections on (\d+) tasks?\b"),
        "task ends its connections",
        "tasks end their connections",
    ),
)


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
    if found := _COUNT.fullmatch(words):
        words = f"{counted(int(found[1]), 'task is', 'tasks are')} wanted."
    if "AlarmHigh" in cause:
        words = f"{words} CPU was above {SCALES_OUT_ABOVE} %."
    elif "AlarmLow" in cause:
        words = f"{words} CPU was well below {SCALES_OUT_ABOVE} %."
    failed = activity["StatusCode"] == "Failed"
    if failed:
        words = f"{words} {activity.get('StatusMessage', '')}"
    severity = Severity.WARN if failed else Severity.OK
    return _event(activity["StartTime"], "Scaling", words.strip(), severity)


_COUNT: Final = re.compile(r"Setting desired count to (\d+)\.")


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
    return of_database([(event["Date"], event["Message"]) for event in response["Events"]])


def of_database(messages: Iterable[tuple[datetime, str]]) -> list[SiteEvent]:
    """Return what RDS says of an instance as sentences; the two ends of a backup as one.

    What CloudFormation says as well is left out. The messages are those of the RDS user guide,
    "Amazon RDS event categories and event messages"; others stay as they are.
    """
    found: list[SiteEvent] = []
    backup: datetime | None = None
    for moment, message in sorted(messages):
        said = message.rstrip(".").casefold()
        if said == "backing up db instance":
            backup = moment
        elif said == "finished db instance backup":
            seconds = (moment - backup).total_seconds() if backup else None
            found.append(_event(moment, _DATABASE, "Backed up.", Severity.OK, seconds))
            backup = None
        elif text := _OF_INSTANCE.get(said, message):
            found.append(_event(moment, _DATABASE, text))
    if backup:
        found.append(_event(backup, _DATABASE, "Being backed up.", is_over=False))
    return found


_DATABASE: Final = "Database"
_OF_INSTANCE: Final = {
    "db instance created": "",
    "db instance restarted": "Restarted.",
    "db instance shutdown": "Stopped.",
    "db instance started": "Started.",
    "multi-az instance failover started": "The standby is taking over.",
    "multi-az instance failover completed": "The standby took over.",
}
