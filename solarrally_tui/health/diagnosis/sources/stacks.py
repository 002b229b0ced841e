"""CloudFormation: what failed first in each stack, what is stuck, missing or was deleted."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.findings.stack_failures import first_failure, is_own
from solarrally_tui.health.diagnosis.evidence import Asked, Evidence
from solarrally_tui.health.diagnosis.examination import Case
from solarrally_tui.site.names import stack_name

TYPE: Final = "AWS::CloudFormation::Stack"
_GOOD: Final = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"})
_STUCK: Final = ("UPDATE_ROLLBACK_FAILED", "DELETE_FAILED", "ROLLBACK_FAILED", "UPDATE_FAILED")
_REVIEW: Final = "REVIEW_IN_PROGRESS"


async def stacks(case: Case) -> AsyncIterator[Evidence]:
    """Tell the first failure of every stack that is not well, and stacks that are not there."""
    trouble: AwsError | None = None
    missing: list[str] = []
    for stack, found in case.observed.stacks.items():
        if isinstance(found, AwsError):
            trouble = trouble or found
        elif found is None:
            missing.append(stack)
        elif found.status not in _GOOD:
            async for each in _unwell(case, stack, found):
                yield each
    async for each in _missing(case, missing):
        yield each
    if trouble:
        raise trouble


async def _unwell(case: Case, stack: str, found: Stack) -> AsyncIterator[Evidence]:
    if found.status == _REVIEW:
        async for each in _reviewed(case, stack, found):
            yield each
        return
    events = await case.events(stack)
    asked = Asked(
        "cloudformation", "describe_stack_events", case.region(stack), {"StackName": found.id}
    )
    first = first_failure(events, found.id)
    if first is not None:
        yield _failure(case, asked, "stack-event", first, found)
    if found.status in _STUCK:
        blocking = [event for event in events if _blocks(event, found.id)]
        last = blocking[-1] if blocking else None
        yield _stuck(case, asked, found, last)
    elif found.status.endswith("_IN_PROGRESS"):
        yield _state(case, asked, "stack-busy", found, f"{found.status} {found.reason}")


def _blocks(event: dict[str, Any], stack_id: str) -> bool:
    return event["ResourceStatus"].endswith("_FAILED") and not is_own(event, stack_id)


def _failure(case: Case, asked: Asked, kind: str, event: dict[str, Any], found: Stack) -> Evidence:
    return asked.saw(
        kind,
        event.get("ResourceStatusReason") or event["ResourceStatus"],
        resource=event["LogicalResourceId"],
        type=event.get("ResourceType", ""),
        state=event["ResourceStatus"],
        stack=found.name,
        time=event["Timestamp"],
        link=case.link("stack", asked.region, id=found.id),
    )


def _stuck(case: Case, asked: Asked, found: Stack, last: dict[str, Any] | None) -> Evidence:
    words = f"{found.status}: {found.reason}" if found.reason else found.status
    resource = last["LogicalResourceId"] if last else found.name
    if last:
        words += f"\n{resource}: {last.get('ResourceStatusReason', last['ResourceStatus'])}"
    return asked.saw(
        "stack-stuck",
        words,
        resource=resource,
        state=found.status,
        stack=found.name,
        type=last.get("ResourceType", TYPE) if last else TYPE,
        time=last["Timestamp"] if last else None,
        link=case.link("stack", asked.region, id=found.id),
    )


def _state(case: Case, asked: Asked, kind: str, found: Stack, words: str) -> Evidence:
    return asked.saw(
        kind,
        words,
        resource=found.name,
        type=TYPE,
        state=found.status,
        stack=found.name,
        link=case.link("stack", asked.region, id=found.id),
    )


async def _reviewed(case: Case, stack: str, found: Stack) -> AsyncIterator[Evidence]:
    """Tell why a change set was not accepted; such a stack has no events of its own yet."""
    sets, asked = await case.pages(
        "cloudformation", "list_change_sets", "Summaries", case.region(stack), StackName=found.id
    )
    failed = [each for each in sets if each["Status"] == "FAILED"]
    for each in failed:
        yield asked.saw(
            "stack-event",
            each.get("StatusReason") or "FAILED",
            resource=found.name,
            type=TYPE,
            state="FAILED",
            stack=found.name,
            time=each.get("CreationTime"),
            link=case.link("stack", asked.region, id=found.id),
        )
    if not failed:
        yield _state(case, asked, "stack-missing", found, "A change set waits to be executed.")


async def _missing(case: Case, missing: list[str]) -> AsyncIterator[Evidence]:
    """Tell stacks that are not there: deleted, with what failed in them, or never made."""
    gone: dict[str, tuple[dict[str, Any], Asked]] = {}
    for region in dict.fromkeys(case.region(stack) for stack in missing):
        listed, asked = await case.pages(
            "cloudformation",
            "list_stacks",
            "StackSummaries",
            region,
            StackStatusFilter=["DELETE_COMPLETE"],
        )
        for each in sorted(listed, key=_ended):
            gone[each["StackName"]] = (each, asked)
    for stack in missing:
        name = stack_name(case.name, stack)
        if name in gone:
            async for each in _deleted(case, stack, *gone[name]):
                yield each
        else:
            asked = Asked(
                "cloudformation", "describe_stacks", case.region(stack), {"StackName": name}
            )
            yield asked.saw(
                "stack-missing",
                f"Stack with id {name} does not exist",
                resource=name,
                type=TYPE,
                stack=name,
                state="missing",
            )


def _ended(told: dict[str, Any]) -> datetime:
    moment: datetime = told.get("DeletionTime") or told["CreationTime"]
    return moment


async def _deleted(
    case: Case, stack: str, told: dict[str, Any], asked: Asked
) -> AsyncIterator[Evidence]:
    region = case.region(stack)
    found = Stack(told["StackId"], told["StackName"], told["StackStatus"])
    events = await case.told_of(told["StackId"], region)
    first = first_failure(reversed(events), found.id)
    if first is not None:
        known = Asked(
            "cloudformation", "describe_stack_events", region, {"StackName": told["StackId"]}
        )
        yield _failure(case, known, "stack-event", first, found)
    yield asked.saw(
        "stack-deleted",
        told.get("StackStatusReason") or told["StackStatus"],
        resource=told["StackName"],
        type=TYPE,
        stack=told["StackName"],
        state=told["StackStatus"],
        time=told.get("DeletionTime"),
        link=case.link("stack", region, id=told["StackId"]),
    )
