"""Checks of a site whose application runs as functions: the functions, and the queue they read."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.health.figures import Figure, Series, age, newest, total
from solarrally_tui.health.metrics import PERIOD, Metric
from solarrally_tui.health.observed_site import ObservedSite
from solarrally_tui.health.report import Observation, fail, ok, warn
from solarrally_tui.text.enumeration import counted

FUNCTIONS: Final[Mapping[str, str]] = {
    "ApiFunctionName": "requests",
    "TelemetryFunctionName": "messages",
    "ViewersFunctionName": "pages",
}
"""By the output of the stack functions that names it: what each function is for."""
_LATE: Final = 60.0
_STUCK: Final = 300.0
"""Seconds for which the oldest message waits. One that failed is tried again after three minutes
(blueprints/functions)."""
_MINUTES: Final = PERIOD / 60


@dataclass(frozen=True, slots=True)
class Seen:
    """One function, and what CloudWatch counted of it in the last five minutes."""

    purpose: str
    """What it is for: requests, messages or pages."""
    configuration: Mapping[str, Any]
    """As Lambda returns it; empty where the function was deleted."""
    calls: float
    errors: float
    throttles: float


async def functions(observed: ObservedSite) -> Observation:
    """Judge whether every function can run, and how many of its calls failed or were refused."""
    names = {output: observed.output("functions", output) for output in FUNCTIONS}
    found = await asyncio.gather(*(_configuration(observed, name) for name in names.values()))
    series = {id_: await observed.series(id_) for id_ in _ids()}
    seen = [
        Seen(
            purpose,
            configuration,
            *(total(series[f"{what}_{purpose}"][-1:]) for what in _COUNTED),
        )
        for purpose, configuration in zip(FUNCTIONS.values(), found, strict=True)
    ]
    return judge_functions(seen, _errors(series), is_measured=any(series.values()))


def judge_functions(
    seen: Sequence[Seen], errors: Series = (), *, is_measured: bool = True
) -> Observation:
    """Judge functions by their state and by what was counted.

    errors: failed calls by time, for the display. is_measured: whether CloudWatch counted anything.
    """
    calls = sum(one.calls for one in seen)
    failed = sum(one.errors for one in seen)
    figures = (
        Figure("function_calls", "Calls a minute", calls / _MINUTES if is_measured else None),
        Figure("function_errors", "Failed calls", failed if is_measured else None, "", errors),
    )
    for one in seen:
        if not one.configuration:
            return fail(f"The function for {one.purpose} was deleted.", *figures)
        if one.configuration.get("State") in {"Failed", "Pending"}:
            return fail(f"The function for {one.purpose} cannot run. {_reason(one)}", *figures)
        if one.calls and one.errors >= one.calls:
            return fail(f"Every call of the function for {one.purpose} fails.", *figures)
    if throttled := sum(one.throttles for one in seen):
        return warn(
            f"AWS refused {throttled:.0f} calls in five minutes: the account may not run more "
            "functions at once. Ask for more with the quota Concurrent executions.",
            *figures,
        )
    flawed = [one for one in seen if one.errors or _is_not_updated(one)]
    if flawed:
        return warn(" ".join(map(_flaw, flawed)), *figures)
    return ok(f"{len(seen)} functions are ready. {_told(calls, is_measured)}", *figures)


def _told(calls: float, is_measured: bool) -> str:
    if not is_measured:
        return "CloudWatch has no figures of them yet."
    return f"{calls / _MINUTES:.0f} calls a minute, none failed."


def _reason(one: Seen) -> str:
    told = one.configuration
    return " ".join(filter(None, (told.get("State"), told.get("StateReason"))))


def _is_not_updated(one: Seen) -> bool:
    return one.configuration.get("LastUpdateStatus") == "Failed"


def _flaw(one: Seen) -> str:
    if _is_not_updated(one):
        why = one.configuration.get("LastUpdateStatusReason", "")
        return f"The function for {one.purpose} was not updated. {why}".strip()
    return (
        f"{one.errors:.0f} of {one.calls:.0f} calls of the function for {one.purpose} failed in "
        "five minutes."
    )


async def _configuration(observed: ObservedSite, name: str) -> dict[str, Any]:
    """Return a function's configuration; empty where it was deleted."""
    try:
        found: dict[str, Any] = await observed.door.call(
            "lambda", "get_function_configuration", FunctionName=name
        )
    except AwsError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
        return {}
    return found


_COUNTED: Final[Mapping[str, str]] = {
    "calls": "Invocations",
    "errors": "Errors",
    "throttles": "Throttles",
}
"""By the beginning of our id: what Lambda calls the metric."""


def _ids() -> tuple[str, ...]:
    return tuple(f"{what}_{purpose}" for what in _COUNTED for purpose in FUNCTIONS.values())


def _errors(series: Mapping[str, Series]) -> Series:
    """Return the failed calls of the function that had most."""
    of_each = (series[f"errors_{purpose}"] for purpose in FUNCTIONS.values())
    return max(of_each, key=total, default=())


def function_metrics(observed: ObservedSite) -> tuple[Metric, ...]:
    """Return what Lambda counts of each function."""
    return tuple(
        Metric(
            f"{what}_{purpose}",
            "AWS/Lambda",
            name,
            "Sum",
            (("FunctionName", observed.output("functions", output)),),
        )
        for what, name in _COUNTED.items()
        for output, purpose in FUNCTIONS.items()
    )


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue of messages, who reads it, and what was set aside."""

    reader: str
    """The state of the event source, in Lambda's words; empty where it was deleted."""
    waiting: int
    """Messages that no function has taken."""
    oldest: float | None
    """Seconds for which the oldest waits; None where CloudWatch has not counted."""
    dead: int
    """Messages that failed again and again."""


async def queue(observed: ObservedSite) -> Observation:
    """Judge whether functions read the queue in time, and whether messages were set aside."""
    reader, waiting, dead = await asyncio.gather(
        _reader(observed),
        _messages(observed, "TelemetryQueueUrl"),
        _messages(observed, "DeadLetterQueueUrl"),
    )
    series = await observed.series("queue_age")
    return judge_queue(Queue(reader, waiting, newest(series), dead), series)


def judge_queue(seen: Queue, series: Series = ()) -> Observation:
    """Judge the queue. series: how old the oldest message was, for the display."""
    figures = (
        Figure("queue_waiting", "Messages that wait", seen.waiting),
        Figure("queue_age", "Oldest message", seen.oldest, "s", series, _LATE),
        Figure("dead_letters", "Messages set aside", seen.dead),
    )
    if seen.reader not in _READING:
        state = f"its event source is {seen.reader}" if seen.reader else "its reader was deleted"
        return fail(f"Nobody reads the queue: {state}. No telemetry arrives.", *figures)
    line = f"{counted(seen.waiting, 'message')} waiting"
    if seen.waiting and seen.oldest is not None:
        line = f"{line}, the oldest for {age(seen.oldest)}"
    if seen.waiting and (seen.oldest or 0.0) >= _STUCK:
        return fail(f"Messages pile up in the queue: {line}. Telemetry is late or lost.", *figures)
    if seen.dead:
        return warn(
            f"{counted(seen.dead, 'message')} set aside after failing again and again. {line}.",
            *figures,
        )
    if seen.waiting and (seen.oldest or 0.0) >= _LATE:
        return warn(f"Messages are late: {line}.", *figures)
    return ok(f"The queue is read: {line}.", *figures)


_READING: Final = frozenset({"Enabled", "Enabling", "Updating", "Creating"})
"""States of an event source that reads, or is about to (Lambda API reference)."""


async def _reader(observed: ObservedSite) -> str:
    try:
        found = await observed.door.call(
            "lambda",
            "get_event_source_mapping",
            UUID=observed.output("functions", "EventSourceMappingId"),
        )
    except AwsError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
        return ""
    return str(found["State"])


async def _messages(observed: ObservedSite, output: str) -> int:
    """Return how many messages are in a queue, those that are handled now apart."""
    response = await observed.door.call(
        "sqs",
        "get_queue_attributes",
        QueueUrl=observed.output("functions", output),
        AttributeNames=["ApproximateNumberOfMessages"],
    )
    return int(response["Attributes"]["ApproximateNumberOfMessages"])


def queue_metrics(observed: ObservedSite) -> tuple[Metric, ...]:
    """Return what SQS counts of the queue."""
    named = (("QueueName", observed.output("functions", "TelemetryQueueName")),)
    name = "ApproximateAgeOfOldestMessage"
    return (Metric("queue_age", "AWS/SQS", name, "Maximum", named),)
