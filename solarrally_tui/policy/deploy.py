"""What the operator's own credentials need to deploy, change, watch and destroy sites."""

from collections.abc import Iterable
from typing import Final

from solarrally_tui.account.shared.iot_settings import LOG_ROLE
from solarrally_tui.account.shared.service_linked_roles import ROLES
from solarrally_tui.policy import (
    action_resources,
    arn_patterns,
    blueprint_needs,
    calls,
    extras,
    service_role,
)
from solarrally_tui.policy.authorization import Action, action
from solarrally_tui.policy.document import Policy, Statement, split, statements
from solarrally_tui.policy.scope import Scope
from solarrally_tui.site.names import SITE_TAG

WITHOUT_ROLE: Final = ("bootstrap",)
"""Stacks that are deployed with the operator's own permissions, before there is a service role."""

OWN_SECRETS: Final = (("app", "AdminSecret"), ("edge", "ViewerSecret"), ("iot", "BridgeSecret"))
"""Secrets whose values the engine reads or writes: the administrator's first password, what opens
the dashboard, and the identity of the tasks at AWS IoT. Stack and logical id."""

ROTATED_SECRET: Final = ("data", "DbSecret")
"""The secret whose value the engine replaces and never reads. Stack and logical id."""

_ATTACH: Final = "iam:AttachRolePolicy"
_OF_ROLES: Final = frozenset({"role", "policy"})
"""Kinds of resources of IAM that are allowed one by one below."""

_PUT_VALUE: Final = "secretsmanager:PutSecretValue"
_MOVE_LABEL: Final = "secretsmanager:UpdateSecretVersionStage"
_SECRET_VALUES: Final = frozenset({extras.SECRET_VALUE, _PUT_VALUE})


def policies(scope: Scope) -> tuple[Policy, ...]:
    """Return the managed policies of an operator, each within IAM's limit."""
    return split(f"{scope.exact.replace('*', 'sites')}-deploy", _statements(scope))


def _statements(scope: Scope) -> list[Statement]:
    own = needed(calls.ENGINE)
    roles = {each for each in own if each.service == "iam" and {*each.required} & _OF_ROLES}
    values = {each for each in own if each.name in _SECRET_VALUES}
    labels = {each for each in own if each.name == _MOVE_LABEL}
    bootstrap = [
        _renamed(each, "Bootstrap") for each in service_role.for_stacks(WITHOUT_ROLE, scope)
    ]
    return [
        *statements(own - roles - values - labels, scope),
        log_of_iot(scope),
        _secret_values(values, scope),
        _rotated_secret(scope),
        *_key_of_secrets(scope),
        *_roles(scope),
        *_service_role(scope),
        service_role.pass_role(
            "PassServiceRole",
            (_service_role_arn(scope),),
            ("cloudformation.amazonaws.com",),
        ),
        service_role.pass_role(
            "PassTaskRoles",
            action_resources.resources_of(action("iam:GetRole"), scope)[0],
            ("ecs-tasks.amazonaws.com",),
        ),
        service_role.pass_role("PassLogRole", (_log_role(scope),), ("iot.amazonaws.com",)),
        service_role.make_linked_roles(tuple(sorted(ROLES)), scope),
        *bootstrap,
    ]


def log_of_iot(scope: Scope) -> Statement:
    """Allow to read the log of AWS IoT, which is one for the whole account and Region."""
    group = scope.arn("logs:*:{account}:log-group:AWSIotLogsV2:*")
    return Statement("LogOfIot", ("logs:FilterLogEvents",), (group,))


def _secret_values(actions: set[Action], scope: Scope) -> Statement:
    """Limit values of secrets to those that the engine deals with itself."""
    return Statement(
        "OwnSecrets", _names(actions), _secrets(OWN_SECRETS, scope), condition=_tagged(scope)
    )


def _rotated_secret(scope: Scope) -> Statement:
    """Allow to replace the database's password, and neither to read it nor to touch another."""
    return Statement(
        "RotateSecret",
        (_PUT_VALUE, _MOVE_LABEL),
        _secrets((ROTATED_SECRET,), scope),
        condition=_tagged(scope),
    )


def _tagged(scope: Scope) -> dict[str, dict[str, list[str]]]:
    """Demand the site's tag. CloudFormation may name a secret by its logical id alone."""
    test = "StringEquals" if scope.site else "StringLike"
    return {test: {f"aws:ResourceTag/{SITE_TAG}": [scope.site or "*"]}}


def _secrets(which: Iterable[tuple[str, str]], scope: Scope) -> tuple[str, ...]:
    names = sorted(
        place
        for stack, logical in which
        for place in (f"{scope.exact}-{stack}-{logical}-*", f"{logical}-*")
    )
    return tuple(scope.arn(f"secretsmanager:*:{{account}}:secret:{place}") for place in names)


_KEYED: Final = ("secretsmanager", "sns")
"""Services of which the engine uses things that the site's key encrypts: secrets, and the topic
that a test message goes to."""


def _key_of_secrets(scope: Scope) -> list[Statement]:
    """Let the key of the site be used for its secrets and test messages, where it has its own."""
    if not blueprint_needs.uses_own_keys():
        return []
    return [
        Statement(
            "KeyOfSecrets",
            extras.KEY_OF_SECRETS,
            (scope.arn("kms:*:{account}:key/*"),),
            arn_patterns.UNNAMED["kms"],
            {"StringLike": {"kms:ViaService": [f"{each}.*.amazonaws.com*" for each in _KEYED]}},
        )
    ]


def needed(called: calls.Calls) -> set[Action]:
    """Return the IAM actions behind calls."""
    return {action(name) for pair in calls.pairs(called) for name in calls.actions_of(*pair)}


def _roles(scope: Scope) -> list[Statement]:
    """Limit the calls about roles to those that the engine itself deals with."""
    linked = scope.arn("iam::{account}:role/aws-service-role/*")
    return [
        Statement("LogRole", _names(needed(calls.LOG_ROLE)), (_log_role(scope),)),
        Statement("SeeServiceLinkedRoles", ("iam:GetRole",), (linked,)),
    ]


def _service_role(scope: Scope) -> list[Statement]:
    """Allow what makes and removes the role of CloudFormation, with no policies but its own."""
    of_role, of_policies = (
        _names(each for each in needed(calls.SERVICE_ROLE) if kind in each.required)
        for kind in ("role", "policy")
    )
    role = (_service_role_arn(scope),)
    policies = tuple(
        scope.arn(f"iam::{{account}}:policy/{each}") for each in scope.service_policies
    )
    return [
        Statement("ServiceRole", tuple(each for each in of_role if each != _ATTACH), role),
        Statement("ServiceRolePolicies", of_policies, policies),
        Statement(
            "AttachServiceRolePolicies",
            (_ATTACH,),
            role,
            condition={"ArnLike": {"iam:PolicyARN": list(policies)}},
        ),
    ]


def _names(actions: Iterable[Action]) -> tuple[str, ...]:
    return tuple(sorted(each.name for each in actions))


def _service_role_arn(scope: Scope) -> str:
    return scope.arn(f"iam::{{account}}:role/{scope.service_role}")


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
