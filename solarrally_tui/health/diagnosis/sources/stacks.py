"""CloudFormation: what failed first in each stack, what is stuck, missing or was deleted."""

from collections.abc import AsyncIterator
from typing import Any, Final

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.deployed.stack import DELETED, GOOD, Stack
from solarrally_tui.findings.stack_failures import first_failure, is_own
from solarrally_tui.health.diagnosis.evidence import ApiCall, Evidence
from solarrally_tui.health.diagnosis.examination import Case, Event

TYPE: Final = "AWS::CloudFormation::Stack"
_STUCK: Final = ("UPDATE_ROLLBACK_FAILED", "DELETE_FAILED", "ROLLBACK_FAILED", "UPDATE_FAILED")


async def stacks(case: Case) -> AsyncIterator[Evidence]:
    """Yield the first failure of every stack that is not complete, and stacks that are missing."""
    unreadable: AwsError | None = None
    missing: list[str] = []
    for stack_id, stack in case.observed.stacks.items():
        if isinstance(stack, AwsError):
            unreadable = unreadable or stack
        elif stack is None:
            missing.append(stack_id)
        elif stack.is_shell:
            async for evidence in _rejected(case, stack_id, stack):
                yield evidence
        elif stack.status not in GOOD:
            async for evidence in _incomplete(case, stack_id, stack):
                yield evidence
    async for evidence in _missing(case, missing):
        yield evidence
    if unreadable:
        raise unreadable  # Only now, so that what could be read is kept.


async def _incomplete(case: Case, stack_id: str, stack: Stack) -> AsyncIterator[Evidence]:
    events = await case.events(stack_id)
    call = ApiCall(
        "cloudformation", "describe_stack_events", case.region(stack_id), {"StackName": stack.id}
    )
    first = first_failure(events, stack.id)
    if first is not None:
        yield _failure(case, call, first, stack)
    if stack.status in _STUCK:
        failed = [e for e in events if e["ResourceStatus"].endswith("_FAILED")]
        blocking = [event for event in failed if not is_own(event, stack.id)]
        yield _stuck(case, call, stack, blocking[-1] if blocking else None)
    elif stack.status.endswith("_IN_PROGRESS"):
        yield _state(case, call, "stack-busy", stack, f"{stack.status} {stack.reason}")


def _failure(case: Case, call: ApiCall, event: Event, stack: Stack) -> Evidence:
    return call.evidence(
        "stack-event",
        event.get("ResourceStatusReason") or event["ResourceStatus"],
        resource=event["LogicalResourceId"],
        type=event.get("ResourceType", ""),
        state=event["ResourceStatus"],
        stack=stack.name,
        time=event["Timestamp"],
        link=case.link("stack", call.region, id=stack.id),
    )


def _stuck(case: Case, call: ApiCall, stack: Stack, last: Event | None) -> Evidence:
    words = f"{stack.status}: {stack.reason}" if stack.reason else stack.status
    resource = last["LogicalResourceId"] if last else stack.name
    if last:
        words += f"\n{resource}: {last.get('ResourceStatusReason', last['ResourceStatus'])}"
    return call.evidence(
        "stack-stuck",
        words,
        resource=resource,
        state=stack.status,
        stack=stack.name,
        type=last.get("ResourceType", TYPE) if last else TYPE,
        time=last["Timestamp"] if last else None,
        link=case.link("stack", call.region, id=stack.id),
    )


def _state(case: Case, call: ApiCall, kind: str, stack: Stack, words: str) -> Evidence:
    return call.evidence(
        kind,
        words,
        resource=stack.name,
        type=TYPE,
        state=stack.status,
        stack=stack.name,
        link=case.link("stack", call.region, id=stack.id),
    )


async def _rejected(case: Case, stack_id: str, stack: Stack) -> AsyncIterator[Evidence]:
    """Yield why a first change set was rejected; such a stack has no events of its own yet."""
    sets, call = await case.pages(
        "cloudformation", "list_change_sets", "Summaries", case.region(stack_id), StackName=stack.id
    )
    failed = [change_set for change_set in sets if change_set["Status"] == "FAILED"]
    for change_set in failed:
        yield call.evidence(
            "stack-event",
            change_set.get("StatusReason") or "FAILED",
            resource=stack.name,
            type=TYPE,
            state="FAILED",
            stack=stack.name,
            time=change_set.get("CreationTime"),
            link=case.link("stack", call.region, id=stack.id),
        )
    if not failed:
        words = "A change set is waiting to be executed."
        yield _state(case, call, "stack-missing", stack, words)


async def _missing(case: Case, stack_ids: list[str]) -> AsyncIterator[Evidence]:
    """Yield stacks that do not exist: deleted, with what failed in them, or never created."""
    deleted: dict[str, tuple[dict[str, Any], ApiCall]] = {}
    for region in dict.fromkeys(case.region(stack_id) for stack_id in stack_ids):
        summaries, call = await case.pages(
            "cloudformation",
            "list_stacks",
            "StackSummaries",
            region,
            StackStatusFilter=[DELETED],
        )
        # Several deleted stacks may have had the name. The last one counts.
        for summary in sorted(summaries, key=lambda s: s.get("DeletionTime") or s["CreationTime"]):
            deleted[summary["StackName"]] = (summary, call)
    for stack_id in stack_ids:
        name = case.observed.name_of(stack_id)
        if name in deleted:
            async for evidence in _deleted(case, *deleted[name]):
                yield evidence
        else:
            call = ApiCall(
                "cloudformation", "describe_stacks", case.region(stack_id), {"StackName": name}
            )
            yield call.evidence(
                "stack-missing",
                f"Stack with id {name} does not exist",
                resource=name,
                type=TYPE,
                stack=name,
                state="missing",
            )


async def _deleted(case: Case, summary: dict[str, Any], call: ApiCall) -> AsyncIterator[Evidence]:
    stack = Stack(summary["StackId"], summary["StackName"], summary["StackStatus"])
    events = await case.newest_events(stack.id, call.region)
    first = first_failure(reversed(events), stack.id)
    if first is not None:
        read = ApiCall(
            "cloudformation", "describe_stack_events", call.region, {"StackName": stack.id}
        )
        yield _failure(case, read, first, stack)
    yield call.evidence(
        "stack-deleted",
        summary.get("StackStatusReason") or stack.status,
        resource=stack.name,
        type=TYPE,
        stack=stack.name,
        state=stack.status,
        time=summary.get("DeletionTime"),
        link=case.link("stack", call.region, id=stack.id),
    )
