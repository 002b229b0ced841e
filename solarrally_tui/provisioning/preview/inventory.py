"""What a deployment creates, stack by stack, and which roles among it. Pure, from the templates."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from solarrally_tui.account.shared.iot_settings import LOG_ROLE
from solarrally_tui.blueprints import of_shape
from solarrally_tui.policy.scope import Scope
from solarrally_tui.pricing.metering.charge import Resource
from solarrally_tui.pricing.metering.resources import resources
from solarrally_tui.site.model import Site

_ROLE: Final = "AWS::IAM::Role"
_NOTHING: Final = "do nothing in AWS"
"""What a role without a policy may."""
_NAMED_AS: Final = "site"
"""The name that every site has in the resolved templates of pricing."""

_GITHUB: Final = "GitHub Actions"
_PEOPLE: Final = "the people you name"
_SERVICES: Final = {
    "ecs-tasks": "the tasks",
    "codebuild": "the builds",
    "iot": "AWS IoT",
    "lambda": "a Lambda function",
    "firehose": "the Firehose stream",
    "backup": "AWS Backup",
    "monitoring.rds": "the database",
}


@dataclass(frozen=True, slots=True)
class StackContents:
    """One stack and what it consists of."""

    id: str
    title: str
    purpose: str
    """What it is for, in words of the business."""
    count: int
    """How many resources it has."""


@dataclass(frozen=True, slots=True)
class Permission:
    """One role or policy."""

    name: str
    used_by: str
    purpose: str
    may: tuple[str, ...] = ()
    """What its statements allow, in words."""
    policies: tuple[str, ...] = ()
    """Managed policies that it has beside."""

    @property
    def by_person(self) -> bool:
        """Whether somebody signs in with it, and no service of AWS and no charger."""
        return self.used_by in {_GITHUB, _PEOPLE}


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a site consists of."""

    stacks: tuple[StackContents, ...]
    permissions: tuple[Permission, ...]


def inventory_of(site: Site) -> Inventory:
    """Return what deploying a site creates in an empty account. Raises MissingValueError."""
    everything = resources(site)
    counted = Counter(resource.stack for resource in everything)
    stacks = tuple(
        StackContents(item.id, item.title, item.purpose, counted[item.id])
        for item in of_shape(site.size.shape)
    )
    roles = tuple(_role(r) for r in everything if r.type == _ROLE)
    devices = tuple(_device_policy(r, site) for r in everything if r.type == "AWS::IoT::Policy")
    return Inventory(stacks, (*_account_wide(site), *roles, *devices))


def _account_wide(site: Site) -> tuple[Permission, ...]:
    """Return what the engine itself creates, outside of stacks."""
    log = Permission(LOG_ROLE, "AWS IoT", "Writes the log of AWS IoT, for the whole account")
    if not site.governance.service_role:
        return (log,)
    name = Scope(site.name, "aws", "*").service_role
    purpose = "Creates and changes the stacks, so that AWS continues when your session ends"
    return (Permission(name, "CloudFormation", purpose), log)


def _role(role: Resource) -> Permission:
    properties = role.properties
    purpose = str(properties.get("Description", "")).replace(
        f" of the SolarRally site {_NAMED_AS}", ""
    )
    statements = [
        statement
        for policy in properties.get("Policies") or ()
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    # An ARN with the partition in it is still an Fn::Sub.
    arns = properties.get("ManagedPolicyArns") or ()
    texts = [arn if isinstance(arn, str) else str(next(iter(arn.values()))) for arn in arns]
    managed = [text.rpartition("/")[2] for text in texts]
    may = tuple(dict.fromkeys(map(_in_words, statements)))
    if not may and not managed:
        may = (_NOTHING,)
    return Permission(role.id, _user_of(properties), purpose, may, tuple(managed))


def _in_words(statement: Any) -> str:
    """Return what a statement allows: our templates name each by that, such as PullTheImages."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(statement["Sid"]))
    return words[:1].lower() + re.sub(r" [A-Z](?=[a-z])", lambda found: found[0].lower(), words[1:])


def _user_of(properties: Any) -> str:
    for statement in (properties.get("AssumeRolePolicyDocument") or {}).get("Statement", ()):
        principal = statement.get("Principal", {})
        service = principal.get("Service") if isinstance(principal, dict) else None
        if service:
            return _SERVICES.get(str(service).removesuffix(".amazonaws.com"), str(service))
        if isinstance(principal, dict) and "Federated" in principal:
            return _GITHUB
    return _PEOPLE


def _device_policy(policy: Resource, site: Site) -> Permission:
    name = str(policy.properties.get("PolicyName", policy.id))
    purposes = {
        "DevicePolicy": ("chargers", "Lets each charger send its own telemetry, nothing else"),
        "BridgePolicy": ("the tasks", "Lets the tasks read telemetry of this site"),
    }
    used_by, purpose = purposes.get(policy.id, ("chargers", "Lets a new charger register itself"))
    return Permission(name.replace(f"-{_NAMED_AS}-", f"-{site.name}-"), used_by, purpose)
