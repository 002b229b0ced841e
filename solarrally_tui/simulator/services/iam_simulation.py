"""IAM's policy simulation: policies of roles and users on every resource, with context keys.

Like AWS's, it considers identity-based policies and the permissions boundary.
"""

from collections.abc import Iterator, Mapping

from solarrally_tui.simulator.iam import judgement, principals
from solarrally_tui.simulator.iam.judgement import Effect, Request
from solarrally_tui.simulator.iam.principals import Principal
from solarrally_tui.simulator.services.registry import Caller, Parameters, Result, operation
from solarrally_tui.simulator.settings import LOOPBACK
from solarrally_tui.simulator.wire.responses import ApiError

Context = Mapping[str, str | list[str]]


@operation("iam", "SimulatePrincipalPolicy")
def simulate(caller: Caller, given: Parameters) -> Result:
    """Evaluate every action on every resource. What no statement allows is denied."""
    arn = given["PolicySourceArn"]
    kind = arn.split(":", 5)[-1].partition("/")[0]
    if kind not in {"user", "role"}:
        raise ApiError("InvalidInput", f"Invalid Entity Arn: {arn}")
    principal = principals.of_arn(arn)
    if principal is None:
        raise ApiError("NoSuchEntity", f"{arn} does not exist.", 404)
    context = {
        "aws:requestedregion": caller.region,
        "aws:securetransport": "true",
        "aws:sourceip": LOOPBACK,
        **principal.facts,
    } | {
        entry["ContextKeyName"].lower(): _value(entry["ContextKeyValues"])
        for entry in given.get("ContextEntries") or ()
    }
    return {"EvaluationResults": list(_results(principal, given, context))}


def _results(principal: Principal, given: Parameters, context: Context) -> Iterator[Result]:
    for action in given["ActionNames"]:
        for resource in given.get("ResourceArns") or ["*"]:
            request = Request(action, resource, context)
            decision = judgement.judge(principal.arn, principal.policies, request)
            result: Result = {
                "EvalActionName": action,
                "EvalResourceName": resource,
                "EvalDecision": decision.effect.value,
                "MatchedStatements": [],
                "MissingContextValues": [],
            }
            if principal.policies.boundary is not None:
                bounded = decision.because != judgement.BOUNDARY
                result["PermissionsBoundaryDecisionDetail"] = {
                    "AllowedByPermissionsBoundary": bounded or decision.effect is Effect.ALLOWED
                }
            yield result


def _value(values: list[str]) -> str | list[str]:
    """Return a single value without its list, as conditions on single-valued keys expect."""
    return values[0] if len(values) == 1 else values
