"""The role that CloudFormation works with: checked, kept with its stack, and described.

MiniStack ignores RoleARN. On AWS a stack keeps the role of its last operation, and an operation
that names none uses that one (CloudFormation user guide, "AWS CloudFormation service role").
"""

import json
from collections.abc import Callable
from typing import Any

from ministack.services import cloudformation, iam
from ministack.services.cloudformation import changesets, handlers, helpers

from solarrally_tui.simulator.iam.elements import as_list
from solarrally_tui.simulator.pins import Record, private, replace_entry

_roles = private(iam, "_roles")
_error = private(helpers, "_error")
_resolve_stack = private(handlers, "_resolve_stack")
_find_change_set = private(changesets, "_find_change_set")
_stacks = private(cloudformation, "_stacks")

Parameters = dict[str, list[str]]
Response = tuple[int, dict[str, str], bytes]
Handler = Callable[[Parameters], Response]

_SERVICE = "cloudformation.amazonaws.com"
_ROLE = "RoleARN"


def install() -> None:
    """Put this before MiniStack's operations on stacks. Call once."""
    for operation in ("CreateStack", "UpdateStack", "DeleteStack"):
        replace_entry(handlers, "_ACTION_HANDLERS", operation, _with_role(_stack))
    # A change set keeps its role until it is executed.
    replace_entry(handlers, "_ACTION_HANDLERS", "CreateChangeSet", _with_role(_change_set))
    replace_entry(handlers, "_ACTION_HANDLERS", "ExecuteChangeSet", _with_planned_role)
    replace_entry(handlers, "_ACTION_HANDLERS", "DescribeStacks", _showing_role)


def check(arn: str) -> None:
    """Refuse a role that does not exist or does not trust CloudFormation.

    Raises ValueError with CloudFormation's reason.
    """
    role = _roles.get(arn.rpartition("/")[2])
    if role is None or role["Arn"] != arn or not _trusts(role["AssumeRolePolicyDocument"]):
        msg = f"Role {arn} is invalid or cannot be assumed"
        raise ValueError(msg)


def _trusts(document: str) -> bool:
    return any(
        statement["Effect"] == "Allow"
        and _SERVICE in as_list((statement.get("Principal") or {}).get("Service"))
        for statement in json.loads(document)["Statement"]
    )


def _with_role(holder: Callable[[Parameters], Record]) -> Callable[[Handler], Handler]:
    """Wrap an operation that uses the stack's role unless it names one, and keeps it in `holder`.

    A request that fails leaves the holder as it was.
    """

    def wrap(operate: Handler) -> Handler:
        def operated(parameters: Parameters) -> Response:
            role = _first(parameters, _ROLE) or _stack(parameters).get(_ROLE, "")
            if refusal := _refusal(role):
                return refusal
            response = operate(parameters)
            if role and response[0] == 200:
                holder(parameters)[_ROLE] = role
            return response

        return operated

    return wrap


def _with_planned_role(execute: Handler) -> Handler:
    def executed(parameters: Parameters) -> Response:
        change_set = _change_set(parameters)
        role = change_set.get(_ROLE, "")
        if refusal := _refusal(role):
            return refusal
        if role:
            _stacks[change_set["StackName"]][_ROLE] = role
        return execute(parameters)

    return executed


def _showing_role(describe: Handler) -> Handler:
    def described(parameters: Parameters) -> Response:
        status, headers, body = describe(parameters)
        for stack in _stacks.values():
            if role := stack.get(_ROLE):
                mark = f"<StackId>{stack['StackId']}</StackId>".encode()
                body = body.replace(mark, mark + f"<{_ROLE}>{role}</{_ROLE}>".encode())
        return status, headers, body

    return described


def _refusal(role: str) -> Response | None:
    try:
        if role:
            check(role)
    except ValueError as error:
        refusal: Response = _error("ValidationError", str(error))
        return refusal
    return None


def _first(parameters: Parameters, name: str) -> str:
    return (parameters.get(name) or [""])[0]


def _stack(parameters: Parameters) -> Record:
    """Return the stack that a request is about. A deleted one does not count."""
    stack: dict[str, Any] | None = _resolve_stack(_first(parameters, "StackName"))
    return {} if stack is None or stack["StackStatus"] == "DELETE_COMPLETE" else stack


def _change_set(parameters: Parameters) -> Record:
    name, stack = _first(parameters, "ChangeSetName"), _first(parameters, "StackName")
    _, change_set = _find_change_set(name, stack)
    return change_set or {}
