"""Gathers what a support bundle holds. Makes only calls that the support policy allows."""

import asyncio
import platform
import re
from collections.abc import Awaitable
from datetime import UTC, datetime
from importlib import metadata
from typing import Any, Final

from solarrally_tui import __version__
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.supervision import MadeCall, Supervision
from solarrally_tui.blueprints import CATALOGUE, of_shape
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.health.bundle.contents import (
    Contents,
    Facts,
    LogExcerpt,
    LogLine,
    StackEvent,
    StackFacts,
    Versions,
)
from solarrally_tui.health.checks import why_unknown
from solarrally_tui.health.diagnosis.examination import Case
from solarrally_tui.health.diagnosis.examine import Progress, examination
from solarrally_tui.health.diagnosis.model import Unknown
from solarrally_tui.health.observed_site import OutOfReachError
from solarrally_tui.policy import calls
from solarrally_tui.site.files import to_answers

ALLOWED: Final = calls.pairs(calls.SUPPORT) - calls.pairs(calls.REVEALING)
"""Every call that a bundle may make."""

_EVENTS: Final = 100
"""Events of each stack: one page."""
_STREAMS: Final = 8
_LINES: Final = 200
_LIMIT: Final = 30.0
"""Seconds that one part may take."""
_LOG_STACKS: Final = ("app", "functions", "iot", "build")
_LOG_GROUP: Final = "AWS::Logs::LogGroup"
_BLUEPRINT: Final = re.compile(r"\(solarrally-blueprint [\w-]+ v([\w.+-]+)\)")


def supervised(door: Door) -> tuple[Door, list[MadeCall]]:
    """Return a door for a bundle, and the list that its calls are noted in."""
    supervision = Supervision(ALLOWED)
    return door.supervised(supervision), supervision.made


async def collect(
    site: DeployedSite,
    made: list[MadeCall],
    progress: Progress = lambda *_: None,
    *,
    no_record: str = "",
) -> Contents:
    """Examine a site and read what belongs to a bundle. Never raises AwsError.

    site: opened through a supervised door, which notes its calls in made. no_record: as examine
    takes it.
    """
    examined = await examination(site, progress, no_record=no_record)
    case, missing = examined.case, list[Unknown]()

    async def read(title: str, part: Awaitable[list[Any]]) -> list[Any]:
        try:
            async with asyncio.timeout(_LIMIT):
                return await part
        except (AwsError, OutOfReachError, TimeoutError) as error:
            missing.append(Unknown(title, why_unknown(error, _LIMIT)))
            return []

    caller, *rest = await asyncio.gather(
        read("Caller", _caller(site.door)),
        *(
            read(f"Events of {item.id}", _events(case, item.id))
            for item in of_shape(site.site.size.shape)
        ),
        *(read(f"Log of {stack_id}", _logs(case, stack_id)) for stack_id in _LOG_STACKS),
    )
    events = [event for part in rest for event in part if isinstance(event, StackEvent)]
    logs = [excerpt for part in rest for excerpt in part if isinstance(excerpt, LogExcerpt)]
    return Contents(
        _facts(case, site, caller[0] if caller else ""),
        examined.diagnosis,
        examined.report,
        tuple(sorted(events, key=lambda event: event.time)),
        tuple(logs),
        tuple(made),
        tuple(missing),
    )


async def _caller(door: Door) -> list[str]:
    return [(await door.identity()).arn]


async def _events(case: Case, stack_id: str) -> list[StackEvent]:
    stack = case.stack(stack_id)
    if stack is None:
        return []
    response, _ = await case.call(
        "cloudformation", "describe_stack_events", case.region(stack_id), StackName=stack.id
    )
    return [
        StackEvent(
            event["Timestamp"],
            event["StackName"],
            event["LogicalResourceId"],
            event.get("ResourceType", ""),
            event["ResourceStatus"],
            event.get("ResourceStatusReason", ""),
        )
        for event in response["StackEvents"][:_EVENTS]
    ]


async def _logs(case: Case, stack_id: str) -> list[LogExcerpt]:
    if case.stack(stack_id) is None:
        return []
    region = case.region(stack_id)
    excerpts: list[LogExcerpt] = []
    for group in await case.resource_ids(stack_id, _LOG_GROUP):
        response, _ = await case.find(
            "logs",
            "describe_log_streams",
            region,
            logGroupName=group,
            orderBy="LastEventTime",
            descending=True,
            limit=_STREAMS,
        )
        names = [stream["logStreamName"] for stream in (response or {}).get("logStreams", ())]
        excerpts += await asyncio.gather(*(_excerpt(case, group, name, region) for name in names))
    return [excerpt for excerpt in excerpts if excerpt.lines]


async def _excerpt(case: Case, group: str, stream: str, region: str) -> LogExcerpt:
    response, _ = await case.find(
        "logs",
        "get_log_events",
        region,
        logGroupName=group,
        logStreamName=stream,
        limit=_LINES,
        startFromHead=False,
    )
    events = (response or {}).get("events", ())
    lines = (
        LogLine(datetime.fromtimestamp(event["timestamp"] / 1000, UTC), event["message"])
        for event in events
    )
    return LogExcerpt(group, stream, region, tuple(lines))


def _facts(case: Case, site: DeployedSite, caller: str) -> Facts:
    found = {id_: stack for id_, stack in case.observed.stacks.items() if isinstance(stack, Stack)}
    return Facts(
        site.name,
        site.region,
        site.account,
        caller,
        _versions(site, found.get("app")),
        to_answers(site.site),
        tuple(_stack(case.region(stack_id), stack) for stack_id, stack in found.items()),
    )


def _stack(region: str, stack: Stack) -> StackFacts:
    return StackFacts(
        stack.name,
        region,
        stack.status,
        stack.reason,
        stack.touched,
        _blueprint(stack.description),
        dict(stack.parameters),
        dict(stack.outputs),
    )


def _blueprint(description: str) -> str:
    found = _BLUEPRINT.search(description)
    return found[1] if found else ""


def _versions(site: DeployedSite, app: Stack | None) -> Versions:
    images = {
        name: value for name, value in (app.parameters if app else {}).items() if "Image" in name
    }
    answers = {
        name: str(value) for name, value in to_answers(site.site).get("application", {}).items()
    }
    own = {_blueprint(item.template()) for item in CATALOGUE} - {""}
    return Versions(
        __version__,
        platform.python_version(),
        f"{platform.system()} {platform.release()}",
        metadata.version("boto3"),
        ", ".join(sorted(own)),
        answers | images,
    )
