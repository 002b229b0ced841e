"""Lambda and its queue: whether functions can run, who reads the queue, what functions print."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from solarrally_tui.health.diagnosis.evidence import ApiCall, Evidence
from solarrally_tui.health.diagnosis.examination import Case, NotNeededError
from solarrally_tui.health.diagnosis.log_lines import telling
from solarrally_tui.health.observed_site import OutOfReachError
from solarrally_tui.site.tiers import Shape

FUNCTION: Final = "AWS::Lambda::Function"
READER: Final = "AWS::Lambda::EventSourceMapping"
QUEUE: Final = "AWS::SQS::Queue"
GROUP: Final = "AWS::Logs::LogGroup"
_WELL: Final = frozenset({"Active", "Inactive"})
"""Lambda puts a function aside that nobody called for weeks, and prepares it at the next call."""
_READS: Final = "Enabled"
_PROBLEM: Final = "PROBLEM"
"""How Lambda begins what it tells of a batch that failed (Lambda API reference,
EventSourceMappingConfiguration)."""
_LINES: Final = 200
_KEPT: Final = 8
_FRESH: Final = timedelta(minutes=30)


async def functions(case: Case) -> AsyncIterator[Evidence]:
    """Yield the state of each function."""
    for name in await _of_type(case, FUNCTION):
        found, call = await case.find("lambda", "get_function_configuration", FunctionName=name)
        common = {
            "resource": name,
            "type": FUNCTION,
            "stack": case.observed.name_of("functions"),
            "link": case.link("function", id=name),
        }
        if found is None:
            yield call.evidence("function", f"{name} was deleted.", state="deleted", **common)
            continue
        state = str(found.get("State", ""))
        yield call.evidence(
            "function", _words("State", found), state=state, good=state in _WELL, **common
        )
        if found.get("LastUpdateStatus") == "Failed":
            yield call.evidence("function", _words("LastUpdateStatus", found), **common)


def _words(name: str, found: Mapping[str, Any]) -> str:
    """Return a state of a function with its code and its reason."""
    parts = (found.get(name), found.get(f"{name}ReasonCode"), found.get(f"{name}Reason"))
    return f"{name}: " + ". ".join(str(part) for part in parts if part)


async def queue(case: Case) -> AsyncIterator[Evidence]:
    """Yield who reads the queue, and how many messages wait or were set aside."""
    for uuid in await _of_type(case, READER):
        found, call = await case.find("lambda", "get_event_source_mapping", UUID=uuid)
        common = {"resource": uuid, "type": READER, "stack": case.observed.name_of("functions")}
        if found is None:
            yield call.evidence("event-source", f"{uuid} was deleted.", state="deleted", **common)
            continue
        state, last = str(found["State"]), str(found.get("LastProcessingResult") or "")
        told = (f"State: {state}", found.get("StateTransitionReason"), last)
        yield call.evidence(
            "event-source",
            ". ".join(part for part in told if part),
            state=state,
            good=state == _READS and not last.startswith(_PROBLEM),
            **common,
        )
    for address in await _of_type(case, QUEUE):
        found, call = await case.find(
            "sqs",
            "get_queue_attributes",
            QueueUrl=address,
            AttributeNames=["ApproximateNumberOfMessages", "RedrivePolicy"],
        )
        if found is None:
            continue
        attributes = found["Attributes"]
        waiting = int(attributes["ApproximateNumberOfMessages"])
        is_dead = "RedrivePolicy" not in attributes
        yield call.evidence(
            "dead-letters" if is_dead else "queue",
            f"ApproximateNumberOfMessages: {waiting}",
            resource=address.rpartition("/")[2],
            type=QUEUE,
            stack=case.observed.name_of("functions"),
            good=not waiting,
            facts={"count": f"{waiting:,}"},
            link=case.link("queue", id=address),
        )


async def log(case: Case) -> AsyncIterator[Evidence]:
    """Yield the lines of the functions that report errors, of the last half hour."""
    since = datetime.now(UTC) - _FRESH
    groups = await _of_type(case, GROUP)
    for group, (events, call) in zip(
        groups, await asyncio.gather(*(_newest(case, each, since) for each in groups)), strict=True
    ):
        for told in telling([event["message"] for event in events])[-_KEPT:]:
            event = events[told.at]
            stream = str(event.get("logStreamName", ""))
            yield call.evidence(
                "log",
                told.words,
                facts={"frames": told.frames},
                resource=group,
                type="log group",
                time=datetime.fromtimestamp(event["timestamp"] / 1000, UTC),
                link=case.link("log", group=group, id=stream),
                state="running",
            )


async def _newest(case: Case, group: str, since: datetime) -> tuple[list[dict[str, Any]], ApiCall]:
    """Return the newest lines of a log group, each stream's together, the oldest first."""
    events, call = await case.pages(
        "logs",
        "filter_log_events",
        "events",
        logGroupName=group,
        startTime=int(since.timestamp() * 1000),
    )
    # A traceback is of one stream. Functions that run at once write into several.
    newest = sorted(events, key=lambda event: event["timestamp"])[-_LINES:]
    return sorted(newest, key=lambda event: str(event.get("logStreamName", ""))), call


async def _of_type(case: Case, type_: str) -> list[str]:
    """Return what the stack functions has of a type. Raises NotNeededError without that shape."""
    if case.observed.site.size.shape is not Shape.FUNCTIONS:
        raise NotNeededError
    if case.stack("functions") is None:
        raise OutOfReachError("The stack of the functions does not exist.")
    return await case.resource_ids("functions", type_)
