"""What made a stack's operation fail, from the events that CloudFormation keeps. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

ECHOES: Final = ("Resource creation cancelled", "Resource update cancelled")
"""Reasons of resources that stopped because another one failed. They are never the cause."""

_STARTS: Final = frozenset(
    {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "REVIEW_IN_PROGRESS"}
)
"""Statuses of the stack itself with which an operation begins. A rollback belongs to the operation
before it."""


@dataclass(frozen=True, slots=True)
class Cause:
    """The resource that failed first, in AWS's words."""

    resource: str
    type: str
    reason: str

    def __str__(self) -> str:
        """Return resource, type and AWS's words in one line."""
        place = f"{self.resource} ({self.type}): " if self.type else ""
        return f"{place}{self.reason}"


@dataclass(frozen=True, slots=True)
class FailedResource:
    """A resource that an operation could not delete, or could not bring back."""

    logical_id: str
    type: str
    physical_id: str
    reason: str
    """AWS's words."""


def undeleted(events: Iterable[dict[str, Any]]) -> tuple[FailedResource, ...]:
    """Return what an update could not delete, from its events in order of time.

    CloudFormation tries up to three times, and then removes it from the stack (user guide,
    troubleshooting: resource failed to delete during an update).
    """
    last = {
        (event["LogicalResourceId"], event.get("PhysicalResourceId", "")): event for event in events
    }
    return tuple(_failed(event) for event in last.values() if _ends(event, "DELETE_FAILED"))


def stuck(newest_first: Iterable[dict[str, Any]], stack_id: str) -> tuple[FailedResource, ...]:
    """Return what the stack's last operation, or its rollback, has left failed.

    Only these may be passed over: ResourcesToSkip takes what is in UPDATE_FAILED because a rollback
    failed, RetainResources is for what could not be deleted.
    """
    operation = last_operation(newest_first, stack_id)
    last = {event["LogicalResourceId"]: event for event in operation}
    return tuple(
        _failed(event)
        for event in last.values()
        if not is_own(event, stack_id) and _ends(event, "UPDATE_FAILED", "DELETE_FAILED")
    )


def _ends(event: dict[str, Any], *statuses: str) -> bool:
    echo = event.get("ResourceStatusReason", "").startswith(ECHOES)
    return event["ResourceStatus"] in statuses and not echo


def _failed(event: dict[str, Any]) -> FailedResource:
    return FailedResource(
        event["LogicalResourceId"],
        event.get("ResourceType", ""),
        event.get("PhysicalResourceId", ""),
        event.get("ResourceStatusReason", ""),
    )


def is_own(event: dict[str, Any], stack_id: str) -> bool:
    """Return whether an event is about the stack itself."""
    return bool(event.get("PhysicalResourceId") == stack_id)


def is_configured(event: dict[str, Any]) -> bool:
    """Whether an event says of a resource or the stack that it is configured, and stabilising.

    The status stays CREATE_IN_PROGRESS or UPDATE_IN_PROGRESS (CloudFormation user guide, stack
    creation events). Not every type reports it, nor every time.
    """
    return bool(event.get("DetailedStatus") == "CONFIGURATION_COMPLETE")


def begins(event: dict[str, Any]) -> bool:
    """Whether an event of the stack itself begins an operation."""
    return event["ResourceStatus"] in _STARTS and not is_configured(event)


def last_operation(newest_first: Iterable[dict[str, Any]], stack_id: str) -> list[dict[str, Any]]:
    """Return the events of the stack's last operation and its rollback, in order of time."""
    events: list[dict[str, Any]] = []
    for event in newest_first:
        events.append(event)
        if is_own(event, stack_id) and begins(event):
            break
    return events[::-1]


def first_failure(events: Iterable[dict[str, Any]], stack_id: str) -> dict[str, Any] | None:
    """Return the event of the earliest real failure among events in order of time.

    A resource's own failure is preferred to the stack's summary of it.
    """
    failed = [
        event
        for event in events
        if event["ResourceStatus"].endswith("_FAILED")
        and not event.get("ResourceStatusReason", "").startswith(ECHOES)
    ]
    own = [event for event in failed if is_own(event, stack_id)]
    return next((event for event in failed if event not in own), own[0] if own else None)


def first_cause(events: Iterable[dict[str, Any]], stack_id: str) -> Cause | None:
    """Return the cause of the earliest real failure among events in order of time."""
    listed = list(events)
    first = first_failure(listed, stack_id)
    if first is None:
        return None
    return Cause(first["LogicalResourceId"], first.get("ResourceType", ""), words_of(first, listed))


def words_of(failure: dict[str, Any], events: Iterable[dict[str, Any]]) -> str:
    """Return AWS's words about a failure, with what hooks said of the resource."""
    words = str(failure.get("ResourceStatusReason") or failure["ResourceStatus"])
    said = [
        f"{event.get('HookType', '')}: {event['HookStatusReason']}"
        for event in events
        if event["LogicalResourceId"] == failure["LogicalResourceId"]
        and "FAILED" in event.get("HookStatus", "")
        and event.get("HookFailureMode") != "WARN"
        and event.get("HookStatusReason")
    ]
    return "\n".join(dict.fromkeys([words, *said]))


def operation_causes(events: Iterable[dict[str, Any]]) -> Iterator[Cause]:
    """Yield what events of DescribeEvents name: failed validations, and hooks that refused.

    Those that only warn are left out.
    """
    for event in events:
        resource, type_ = event.get("LogicalResourceId", ""), event.get("ResourceType", "")
        if event.get("EventType") == "VALIDATION_ERROR":
            reason, mode = event.get("ValidationStatusReason"), event.get("ValidationFailureMode")
        elif event.get("EventType") == "HOOK_INVOCATION_ERROR":
            reason, mode = event.get("HookStatusReason"), event.get("HookFailureMode")
            reason = f"{event.get('HookType', '')}: {reason}" if reason else ""
        else:
            continue
        if reason and mode != "WARN":
            yield Cause(resource, type_, reason)
