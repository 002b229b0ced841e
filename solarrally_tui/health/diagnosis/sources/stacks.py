"""CloudFormation: what failed first in each stack, what is stuck, missing or was deleted."""

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.deployed.change_sets import is_refused, problems
from solarrally_tui.deployed.stack import DELETED, GOOD, REVIEW, Stack, find
from solarrally_tui.deployed.stack_status import StackStatus, status_of
from solarrally_tui.findings.severity import Severity
from solarrally_tui.findings.stack_failures import first_failure, is_own, words_of
from solarrally_tui.health.diagnosis.evidence import ApiCall, Evidence
from solarrally_tui.health.diagnosis.examination import Case, Event

TYPE: Final = "AWS::CloudFormation::Stack"
_STUCK: Final = "stack-stuck"
_CREATED: Final = ("CREATE_", "ROLLBACK_")
"""How statuses begin that only a stack has whose creation began."""


async def stacks(case: Case) -> AsyncIterator[Evidence]:
    """Yield the first failure of every stack that is not complete, and stacks that are missing."""
    unreadable: AwsError | None = None
    missing: list[str] = []
    for stack_id, stack in case.observed.stacks.items():
        if isinstance(stack, AwsError):
            unreadable = unreadable or stack
        elif stack is None:
            missing.append(stack_id)
        elif stack.is_shell or stack.status in GOOD:
            async for evidence in _refused(case, stack_id, stack):
                yield evidence
        else:
            async for evidence in _incomplete(case, stack_id, stack):
                yield evidence
    async for evidence in _missing(case, missing):
        yield evidence
    if unreadable:
        raise unreadable  # Only now, so that what could be read is kept.


def kind_of(status: StackStatus) -> str:
    """Return the kind of evidence that a stack in a status is, as rules look for it."""
    of_ends = {REVIEW: "stack-missing", DELETED: "stack-deleted"}
    if kind := of_ends.get(status.name):
        return kind
    if status.name.endswith("_IN_PROGRESS"):
        return "stack-busy"
    return _STUCK if status.severity is Severity.FAIL else "stack-undone"


async def _incomplete(case: Case, stack_id: str, stack: Stack) -> AsyncIterator[Evidence]:
    events = await case.events(stack_id)
    call = ApiCall(
        "cloudformation", "describe_stack_events", case.region(stack_id), {"StackName": stack.id}
    )
    first = first_failure(events, stack.id)
    if first is not None:
        words = words_of(first, events)
        if "DescribeEvents" in words:
            named = await problems(case.door, call.region, StackName=stack.id)
            words = "\n".join([words, *map(str, named)])
        yield _failure(case, call, first, stack, words)
    if (kind := kind_of(status_of(stack.status))) == _STUCK:
        failed = [e for e in events if e["ResourceStatus"].endswith("_FAILED")]
        blocking = [event for event in failed if not is_own(event, stack.id)]
        yield _stuck(case, call, stack, blocking[-1] if blocking else None)
    else:
        yield _state(case, call, kind, stack, f"{stack.status} {stack.reason}")


def _failure(case: Case, call: ApiCall, event: Event, stack: Stack, words: str) -> Evidence:
    return call.evidence(
        "stack-event",
        words,
        resource=event["LogicalResourceId"],
        type=event.get("ResourceType", ""),
        state=event["ResourceStatus"],
        stack=stack.name,
        time=event["Timestamp"],
        link=case.link("stack", call.region, id=stack.id),
    )


def _stuck(case: Case, call: ApiCall, stack: Stack, last: Event | None) -> Evidence:
    words = f"{stack.status}: {stack.reason}" if stack.reason else stack.status
    resource = last["LogicalResourceId"] if last else ""
    if last:
        words += f"\n{resource}: {last.get('ResourceStatusReason', last['ResourceStatus'])}"
    return call.evidence(
        _STUCK,
        words,
        resource=resource or stack.name,
        facts=_facts(stack),
        state=stack.status,
        stack=stack.name,
        type=last.get("ResourceType", TYPE) if last else TYPE,
        time=last["Timestamp"] if last else None,
        link=case.link("stack", call.region, id=stack.id),
    )


def _facts(stack: Stack) -> dict[str, str]:
    """Return what the status means and which way leads on, for the sentences of rules."""
    status = status_of(stack.status)
    return {"means": status.means.format(stack=f"the stack {stack.name}"), "then": status.next}


def _state(case: Case, call: ApiCall, kind: str, stack: Stack, words: str) -> Evidence:
    return call.evidence(
        kind,
        words,
        resource=stack.name,
        type=TYPE,
        state=stack.status,
        stack=stack.name,
        facts=_facts(stack),
        link=case.link("stack", call.region, id=stack.id),
    )


async def _refused(case: Case, stack_id: str, stack: Stack) -> AsyncIterator[Evidence]:
    """Yield why change sets were refused. The engine leaves these for us; they have no events.

    A first one leaves its stack empty.
    """
    region = case.region(stack_id)
    sets, call = await case.pages(
        "cloudformation", "list_change_sets", "Summaries", region, StackName=stack.name
    )
    refused = [change_set for change_set in sets if is_refused(change_set)]
    for change_set in refused:
        named = await problems(case.door, region, ChangeSetName=change_set["ChangeSetId"])
        yield call.evidence(
            "stack-event",
            "\n".join([change_set.get("StatusReason") or "FAILED", *map(str, named)]),
            resource=named[0].resource if named else stack.name,
            type=named[0].type if named else TYPE,
            state="FAILED",
            stack=stack.name,
            time=change_set.get("CreationTime"),
            link=case.link("stack", region, id=stack.id),
        )
    if stack.is_shell and not refused:
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
    begun = first_created(case.observed.stacks.values())
    for stack_id in stack_ids:
        name = case.observed.name_of(stack_id)
        is_of_this_life = name in deleted and not ended_before(deleted[name][0], begun)
        if is_of_this_life and await _was_own(case, *deleted[name]):
            async for evidence in _deleted(case, *deleted[name]):
                yield evidence
        else:
            yield _never_created(case.region(stack_id), name)


def first_created(stacks: Iterable[Stack | AwsError | None]) -> datetime | None:
    """Return when the first stack of the site that still exists was created; None without one."""
    created = [stack.created for stack in stacks if isinstance(stack, Stack) and stack.created]
    return min(map(datetime.fromisoformat, created), default=None)


def ended_before(summary: Mapping[str, Any], begun: datetime | None) -> bool:
    """Whether a deleted stack was an earlier site's of the same name, which was destroyed."""
    ended = summary.get("DeletionTime")
    return begun is not None and isinstance(ended, datetime) and ended < begun


async def _was_own(case: Case, summary: dict[str, Any], call: ApiCall) -> bool:
    """Whether a deleted stack was the site's. A list of stacks has no tags."""
    found = await find(case.door, summary["StackId"], call.region)
    return found is not None and found.site == case.name


def _never_created(region: str, name: str) -> Evidence:
    call = ApiCall("cloudformation", "describe_stacks", region, {"StackName": name})
    return call.evidence(
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
        yield _failure(case, read, first, stack, words_of(first, events))
    if not any(event["ResourceStatus"].startswith(_CREATED) for event in events):
        # Only a first change set was ever in it, and the engine or a person removed that.
        yield _never_created(call.region, stack.name)
        return
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
