"""A change set for every stack: made, recognised as empty, executed, safe to repeat.

None is executed that would lose data, unless the person has agreed to it: see execute.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.poll import poll
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.provisioning.change.explanation import not_accepted, overtaken, would_lose
from solarrally_tui.provisioning.change.judgement import changes_of
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.provisioning.identities.service_role import retry_until_assumable
from solarrally_tui.site.names import SITE_TAG

INLINE_LIMIT: Final = 51_200
"""Bytes of a template that CloudFormation takes inline (CloudFormation quotas)."""

_NO_CHANGE: Final = ("didn't contain changes", "No updates are to be performed")
_CAPABILITIES: Final = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM")
_NAMED: Final = "solarrally-"
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
    """Whether the person has agreed to lose what a replaced or removed resource holds."""


class OvertakenError(StepError):
    """Another run has taken our change set away: it was quicker with the same stack."""

    def __init__(self, stack: str) -> None:
        super().__init__(overtaken(stack))


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A change set that can be executed."""

    id: str
    stack_id: str


async def prepare(door: Door, wanted: Wanted, stack: Stack | None) -> ChangeSet | None:
    """Make a change set and wait until CloudFormation has worked it out.

    Returns None where the stack is already as wanted; the empty change set is then deleted.
    Raises OvertakenError, StepError with CloudFormation's words where it refuses, and AwsError.
    """
    made = await create(door, wanted, stack, _NAMED)
    reason = await refusal(door, wanted, made)
    if reason is None:
        return made
    await discard(door, wanted.region, made.id)
    if is_empty(reason):
        return None
    await _drop_shell(door, wanted, stack, made)
    raise StepError(not_accepted(wanted.name, reason))


async def refusal(door: Door, wanted: Wanted, made: ChangeSet) -> str | None:
    """Wait until CloudFormation has worked a change set out; None when it can be executed.

    Otherwise return CloudFormation's reason. Raises OvertakenError, StillWaitingError and AwsError.
    """
    told = await poll(
        lambda: _settled(door, wanted, made.id), every=0.2, slowest=3.0, limit=_LIMIT_SECONDS
    )
    done = told["Status"] == "CREATE_COMPLETE"
    return None if done else str(told.get("StatusReason", ""))


def is_empty(reason: str) -> bool:
    """Tell whether a change set was refused because there is nothing to change."""
    return any(words in reason for words in _NO_CHANGE)


async def execute(door: Door, wanted: Wanted, change_set: ChangeSet) -> None:
    """Start the change set. Repeating it is safe: its token is made from its id.

    Raises StepError with the status of a refusal where it would lose data and nobody has agreed;
    the change set is then deleted, and nothing of the stack is changed.
    """
    await _refuse_loss(door, wanted, change_set)
    await door.call(
        "cloudformation",
        "execute_change_set",
        wanted.region,
        ChangeSetName=change_set.id,
        ClientRequestToken=token("execute", change_set.id),
        # Always explicit: the API's own text contradicts itself about the default.
        DisableRollback=False,
    )


async def described(door: Door, region: str, change_set: str) -> dict[str, Any]:
    """Return a change set with the changes of all its pages and with values. Raises AwsError."""
    which = {"ChangeSetName": change_set, "IncludePropertyValues": True}
    told = await door.call("cloudformation", "describe_change_set", region, **which)
    page = told
    while page.get("NextToken"):
        page = await door.call(
            "cloudformation", "describe_change_set", region, NextToken=page["NextToken"], **which
        )
        told["Changes"] += page.get("Changes", [])
    return told


async def discard(door: Door, region: str, change_set: str) -> None:
    """Delete a change set that shall not be executed. Raises AwsError."""
    await door.call("cloudformation", "delete_change_set", region, ChangeSetName=change_set)


async def _refuse_loss(door: Door, wanted: Wanted, change_set: ChangeSet) -> None:
    if wanted.may_lose:
        return
    try:
        told = await described(door, wanted.region, change_set.id)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            raise OvertakenError(wanted.name) from error
        raise
    dangers = [change for change in changes_of(wanted.name, told) if change.dangerous]
    if dangers:
        await discard(door, wanted.region, change_set.id)
        words = [danger.effect.text for danger in dangers]
        raise StepError(would_lose(wanted.site, wanted.name, words), Exit.REFUSED)


def with_role(role: str) -> dict[str, str]:
    """Return the parameter by which CloudFormation works with a role; none for an empty one."""
    return {"RoleARN": role} if role else {}


def token(*parts: str) -> str:
    """Return a client request token that is the same for the same parts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]


def _name(wanted: Wanted, stack: Stack | None, prefix: str) -> str:
    """Name a change set after what it does, so that a repeated call finds it again."""
    state = () if stack is None or stack.is_shell else (stack.id, stack.status, stack.touched)
    content = json.dumps([wanted.template, sorted(wanted.parameters.items()), state])
    return f"{prefix}{token(wanted.name, content)[:16]}"


async def create(door: Door, wanted: Wanted, stack: Stack | None, prefix: str) -> ChangeSet:
    """Ask for a change set, or find the one of an interrupted run.

    Its name begins with prefix and says what it does. Raises StepError, OvertakenError, AwsError.
    """
    name = _name(wanted, stack, prefix)
    fresh = stack is None or stack.is_shell
    request: dict[str, Any] = {
        "StackName": wanted.name,
        "ChangeSetName": name,
        "ChangeSetType": "CREATE" if fresh else "UPDATE",
        "TemplateBody": wanted.template,
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in sorted(wanted.parameters.items())
        ],
        "Capabilities": list(_CAPABILITIES),
        "Tags": [{"Key": SITE_TAG, "Value": wanted.site}],
        **with_role(wanted.role),
    }
    try:
        made = await retry_until_assumable(
            lambda: door.call("cloudformation", "create_change_set", wanted.region, **request)
        )
    except AwsError as error:
        if error.kind is Kind.EXISTS:
            return await _existing(door, wanted, name)
        if error.kind is Kind.INVALID:
            raise StepError(not_accepted(wanted.name, error.message)) from error
        raise
    return ChangeSet(made["Id"], made["StackId"])


async def _existing(door: Door, wanted: Wanted, name: str) -> ChangeSet:
    """Return the change set that an earlier, interrupted run made for the very same change."""
    told = await _described(door, wanted, ChangeSetName=name, StackName=wanted.name)
    return ChangeSet(told["ChangeSetId"], told["StackId"])


async def _settled(door: Door, wanted: Wanted, change_set: str) -> dict[str, Any] | None:
    told = await _described(door, wanted, ChangeSetName=change_set)
    return told if told["Status"] in {"CREATE_COMPLETE", "FAILED"} else None


async def _described(door: Door, wanted: Wanted, **which: str) -> dict[str, Any]:
    """Return a change set. Raises OvertakenError where another run has deleted it."""
    try:
        told = await door.call("cloudformation", "describe_change_set", wanted.region, **which)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            raise OvertakenError(wanted.name) from error
        raise
    if told["Status"] in _GONE:
        raise OvertakenError(wanted.name)
    return told


async def _drop_shell(door: Door, wanted: Wanted, stack: Stack | None, made: ChangeSet) -> None:
    """Remove the empty stack that a refused CREATE change set leaves behind."""
    if stack is None or stack.is_shell:
        await door.call(
            "cloudformation",
            "delete_stack",
            wanted.region,
            StackName=made.stack_id,
            **with_role(wanted.role),
        )
