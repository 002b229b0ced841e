"""What an operator's credentials need to deploy, change, monitor and destroy sites."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Final

from solarrally_tui.account.shared.iot_settings import LOG_ROLE
from solarrally_tui.account.shared.service_linked_roles import ROLES
from solarrally_tui.policy import (
    action_resources,
    arn_patterns,
    blueprint_needs,
    calls,
    extras,
    restrictions,
    service_role,
)
from solarrally_tui.policy.authorization import Action, action
from solarrally_tui.policy.document import Policy, Statement, split, statements
from solarrally_tui.policy.scope import Scope
from solarrally_tui.site.names import ADMINISTRATOR_TAG

OWN_SECRETS: Final = (("app", "AdminSecret"), ("edge", "ViewerSecret"), ("iot", "BridgeSecret"))
"""Secrets whose values the engine reads or writes: the administrator's password, the viewers'
password, and the identity of the tasks at AWS IoT. Stack and logical id."""

ROTATED_SECRET: Final = ("data", "DbSecret")
"""The secret whose value the engine replaces but never reads. Stack and logical id."""

_ROLE: Final = "AWS::IAM::Role"
_ATTACH: Final = "iam:AttachRolePolicy"
_OF_ROLES: Final = frozenset({"role", "policy"})
"""Kinds of IAM resources whose actions have their own statements below."""

_PUT_VALUE: Final = "secretsmanager:PutSecretValue"
_MOVE_LABEL: Final = "secretsmanager:UpdateSecretVersionStage"
_TAG_SECRET: Final = "secretsmanager:TagResource"  # noqa: S105 the name of an action
_GROUP: Final = "ec2:DeleteSecurityGroup"
_SECRET_VALUES: Final = frozenset({extras.SECRET_VALUE, _PUT_VALUE})


@cache
def policies(scope: Scope) -> tuple[Policy, ...]:
    """Return the managed policies of an operator, each within IAM's limit."""
    return split(f"{scope.exact.replace('*', 'sites')}-deploy", _statements(scope))


def _statements(scope: Scope) -> list[Statement]:
    # With a service role, too, CloudFormation looks up parameters with the caller's permissions.
    looked_up = extras.for_parameters(blueprint_needs.parameter_types())
    own = needed(calls.ENGINE) | {action(name) for name in looked_up.union(extras.BY_HAND)}
    roles = {one for one in own if one.service == "iam" and {*one.required} & _OF_ROLES}
    values = {one for one in own if one.name in _SECRET_VALUES}
    labels = {one for one in own if one.name in {_MOVE_LABEL, _TAG_SECRET, _GROUP}}
    bootstrap = [
        replace(statement, sid=f"Bootstrap{statement.sid}")
        for statement in service_role.for_stacks(service_role.WITHOUT_ROLE, scope)
    ]
    return [
        *statements(own - roles - values - labels, scope),
        log_of_iot(scope),
        _end_of_iot_log(scope),
        roles_that_are_gone(scope),
        _secret_values(values, scope),
        _rotated_secret(scope),
        _labels_of_own_secrets(scope),
        _administrators_tag(scope),
        _group_of_vpc_origins(scope),
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
        service_role.create_linked_roles(tuple(sorted(ROLES)), scope),
        *bootstrap,
        *service_role.other_regions(scope),
    ]


def log_of_iot(scope: Scope) -> Statement:
    """Allow reading the log of AWS IoT, of which an account has one in each Region."""
    return Statement("LogOfIot", ("logs:FilterLogEvents",), (_iot_log(scope),))


def _end_of_iot_log(scope: Scope) -> Statement:
    """Allow giving the log of AWS IoT an end, which AWS creates without one."""
    return Statement("EndOfIotLog", ("logs:PutRetentionPolicy",), (_iot_log(scope),))


def _iot_log(scope: Scope) -> str:
    return scope.arn("logs:*:{account}:log-group:AWSIotLogsV2:*")


def roles_that_are_gone(scope: Scope) -> Statement:
    """Allow asking for roles of stacks by name alone: IAM knows no path of one that was deleted."""
    stacks = [one for one in blueprint_needs.STACKS if blueprint_needs.logical_ids(_ROLE, (one,))]
    roles = tuple(scope.arn(f"iam::{{account}}:role/{{exact}}-{one}-*") for one in sorted(stacks))
    return Statement("SeeRolesOfStacks", ("iam:GetRole",), roles)


def _secret_values(actions: set[Action], scope: Scope) -> Statement:
    """Limit the values of secrets to those that the engine handles itself."""
    return Statement(
        "OwnSecrets",
        _names(actions),
        _secrets(OWN_SECRETS, scope),
        condition=restrictions.tagged(scope),
    )


def _rotated_secret(scope: Scope) -> Statement:
    """Allow replacing the database's password, but neither reading it nor touching another."""
    return Statement(
        "RotateSecret",
        (_PUT_VALUE, _MOVE_LABEL),
        _secrets((ROTATED_SECRET,), scope),
        condition=restrictions.tagged(scope),
    )


def _labels_of_own_secrets(scope: Scope) -> Statement:
    """Allow ending a version of a secret: a request for a change of users, a new certificate."""
    return Statement(
        "LabelsOfOwnSecrets",
        (_MOVE_LABEL,),
        _secrets((("app", "AdminSecret"), ("iot", "BridgeSecret")), scope),
        condition=restrictions.tagged(scope),
    )


def _administrators_tag(scope: Scope) -> Statement:
    """Allow marking that the first administrator exists, and no other change of a tag."""
    return Statement(
        "TagAdminSecret",
        (_TAG_SECRET,),
        _secrets((("app", "AdminSecret"),), scope),
        condition={
            **restrictions.tagged(scope),
            "ForAllValues:StringEquals": {"aws:TagKeys": [ADMINISTRATOR_TAG]},
        },
    )


def _group_of_vpc_origins(scope: Scope) -> Statement:
    """Allow deleting the security group that CloudFront leaves behind in a network.

    CloudFront gives it a tag (CloudFront developer guide, "Restrict access with VPC origins").
    """
    return Statement(
        "GroupOfVpcOrigins",
        (_GROUP,),
        (scope.arn("ec2:*:{account}:security-group/*"),),
        arn_patterns.UNNAMED["ec2"],
        {"StringEquals": {"aws:ResourceTag/aws.cloudfront.vpcorigin": ["enabled"]}},
    )


def _secrets(which: Iterable[tuple[str, str]], scope: Scope) -> tuple[str, ...]:
    return tuple(
        scope.arn(f"secretsmanager:*:{{account}}:secret:solarrally/{{site}}/{logical}-*")
        for _, logical in sorted(which)
    )


_KEYED: Final = ("secretsmanager", "sns")
"""Services whose resources the site's key encrypts and the engine uses: secrets, and the topic that
a test message is sent to."""


def _key_of_secrets(scope: Scope) -> list[Statement]:
    """Allow the site's own key, if it has one, for its secrets and test messages."""
    if not blueprint_needs.uses_own_keys():
        return []
    return [
        Statement(
            "KeyOfSecrets",
            extras.KEY_OF_SECRETS,
            (scope.arn("kms:*:{account}:key/*"),),
            arn_patterns.UNNAMED["kms"],
            restrictions.through(_KEYED),
        )
    ]


def needed(called: calls.Calls) -> set[Action]:
    """Return the IAM actions behind calls."""
    return {action(name) for pair in calls.pairs(called) for name in calls.actions_of(*pair)}


def _roles(scope: Scope) -> list[Statement]:
    """Limit calls about roles to those that the engine handles itself."""
    # A role that does not exist yet has no path by which IAM could know it.
    linked = tuple(
        scope.arn(f"iam::{{account}}:role/{name}")
        for name in ("AWSServiceRoleFor*", "aws-service-role/*")
    )
    return [
        *_about_role("LogRole", needed(calls.LOG_ROLE), _log_role(scope), scope),
        Statement("SeeServiceLinkedRoles", ("iam:GetRole",), linked),
    ]


def _service_role(scope: Scope) -> list[Statement]:
    """Allow creating and deleting CloudFormation's service role, with no policies but its own."""
    of_role, of_policies = (
        {one for one in needed(calls.SERVICE_ROLE) if kind in one.required}
        for kind in ("role", "policy")
    )
    role = _service_role_arn(scope)
    policies = scope.service_policy_arns
    return [
        *_about_role("ServiceRole", {o for o in of_role if o.name != _ATTACH}, role, scope),
        Statement("ServiceRolePolicies", _names(of_policies), policies),
        Statement(
            "AttachServiceRolePolicies",
            (_ATTACH,),
            (role,),
            condition={
                "ArnLike": {"iam:PolicyARN": list(policies)},
                **restrictions.condition(_ATTACH, scope),
            },
        ),
    ]


def _about_role(sid: str, actions: set[Action], role: str, scope: Scope) -> list[Statement]:
    """Allow actions on one role; with a boundary those that widen it only under the boundary."""
    if not scope.boundary:
        return [Statement(sid, _names(actions), (role,))]
    bound = {one for one in actions if one.name in restrictions.BOUND}
    plain = {one for one in actions - bound if one.name != restrictions.UNBINDING}
    return [
        Statement(sid, _names(plain), (role,)),
        Statement(f"{sid}Bound", _names(bound), (role,), condition=restrictions.bound(scope)),
    ]


def _names(actions: Iterable[Action]) -> tuple[str, ...]:
    return tuple(sorted(action.name for action in actions))


def _service_role_arn(scope: Scope) -> str:
    return scope.arn(f"iam::{{account}}:role/{scope.service_role}")


def _log_role(scope: Scope) -> str:
    return scope.arn(f"iam::{{account}}:role/{LOG_ROLE}")
