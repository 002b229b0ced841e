"""The role that CloudFormation works with: what every blueprint's types need, and its trust."""

from collections.abc import Iterable
from typing import Any, Final

from solarrally_tui.policy import blueprint_needs, extras, type_permissions
from solarrally_tui.policy.authorization import Action, action
from solarrally_tui.policy.document import Policy, Statement, split, statements
from solarrally_tui.policy.scope import Scope

TRUST: Final[dict[str, Any]] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "cloudformation.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
"""Who may take the role. Who may hand it over is decided by iam:PassRole of the operator."""

_ATTACH: Final = "iam:AttachRolePolicy"
_APART: Final = frozenset({extras.PASS_ROLE, extras.SERVICE_LINKED, _ATTACH})


def policies(scope: Scope) -> tuple[Policy, ...]:
    """Return the managed policies of the role, each within IAM's limit."""
    made = [*for_stacks(blueprint_needs.STACKS, scope), _never_itself(scope)]
    return split(scope.service_role.replace("*", "sites"), made)


def for_stacks(stacks: tuple[str, ...], scope: Scope) -> list[Statement]:
    """Return what creating, changing and deleting some stacks needs."""
    types = blueprint_needs.types(stacks)
    wanted = set(type_permissions.needed(types)) | extras.for_parameters(
        blueprint_needs.parameter_types(stacks)
    )
    if blueprint_needs.uses_secrets_in_templates(stacks):
        wanted.add(extras.SECRET_VALUE)
    if blueprint_needs.uses_own_keys():
        wanted.update(extras.KEY_OF_SECRETS)
    plain = statements((action(name) for name in wanted - _APART), scope)
    return [*plain, *_apart(wanted, types, scope)]


def _apart(wanted: set[str], types: Iterable[str], scope: Scope) -> list[Statement]:
    """Return the permissions that lead to more permissions, each limited to what it is for."""
    made: list[Statement] = []
    if _ATTACH in wanted and blueprint_needs.managed_policies():
        made.append(_attach(scope))
    if extras.PASS_ROLE in wanted:
        made.append(_pass_site_roles(scope))
    linked = extras.linked_services(types)
    if linked:
        made.append(make_linked_roles(linked, scope))
    return made


def _pass_site_roles(scope: Scope) -> Statement:
    services = extras.passed_to(blueprint_needs.trusted_services())
    return pass_role("PassSiteRoles", _roles(scope), services)


def pass_role(sid: str, roles: tuple[str, ...], services: tuple[str, ...]) -> Statement:
    """Return the permission to hand some roles to some services."""
    return Statement(
        sid,
        (extras.PASS_ROLE,),
        roles,
        condition={"StringEquals": {"iam:PassedToService": list(services)}},
    )


def make_linked_roles(services: tuple[str, ...], scope: Scope) -> Statement:
    """Return the permission to make the service-linked roles of some services."""
    return Statement(
        "MakeServiceLinkedRoles",
        (extras.SERVICE_LINKED,),
        (scope.arn("iam::{account}:role/aws-service-role/*"),),
        condition={"StringEquals": {"iam:AWSServiceName": list(services)}},
    )


def _attach(scope: Scope) -> Statement:
    """Return the permission to attach the managed policies that the blueprints name, no other."""
    named = [
        arn.replace("${AWS::Partition}", scope.partition)
        for arn in blueprint_needs.managed_policies()
    ]
    return Statement(
        "AttachKnownPolicies",
        (_ATTACH,),
        _roles(scope),
        condition={"ArnEquals": {"iam:PolicyARN": named}},
    )


def _roles(scope: Scope) -> tuple[str, ...]:
    (named,) = statements([action("iam:GetRole")], scope)
    return named.resources


def _never_itself(scope: Scope) -> Statement:
    """Deny the role every change of itself: its own name begins as the site's roles do."""
    return Statement(
        "NeverItself",
        tuple(each.name for each in _role_writes()),
        (scope.arn(f"iam::{{account}}:role/{scope.service_role}"),),
        effect="Deny",
    )


def _role_writes() -> list[Action]:
    known = (action(name) for name in type_permissions.needed(["AWS::IAM::Role"]))
    return sorted(
        (each for each in known if each.service == "iam" and not each.only_reads),
        key=lambda each: each.name,
    )
