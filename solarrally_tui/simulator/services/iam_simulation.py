"""IAM's policy simulation: roles and users by their full ARN, every resource, and context keys.

MiniStack finds no principal that has a path, evaluates the first resource only, and ignores the
context.
"""

from collections.abc import Iterator
from typing import Any

from ministack.core import iam_evaluator
from ministack.services import iam

from solarrally_tui.simulator.pins import private
from solarrally_tui.simulator.services.registry import Caller, Parameters, Result, operation
from solarrally_tui.simulator.settings import LOOPBACK
from solarrally_tui.simulator.wire.responses import ApiError

_DECISIONS = {"Allow": "allowed", "Deny": "explicitDeny"}
_PRINCIPALS = {
    "user": (private(iam, "_users"), private(iam_evaluator, "_gather_user_policies")),
    "role": (private(iam, "_roles"), private(iam_evaluator, "_gather_role_policies")),
}


@operation("iam", "SimulatePrincipalPolicy")
def simulate(caller: Caller, given: Parameters) -> Result:
    """Evaluate every action on every resource. What no statement allows is denied."""
    policies = _policies(caller, given["PolicySourceArn"])
    context = {
        entry["ContextKeyName"].lower(): _value(entry["ContextKeyValues"])
        for entry in given.get("ContextEntries") or ()
    }
    return {"EvaluationResults": list(_results(caller, given, policies, context))}


def _policies(caller: Caller, arn: str) -> list[Any]:
    kind, _, rest = arn.split(":", 5)[-1].partition("/")
    name = rest.rsplit("/", 1)[-1]
    if kind not in _PRINCIPALS:
        raise ApiError("InvalidInput", f"Invalid Entity Arn: {arn}")
    principals, gather = _PRINCIPALS[kind]
    if principals.get(name, {}).get("Arn") != arn:
        raise ApiError("NoSuchEntity", f"{arn} does not exist.")
    policies: list[Any] = gather(name, caller.account)
    return policies


def _results(
    caller: Caller, given: Parameters, policies: list[Any], context: dict[str, Any]
) -> Iterator[Result]:
    for action in given["ActionNames"]:
        for resource in given.get("ResourceArns") or ["*"]:
            request = iam_evaluator.EvalContext(
                principal_arn=given["PolicySourceArn"],
                principal_type="User",
                principal_account=caller.account,
                action=action,
                resource_arn=resource,
                region=caller.region,
                source_ip=LOOPBACK,
                secure_transport=True,
                service_context=context,
            )
            decision = iam_evaluator.evaluate(request, policies).decision if policies else ""
            yield {
                "EvalActionName": action,
                "EvalResourceName": resource,
                "EvalDecision": _DECISIONS.get(decision, "implicitDeny"),
                "MatchedStatements": [],
                "MissingContextValues": [],
            }


def _value(values: list[str]) -> str | list[str]:
    """Return a single value without its list, as conditions on single-valued keys expect."""
    return values[0] if len(values) == 1 else values
