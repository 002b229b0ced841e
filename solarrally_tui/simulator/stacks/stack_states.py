"""The states of stacks: which calls AWS accepts in which, and stacks put into one by hand.

Accepted are, by the CloudFormation API reference and user guide: another change set for a stack in
review only, and an update of one that is complete or that failed without a rollback; a deletion
unless an update or a rollback is in progress; ContinueUpdateRollback in UPDATE_ROLLBACK_FAILED,
and RetainResources in DELETE_FAILED (MiniStack refuses the rest of these two). The words of the
refusals are those of cfn-sphere issue 13, guidance-for-clickstream-analytics-on-aws issue 573 and
widdix/cfn-create-or-update issue 3.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

from ministack.core.responses import request_scope
from ministack.services import cloudformation
from ministack.services.cloudformation import handlers, stacks

from solarrally_tui.simulator.faults import Faults
from solarrally_tui.simulator.pins import Record, private, replace, replace_entry, scoped

_stacks = private(cloudformation, "_stacks")
_add_event = private(stacks, "_add_event")
_mark_rolled_back = private(stacks, "_mark_rolled_back")
_error = private(handlers, "_error")
_resolve_stack = private(handlers, "_resolve_stack")

Parameters = dict[str, list[str]]
Response = tuple[int, dict[str, str], bytes]
Handler = Callable[[Parameters], Response]

_TYPE: Final = "AWS::CloudFormation::Stack"
_REVIEW: Final = "REVIEW_IN_PROGRESS"
_GONE: Final = "DELETE_COMPLETE"

_UPDATED: Final = frozenset(
    {
        "CREATE_COMPLETE",
        "UPDATE_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE",
        "IMPORT_COMPLETE",
        "IMPORT_ROLLBACK_COMPLETE",
        # Stack failure options: what failed without a rollback can be updated again.
        "CREATE_FAILED",
        "UPDATE_FAILED",
    }
)
_NOT_DELETED: Final = frozenset(
    {
        "UPDATE_IN_PROGRESS",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "ROLLBACK_IN_PROGRESS",
        "IMPORT_IN_PROGRESS",
        "IMPORT_ROLLBACK_IN_PROGRESS",
    }
)
_BEFORE: Final = {
    "ROLLBACK_FAILED": ("CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"),
    "ROLLBACK_COMPLETE": ("CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"),
    "CREATE_FAILED": ("CREATE_IN_PROGRESS",),
    "DELETE_FAILED": ("DELETE_IN_PROGRESS",),
    "UPDATE_FAILED": ("UPDATE_IN_PROGRESS",),
    "UPDATE_ROLLBACK_FAILED": ("UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"),
    "UPDATE_ROLLBACK_COMPLETE": ("UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"),
}
"""The states of the stack before one, which its events report first."""

_FAILED: Final = {
    "ROLLBACK_FAILED": "DELETE_FAILED",
    "DELETE_FAILED": "DELETE_FAILED",
    "CREATE_FAILED": "CREATE_FAILED",
}
"""How a resource failed in a stack of each status; UPDATE_FAILED in the others."""

_BY_HAND: Final = "ByHand"


class StackStates:
    """Puts stacks into a state, as a person or a test wants them."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def install(self) -> None:
        """Refuse what AWS refuses in a stack's state, around everything else. Call once."""
        replace_entry(handlers, "_ACTION_HANDLERS", "CreateChangeSet", _judging_change_sets)
        replace_entry(handlers, "_ACTION_HANDLERS", "DeleteStack", _judging_deletions)
        replace(stacks, "_revert_update", self._reverting)

    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        """Put a stack into a status, with the resources that failed and AWS's words for each.

        body: `stack` and `status`; `failed`, a mapping of logical ids to words, and `region` where
        it matters. What failed in UPDATE_ROLLBACK_FAILED fails again while it has a fault. Raises
        ValueError for a stack that does not exist.
        """
        name, status = str(body.get("stack", "")), str(body.get("status", ""))
        failed = {str(key): str(words) for key, words in body.get("failed", {}).items()}
        for (account, region, key), stack in scoped(_stacks):
            if (
                key == name
                and stack["StackStatus"] != _GONE
                and region == body.get("region", region)
            ):
                with request_scope(account, region):
                    _put(stack, status, failed)
                return {"stack": stack["StackId"], "status": status}
        msg = f"There is no stack {name}."
        raise ValueError(msg)

    def _reverting(self, revert: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        """Let what was put into UPDATE_FAILED by hand fail for as long as it has a fault."""

        async def reverted(  # noqa: PLR0913, PLR0917 (MiniStack's signature)
            stack_id: str,
            name: str,
            logical_id: str,
            kind: str,
            physical_id: str,
            applied: Any,
            previous: Any,
            attributes: Any,
            record: Record | None = None,
        ) -> None:
            if applied != _BY_HAND:
                await revert(
                    stack_id,
                    name,
                    logical_id,
                    kind,
                    physical_id,
                    applied,
                    previous,
                    attributes,
                    record,
                )
                return

            def report(status: str, words: str = "") -> None:
                _add_event(stack_id, name, logical_id, kind, status, words, physical_id)

            report("UPDATE_IN_PROGRESS")
            if words := self._faults.resource_message(name, logical_id):
                report("UPDATE_FAILED", words)
                raise ValueError(words)
            _mark_rolled_back(record)
            report("UPDATE_COMPLETE")

        return reverted


def _put(stack: Record, status: str, failed: dict[str, str]) -> None:
    identifier, name = stack["StackId"], stack["StackName"]
    for before in _BEFORE.get(status, ()):
        _add_event(identifier, name, name, _TYPE, before, "User Initiated", identifier)
    how = _FAILED.get(status, "UPDATE_FAILED")
    pending = {}
    for logical_id, words in failed.items():
        resource = stack["_resources"][logical_id]
        resource |= {"ResourceStatus": how, "ResourceStatusReason": words}
        kind, physical_id = resource["ResourceType"], resource["PhysicalResourceId"]
        _add_event(identifier, name, logical_id, kind, how, words, physical_id)
        pending[logical_id] = {
            "PhysicalResourceId": physical_id,
            "ResourceType": kind,
            "RevertFrom": _BY_HAND,
            "RevertTo": resource.get("Properties", {}),
            "Attributes": resource.get("Attributes", {}),
        }
    stack["_rollback_failed"] = pending if status == "UPDATE_ROLLBACK_FAILED" else {}
    reason = _reason(how, failed)
    stack["StackStatus"], stack["StackStatusReason"] = status, reason
    _add_event(identifier, name, name, _TYPE, status, reason, identifier)


def _reason(how: str, failed: Iterable[str]) -> str:
    verb = how.partition("_")[0].lower()
    names = ", ".join(sorted(failed))
    return f"The following resource(s) failed to {verb}: [{names}]." if names else ""


def _judging_change_sets(create: Handler) -> Handler:
    def created(parameters: Parameters) -> Response:
        stack = _resolve_stack(parameters["StackName"][0])
        status = stack["StackStatus"] if stack else _GONE
        type_ = parameters.get("ChangeSetType", ["UPDATE"])[0]
        if type_ == "CREATE" and status not in {_GONE, _REVIEW}:
            words = (
                f"Stack [{stack['StackName']}] already exists and cannot be created again with the "
                f"changeSet [{parameters['ChangeSetName'][0]}]."
            )
            return _refusal(words)
        if type_ == "UPDATE" and status not in _UPDATED | {_GONE}:
            words = f"Stack:{stack['StackId']} is in {status} state and can not be updated."
            return _refusal(words)
        return create(parameters)

    return created


def _judging_deletions(delete: Handler) -> Handler:
    def deleted(parameters: Parameters) -> Response:
        stack = _resolve_stack(parameters["StackName"][0])
        if stack and stack["StackStatus"] in _NOT_DELETED:
            words = (
                f"Stack [{stack['StackId']}] cannot be deleted while in status "
                f"{stack['StackStatus']}"
            )
            return _refusal(words)
        return delete(parameters)

    return deleted


def _refusal(words: str) -> Response:
    response: Response = _error("ValidationError", words)
    return response
