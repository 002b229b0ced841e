"""A change set for every stack: created, recognised as empty, executed, safe to repeat.

None is executed that would lose data, unless the operator has agreed to it: see execute.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.poll import poll
from solarrally_tui.deployed.change_sets import NO_CHANGE, PREFIX, forget_refused, problems
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.findings.stack_failures import Cause
from solarrally_tui.provisioning.change import protection
from solarrally_tui.provisioning.change.explanation import not_accepted, overtaken, would_lose
from solarrally_tui.provisioning.change.judgement import changes_of
from solarrally_tui.provisioning.change.plan import Change
from solarrally_tui.provisioning.change.protection import DATABASE
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.provisioning.identities.service_role import retry_until_assumable
from solarrally_tui.site.names import SITE_TAG
from solarrally_tui.stacks.template import short

INLINE_LIMIT: Final = 51_200
"""Bytes of a template that CloudFormation accepts inline (CloudFormation quotas)."""

_CAPABILITIES: Final = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM")
_LIMIT_SECONDS: Final = 600.0
_GONE: Final = frozenset({"DELETE_PENDING", "DELETE_IN_PROGRESS", "DELETE_COMPLETE"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A stack as it should be."""

    site: str
    name: str
    region: str
    template: str
    parameters: Mapping[str, str]
    role: str = ""
    """ARN of the role that CloudFormation works with; empty for the caller's own session."""
    may_lose: bool = False
    """Whether the operator has agreed to lose what a replaced or removed resource holds."""
    leave: frozenset[str] = frozenset()
    """Logical ids of what is left as it is where AWS can neither roll it back nor delete it."""
    reverts: bool = False
    """Whether AWS compares the template with what exists, and creates again what was deleted."""


class OvertakenError(StepError):
    """Another run has deleted our change set: it was quicker with the same stack."""

    def __init__(self, stack: str) -> None:
        super().__init__(overtaken(stack))


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A change set that can be executed."""

    id: str
    stack_id: str


@dataclass(frozen=True, slots=True)
class ChangeSetRefusal:
    """Why CloudFormation refused a change set, in its words."""

    reason: str
    problems: tuple[Cause, ...] = ()
    """The resources that it names for it."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to change."""
        return any(words in self.reason for words in NO_CHANGE)


async def prepare(door: Door, wanted: Wanted, stack: Stack | None) -> ChangeSet | None:
    """Create a change set and wait until CloudFormation has computed it.

    Returns None where the stack is already as wanted; the empty change set is then deleted. One
    that is refused stays, with the empty stack of a first one: diagnose reads why from it.
    Raises OvertakenError, StepError with CloudFormation's words where it refuses, and AwsError.
    """
    change_set = await create(door, wanted, stack, PREFIX)
    refused = await refusal(door, wanted, change_set)
    if refused is None:
        return change_set
    if not refused.is_empty:
        raise StepError(not_accepted(wanted.name, refused.reason, refused.problems))
    await discard(door, wanted.region, change_set.id)
    await forget_refused(door, wanted.name, wanted.region)
    return None


async def refusal(door: Door, wanted: Wanted, change_set: ChangeSet) -> ChangeSetRefusal | None:
    """Wait until CloudFormation has computed a change set; None when it can be executed.

    Raises OvertakenError, StillWaitingError and AwsError.
    """

    async def settled() -> dict[str, Any] | None:
        response = await _described(door, wanted, ChangeSetName=change_set.id)
        return response if response["Status"] in {"CREATE_COMPLETE", "FAILED"} else None

    response = await poll(settled, every=2.0, slowest=6.0, limit=_LIMIT_SECONDS)
    if response["Status"] == "CREATE_COMPLETE":
        return None
    refused = ChangeSetRefusal(str(response.get("StatusReason", "")))
    if refused.is_empty:
        return refused
    named = await problems(door, wanted.region, ChangeSetName=change_set.id)
    return replace(refused, problems=named)


async def execute(door: Door, wanted: Wanted, change_set: ChangeSet) -> None:
    """Start the change set. Repeating it is safe: its token comes from its id.

    Raises StepError with the status of a refusal where it would lose data and the operator has not
    agreed; the change set is then deleted, and nothing of the stack is changed. Where the operator
    has, the protection of a database that is lost is lifted first: AWS could not delete it, and
    would take no final snapshot either.
    """
    dangers = await _dangers(door, wanted, change_set)
    if dangers and not wanted.may_lose:
        await discard(door, wanted.region, change_set.id)
        effects = [change.effect.text for change in dangers]
        raise StepError(would_lose(wanted.site, wanted.name, effects), Exit.REFUSED)
    for change in dangers:
        if change.type == DATABASE and change.physical_id:
            await protection.lift(door.with_region(wanted.region), change.physical_id)
    await door.call(
        "cloudformation",
        "execute_change_set",
        wanted.region,
        ChangeSetName=change_set.id,
        ClientRequestToken=token("execute", change_set.id),
        # Always explicit: the API's own text contradicts itself about the default.
        DisableRollback=False,
    )


async def describe(door: Door, region: str, change_set: str) -> dict[str, Any]:
    """Return a change set with the changes of all its pages and with values. Raises AwsError."""
    which = {"ChangeSetName": change_set, "IncludePropertyValues": True}
    response = await door.call("cloudformation", "describe_change_set", region, **which)
    page = response
    while page.get("NextToken"):
        page = await door.call(
            "cloudformation", "describe_change_set", region, NextToken=page["NextToken"], **which
        )
        response["Changes"] += page.get("Changes", [])
    return response


async def discard(door: Door, region: str, change_set: str) -> None:
    """Delete a change set instead of executing it. Raises AwsError."""
    await door.call("cloudformation", "delete_change_set", region, ChangeSetName=change_set)


async def _dangers(door: Door, wanted: Wanted, change_set: ChangeSet) -> list[Change]:
    """Return the changes that would lose data. Raises OvertakenError and AwsError."""
    try:
        description = await describe(door, wanted.region, change_set.id)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            raise OvertakenError(wanted.name) from error
        raise
    return [change for change in changes_of(wanted.name, description) if change.dangerous]


def with_role(role: str) -> dict[str, str]:
    """Return the parameter by which CloudFormation works with a role; none for an empty one."""
    return {"RoleARN": role} if role else {}


def token(*parts: str) -> str:
    """Return a client request token that is the same for the same parts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]


async def create(door: Door, wanted: Wanted, stack: Stack | None, prefix: str) -> ChangeSet:
    """Create a change set, or find the one of an interrupted run.

    Raises StepError, OvertakenError, AwsError.
    """
    fresh = stack is None or stack.is_shell
    # Named after what it does and to which state, so that a repeated call finds it again.
    state = () if stack is None or stack.is_shell else (stack.id, stack.status, stack.touched)
    mode = {"DeploymentMode": "REVERT_DRIFT"} if wanted.reverts and not fresh else {}
    content = json.dumps([wanted.template, sorted(wanted.parameters.items()), state, *mode])
    name = f"{prefix}{token(wanted.name, content)[:16]}"
    request: dict[str, Any] = {
        "StackName": wanted.name,
        "ChangeSetName": name,
        "ChangeSetType": "CREATE" if fresh else "UPDATE",
        "TemplateBody": short(wanted.template),
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in sorted(wanted.parameters.items())
        ],
        "Capabilities": list(_CAPABILITIES),
        "Tags": [{"Key": SITE_TAG, "Value": wanted.site}],
        **with_role(wanted.role),
        **mode,
    }

    async def ask() -> ChangeSet:
        created = await retry_until_assumable(
            lambda: door.call("cloudformation", "create_change_set", wanted.region, **request)
        )
        return ChangeSet(created["Id"], created["StackId"])

    try:
        return await ask()
    except AwsError as error:
        if error.kind is Kind.INVALID:
            raise StepError(not_accepted(wanted.name, error.message)) from error
        if error.kind is not Kind.EXISTS:
            raise
    existing = await _described(door, wanted, ChangeSetName=name, StackName=wanted.name)
    found = ChangeSet(existing["ChangeSetId"], existing["StackId"])
    if existing["Status"] != "FAILED":
        return found
    # An earlier run left it with its reason, which may be gone by now.
    await discard(door, wanted.region, found.id)
    return await ask()


async def _described(door: Door, wanted: Wanted, **which: str) -> dict[str, Any]:
    """Return a change set. Raises OvertakenError where another run has deleted it."""
    response = await door.find("cloudformation", "describe_change_set", wanted.region, **which)
    if response is None or response["Status"] in _GONE:
        raise OvertakenError(wanted.name)
    return response
