"""CloudFormation's service role: what the types of all blueprints need, and its trust policy."""

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from solarrally_tui.policy import blueprint_needs, extras, restrictions, type_permissions
from solarrally_tui.policy.authorization import action
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
"""Who may assume the role. The operator's iam:PassRole decides who may pass it.

CloudFormation passes on what its caller may pass, and AWS documents no aws:SourceAccount for it.
"""

WITHOUT_ROLE: Final = ("bootstrap",)
"""Stacks that are deployed with the operator's own permissions, before the service role exists."""

_ANYWHERE: Final = (
    "account:*",
    "budgets:*",
    "ce:*",
    "cloudfront-keyvaluestore:*",
    "cloudfront:*",
    "iam:*",
    "kms:CreateGrant",
    "kms:DescribeKey",
    "rds:DeleteDBInstanceAutomatedBackup",
    "rds:DescribeDBInstanceAutomatedBackups",
    "rds:StartDBInstanceAutomatedBackupsReplication",
    "rds:StopDBInstanceAutomatedBackupsReplication",
    "route53:*",
    "sts:*",
)
"""Actions of global services, which AWS's own examples leave out of such a denial, and those about
copies of backups: they stay in their Region when the answer names another one."""

_ATTACH: Final = "iam:AttachRolePolicy"
_APART: Final = frozenset({extras.PASS_ROLE, extras.SERVICE_LINKED, extras.RESTORE, _ATTACH})


@cache
def policies(scope: Scope) -> tuple[Policy, ...]:
    """Return the managed policies of the role, each within IAM's limit."""
    stacks = tuple(stack for stack in blueprint_needs.STACKS if stack not in WITHOUT_ROLE)
    parts = [*for_stacks(stacks, scope), _never_itself(scope), *other_regions(scope)]
    return split(scope.service_role.replace("*", "sites"), parts)


def for_stacks(stacks: tuple[str, ...], scope: Scope) -> list[Statement]:
    """Return what creating, updating and deleting some stacks needs."""
    types = blueprint_needs.types(stacks)
    wanted = {
        *type_permissions.needed(types),
        *extras.dependent(types),
        *extras.for_parameters(blueprint_needs.parameter_types(stacks)),
    }
    if blueprint_needs.uses_secrets_in_templates(stacks):
        wanted.add(extras.SECRET_VALUE)
    if blueprint_needs.uses_own_keys():
        wanted.update(extras.KEY_OF_SECRETS)
    if scope.boundary:
        wanted.discard(restrictions.UNBINDING)
    plain = statements((action(name) for name in wanted - _APART), scope)
    if not blueprint_needs.passes_roles(stacks):
        # Handlers name it for properties that these stacks leave out.
        wanted.discard(extras.PASS_ROLE)
    return [*plain, *_apart(wanted, types, scope)]


def _apart(wanted: set[str], types: Iterable[str], scope: Scope) -> list[Statement]:
    """Return the permissions with a statement of their own, each limited to its purpose."""
    apart: list[Statement] = []
    if _ATTACH in wanted and blueprint_needs.managed_policies():
        apart.append(_attach(scope))
    if extras.PASS_ROLE in wanted:
        services = extras.passed_to(blueprint_needs.trusted_services())
        apart.append(pass_role("PassSiteRoles", _roles(scope), services))
    if extras.RESTORE in wanted:
        apart.append(_restore(scope))
    linked = extras.linked_services(types)
    if linked:
        apart.append(create_linked_roles(linked, scope))
    return apart


def pass_role(sid: str, roles: tuple[str, ...], services: tuple[str, ...]) -> Statement:
    """Return the permission to pass roles to services."""
    return Statement(
        sid,
        (extras.PASS_ROLE,),
        roles,
        condition={"StringEquals": {"iam:PassedToService": list(services)}},
    )


def create_linked_roles(services: tuple[str, ...], scope: Scope) -> Statement:
    """Return the permission to create the service-linked roles of services."""
    return Statement(
        "MakeServiceLinkedRoles",
        (extras.SERVICE_LINKED,),
        (scope.arn("iam::{account}:role/aws-service-role/*"),),
        condition={"StringEquals": {"iam:AWSServiceName": list(services)}},
    )


def _attach(scope: Scope) -> Statement:
    """Return the permission to attach the managed policies that blueprints name, and no other."""
    named = [
        arn.replace("${AWS::Partition}", scope.partition)
        for arn in blueprint_needs.managed_policies()
    ]
    return Statement(
        "AttachKnownPolicies",
        (_ATTACH,),
        _roles(scope),
        condition={
            "ArnEquals": {"iam:PolicyARN": named},
            **(restrictions.bound(scope) if scope.boundary else {}),
        },
    )


def _restore(scope: Scope) -> Statement:
    """Return the permission to create the site's database from any snapshot."""
    (own,) = statements([action(extras.RESTORE)], scope)
    return Statement(
        "RestoreAnySnapshot",
        (extras.RESTORE,),
        # A snapshot is named after another site, a job of AWS Backup or by a person, and another
        # account may share one.
        tuple(sorted({*own.resources, f"arn:{scope.partition}:rds:*:*:snapshot:*"})),
        "The operator chooses the snapshot, which can be another site's.",
    )


def _roles(scope: Scope) -> tuple[str, ...]:
    (named,) = statements([action("iam:GetRole")], scope)
    return named.resources


def _never_itself(scope: Scope) -> Statement:
    """Deny the role every change of itself, whatever else is attached to it."""
    known = (action(name) for name in type_permissions.needed(["AWS::IAM::Role"]))
    writes = [one for one in known if one.service == "iam" and not one.only_reads]
    return Statement(
        "NeverItself",
        tuple(sorted(one.name for one in writes)),
        (scope.arn(f"iam::{{account}}:role/{scope.service_role}"),),
        effect="Deny",
    )


def other_regions(scope: Scope) -> list[Statement]:
    """Deny everything outside the Regions of the site, where they are known."""
    if not scope.regions:
        return []
    return [
        Statement(
            "OtherRegions",
            _ANYWHERE,
            ("*",),
            "Global services, and copies of backups in another Region, are left out.",
            {"StringNotEquals": {"aws:RequestedRegion": list(scope.regions)}},
            effect="Deny",
            all_but=True,
        )
    ]
