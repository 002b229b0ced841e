"""The role that CloudFormation works with: checked, kept with its stack, and told again.

MiniStack ignores RoleARN. On AWS a stack keeps the role of its last operation, and an operation
that names none uses that one (CloudFormation user guide, "AWS CloudFormation service role").
"""

import json
from collections.abc import Callable
from typing import Any

from ministack.services import cloudformation, iam
from ministack.services.cloudformation import changesets, handlers, helpers

from solarrally_tui.simulator.pins import private, replace_entry

_roles = private(iam, "_roles")
_error = private(helpers, "_error")
_resolve_stack = private(handlers, "_resolve_stack")
_find_change_set = private(changesets, "_find_change_set")
_stacks = private(cloudformation, "_stacks")

Given = dict[str, list[str]]
Answer = tuple[int, dict[str, str], bytes]
Handler = Callable[[Given], Answer]

_SERVICE = "cloudformation.amazonaws.com"
_ROLE = "RoleARN"


def install() -> None:
    """Put this before MiniStack's operations on stacks. Call once."""
    for operation, wrap in (
        ("CreateStack", _with_role),
        ("UpdateStack", _with_role),
        ("DeleteStack", _with_role),
        ("CreateChangeSet", _planned),
        ("ExecuteChangeSet", _executed),
        ("DescribeStacks", _described),
    ):
        replace_entry(handlers, "_ACTION_HANDLERS", operation, wrap)


def check(arn: str) -> None:
    """Refuse a role that does not exist or does not trust CloudFormation.

    Raises ValueError with CloudFormation's reason.
    """
    role = _roles.get(arn.rpartition("/")[2])
    if role is None or role["Arn"] != arn or not _trusts(role["AssumeRolePolicyDocument"]):
        msg = f"Role {arn} is invalid or cannot be assumed"
        raise ValueError(msg)


def _trusts(document: str) -> bool:
    for statement in json.loads(document)["Statement"]:
        named = (statement.get("Principal") or {}).get("Service", [])
        services = [named] if isinstance(named, str) else named
        if statement["Effect"] == "Allow" and _SERVICE in services:
            return True
    return False


def _with_role(operate: Handler) -> Handler:
    """An operation on a stack that goes on with the role of the one before."""

    def operated(given: Given) -> Answer:
        role = _given(given) or _stack(given).get(_ROLE, "")
        if refused := _refused(role):
            return refused
        answer = operate(given)
        if role and (stack := _stack(given)):
            stack[_ROLE] = role
        return answer

    return operated


def _planned(create: Handler) -> Handler:
    """CreateChangeSet: the change set keeps the role until it is executed."""

    def created(given: Given) -> Answer:
        role = _given(given) or _stack(given).get(_ROLE, "")
        if refused := _refused(role):
            return refused
        answer = create(given)
        if role and answer[0] == 200:
            _change_set(given)[_ROLE] = role
        return answer

    return created


def _executed(execute: Handler) -> Handler:
    def executed(given: Given) -> Answer:
        change_set = _change_set(given)
        role = change_set.get(_ROLE, "")
        if refused := _refused(role):
            return refused
        if role:
            _stacks[change_set["StackName"]][_ROLE] = role
        return execute(given)

    return executed


def _described(describe: Handler) -> Handler:
    def described(given: Given) -> Answer:
        status, headers, body = describe(given)
        for stack in _stacks.values():
            if role := stack.get(_ROLE):
                mark = f"<StackId>{stack['StackId']}</StackId>".encode()
                body = body.replace(mark, mark + f"<{_ROLE}>{role}</{_ROLE}>".encode())
        return status, headers, body

    return described


def _refused(role: str) -> Answer | None:
    try:
        if role:
            check(role)
    except ValueError as error:
        refusal: Answer = _error("ValidationError", str(error))
        return refusal
    return None


def _given(given: Given, name: str = _ROLE) -> str:
    return (given.get(name) or [""])[0]


def _stack(given: Given) -> dict[str, Any]:
    """The stack that a request is about; a deleted one does not count."""
    found: dict[str, Any] | None = _resolve_stack(_given(given, "StackName"))
    return {} if found is None or found["StackStatus"] == "DELETE_COMPLETE" else found


def _change_set(given: Given) -> dict[str, Any]:
    _, found = _find_change_set(_given(given, "ChangeSetName"), _given(given, "StackName"))
    return found or {}
