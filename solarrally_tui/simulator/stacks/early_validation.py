"""What CloudFormation checks before a change set may be executed: names that exist, and hooks.

MiniStack accepts every change set. AWS refuses one in which a new resource has the name of a
resource that exists (AWS::EarlyValidation::ResourceExistenceCheck, since November 2025), or that a
hook of the account refuses. The change set's reason names the check, and only DescribeEvents the
resource (github.com/aws-cloudformation/rain pull request 744 shows both).
"""

from collections.abc import Callable
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from ministack.core.responses import new_uuid, now_iso
from ministack.services.cloudformation import changesets, handlers

from solarrally_tui.simulator.faults import Faults
from solarrally_tui.simulator.pins import Record, private, replace_entry
from solarrally_tui.simulator.services.registry import Caller, Parameters, Result, operation
from solarrally_tui.simulator.wire.responses import ApiError

_find_change_set = private(changesets, "_find_change_set")
_import_not_found = private(changesets, "_import_not_found")
_resolve_stack = private(handlers, "_resolve_stack")

_EARLY: Final = "AWS::EarlyValidation::"
_EXISTENCE: Final = f"{_EARLY}ResourceExistenceCheck"
_NAMED_BY: Final = MappingProxyType(
    {
        "AWS::IAM::Role": "RoleName",
        "AWS::Lambda::Function": "FunctionName",
        "AWS::Logs::LogGroup": "LogGroupName",
        "AWS::S3::Bucket": "BucketName",
    }
)
"""The property that names a resource, of the types that are checked here. AWS checks more."""

_KEPT: Final = "_operation_events"
"""MiniStack's own key for the operation events of a stack; ours for those of a change set."""

Handler = Callable[[dict[str, list[str]]], tuple[int, dict[str, str], bytes]]


class EarlyValidation:
    """Refuses change sets, and lists why."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def install(self) -> None:
        """Put this around CreateChangeSet, and answer DescribeEvents. Call once."""
        replace_entry(handlers, "_ACTION_HANDLERS", "CreateChangeSet", self._checking)
        operation("cloudformation", "DescribeEvents")(_described)

    def _checking(self, create: Handler) -> Handler:
        def created(parameters: dict[str, list[str]]) -> tuple[int, dict[str, str], bytes]:
            response = create(parameters)
            name, stack = parameters["ChangeSetName"][0], parameters["StackName"][0]
            _, change_set = _find_change_set(name, stack)
            if response[0] == 200 and change_set and change_set["Status"] == "CREATE_COMPLETE":
                self._check(change_set)
            return response

        return created

    def _check(self, change_set: Record) -> None:
        names = _names(change_set)
        for change in change_set["Changes"]:
            resource = change["ResourceChange"]
            name = names.get(resource["LogicalResourceId"], "")
            refusal = self._refusal(change_set["StackName"], resource, name)
            if refusal:
                check, reason = refusal
                _fail(change_set, resource, check, reason)
                return

    def _refusal(self, stack: str, resource: Record, name: str) -> tuple[str, str] | None:
        """Return the check that refuses a resource, and why. name: empty where it has none."""
        kind, logical_id = resource["ResourceType"], resource["LogicalResourceId"]
        if fault := self._faults.change_set_refusal(stack, logical_id):
            return fault.code or _EXISTENCE, fault.message
        if not name:
            return None
        identifier = {
            "ResourceType": kind,
            "LogicalResourceId": logical_id,
            "ResourceIdentifier": {_NAMED_BY[kind]: name},
        }
        if _import_not_found([identifier]) is not None:
            return None
        return (
            _EXISTENCE,
            f"Resource of type '{kind}' with identifier '{name}' already exists.",
        )


def _names(change_set: Record) -> dict[str, str]:
    """Return the names that a template gives to new resources, by logical id."""
    changes = [change["ResourceChange"] for change in change_set["Changes"]]
    keys = {
        change["LogicalResourceId"]: _NAMED_BY[change["ResourceType"]]
        for change in changes
        if change["Action"] == "Add" and change["ResourceType"] in _NAMED_BY
    }
    if not keys:
        return {}
    resolved = changesets._resolve_props_for_diff(  # noqa: SLF001 replaced by change_sets
        change_set["_template"],
        change_set["_resolved_params"],
        change_set["StackName"],
        change_set["StackId"],
    )
    resources = resolved["Resources"]
    found = {
        logical_id: (resources.get(logical_id, {}).get("Properties") or {}).get(key, "")
        for logical_id, key in keys.items()
    }
    return {logical_id: name for logical_id, name in found.items() if isinstance(name, str)}


def _fail(change_set: Record, resource: Record, check: str, reason: str) -> None:
    early = check.startswith(_EARLY)
    told = (
        f"The following hook(s)/validation failed: [{check}]. To troubleshoot Early Validation "
        "errors, use the DescribeEvents API for detailed failure information."
        if early
        else f"The following hook(s) failed: [{check}]"
    )
    change_set |= {"Status": "FAILED", "ExecutionStatus": "UNAVAILABLE", "StatusReason": told}
    event = {
        "EventId": new_uuid(),
        "StackId": change_set["StackId"],
        "OperationId": new_uuid(),
        "OperationType": "CREATE_CHANGESET",
        "OperationStatus": "FAILED",
        "LogicalResourceId": resource["LogicalResourceId"],
        "ResourceType": resource["ResourceType"],
        "Timestamp": now_iso(),
    }
    change_set[_KEPT] = [
        event
        | (
            {
                "EventType": "VALIDATION_ERROR",
                "ValidationFailureMode": "FAIL",
                "ValidationName": "NAME_CONFLICT_VALIDATION",
                "ValidationStatus": "FAILED",
                "ValidationStatusReason": reason,
                "ValidationPath": f"/Resources/{resource['LogicalResourceId']}",
            }
            if early
            else {
                "EventType": "HOOK_INVOCATION_ERROR",
                "HookType": check,
                "HookStatus": "HOOK_COMPLETE_FAILED",
                "HookStatusReason": reason,
                "HookInvocationPoint": "PRE_PROVISION",
                "HookFailureMode": "FAIL",
            }
        )
    ]


def _described(_caller: Caller, given: Parameters) -> Result:
    """Answer DescribeEvents. Events of operations that succeeded are not kept here."""
    stack, change_set = given.get("StackName"), given.get("ChangeSetName")
    if not stack and not change_set:
        raise ApiError(
            "ValidationError", "One of ChangeSetName, OperationId or StackName must be specified"
        )
    if change_set:
        _, found = _find_change_set(change_set, stack or "")
        if not found:
            raise ApiError("ChangeSetNotFound", f"ChangeSet [{change_set}] does not exist", 404)
    else:
        found = _resolve_stack(stack)
        if not found:
            raise ApiError("ValidationError", f"Stack [{stack}] does not exist")
    events: list[dict[str, Any]] = found.get(_KEPT) or []
    return {
        "OperationEvents": [
            event | {"Timestamp": datetime.fromisoformat(event["Timestamp"])} for event in events
        ]
    }
