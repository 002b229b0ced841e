"""What the operator's own credentials need to deploy, change, watch and destroy sites."""

from typing import Final

from solarrally_tui.account.iot_settings import LOG_ROLE
from solarrally_tui.account.service_roles import ROLES
from solarrally_tui.policy import calls, extras, service_role
from solarrally_tui.policy.authorization import Action, action
from solarrally_tui.policy.document import Policy, Statement, split, statements
from solarrally_tui.policy.scope import Scope

WITHOUT_ROLE: Final = ("bootstrap",)
"""Stacks that are deployed with the operator's own permissions, before there is a service role."""

_SECRET_VALUES: Final = frozenset({extras.SECRET_VALUE, "secretsmanager:PutSecretValue"})


def policies(scope: Scope) -> tuple[Policy, ...]:
    """Return the managed policies of an operator, each within IAM's limit."""
    return split(f"{scope.exact.replace('*', 'sites')}-deploy", _statements(scope))


def _statements(scope: Scope) -> list[Statement]:
    own = needed(calls.ENGINE)
    roles = {each for each in own if each.service == "iam" and "role" in each.required}
    values = {each for each in own if each.name in _SECRET_VALUES}
    bootstrap = [
        _renamed(each, "Bootstrap") for each in service_role.for_stacks(WITHOUT_ROLE, scope)
    ]
    return [
        *statements(own - roles - values, scope),
        _bridge_secret(values, scope),
        *_roles(roles, scope),
        service_role.pass_role(
            "PassServiceRole",
            (scope.arn(f"iam::{{account}}:role/{scope.service_role}"),),
            ("cloudformation.amazonaws.com",),
        ),
        service_role.pass_role("PassLogRole", (_log_role(scope),), ("iot.amazonaws.com",)),
        service_role.make_linked_roles(tuple(sorted(ROLES)), scope),
        *bootstrap,
    ]


def _bridge_secret(actions: set[Action], scope: Scope) -> Statement:
    """Limit values of secrets to the bridge's certificate: the engine reads no other."""
    places = (f"{scope.exact}-iot-BridgeSecret-*", "BridgeSecret-*")
    return Statement(
        "BridgeSecret",
        tuple(sorted(each.name for each in actions)),
        tuple(scope.arn(f"secretsmanager:*:{{account}}:secret:{place}") for place in places),
    )


def needed(called: calls.Calls) -> set[Action]:
    """Return the IAM actions behind calls."""
    return {action(name) for pair in calls.pairs(called) for name in calls.actions_of(*pair)}


def _roles(actions: set[Action], scope: Scope) -> list[Statement]:
    """Limit the calls about roles to the two kinds that the engine itself deals with."""
    names = {each.name for each in actions} - {extras.SERVICE_LINKED}
    linked = scope.arn("iam::{account}:role/aws-service-role/*")
    return [
        Statement("LogRole", tuple(sorted(names)), (_log_role(scope),)),
        Statement("SeeServiceLinkedRoles", ("iam:GetRole",), (linked,)),
    ]


def _log_role(scope: Scope) -> str:
    return scope.arn(f"iam::{{account}}:role/{LOG_ROLE}")


def _renamed(statement: Statement, prefix: str) -> Statement:
    return Statement(
        f"{prefix}{statement.sid}",
        statement.actions,
        statement.resources,
        statement.reason,
        statement.condition,
        statement.effect,
    )
