"""What the blueprints contain that decides which permissions a deployment needs."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from solarrally_tui.blueprints import CATALOGUE, blueprint
from solarrally_tui.stacks.template import read

STACKS: Final = tuple(item.id for item in CATALOGUE)

_LIST: Final = re.compile(r"^List<(.+)>$")
_GIVEN_ROLE: Final = re.compile(r"^ *\w*Role(Arn|s)?:", re.MULTILINE)
_OWN_KEY: Final = re.compile(r"\bKms\w*(Id|Arn)\b", re.IGNORECASE)


def resources(stacks: tuple[str, ...] = STACKS) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield logical id and body of every resource that any choice of parameters creates."""
    for stack in stacks:
        yield from read(blueprint(stack).template())["Resources"].items()


@cache
def types(stacks: tuple[str, ...] = STACKS) -> frozenset[str]:
    """Return every resource type that any choice of parameters creates."""
    return frozenset(body["Type"] for _, body in resources(stacks))


@cache
def logical_ids(type_: str, stacks: tuple[str, ...] = STACKS) -> tuple[str, ...]:
    """Return the logical ids of all resources of a type, sorted."""
    return tuple(sorted({name for name, body in resources(stacks) if body["Type"] == type_}))


@cache
def parameter_types(stacks: tuple[str, ...] = STACKS) -> frozenset[str]:
    """Return the types of all parameters; AWS checks some of them against the account."""
    templates = (read(blueprint(stack).template()) for stack in stacks)
    return frozenset(
        _LIST.sub(r"\1", declared["Type"])
        for template in templates
        for declared in template.get("Parameters", {}).values()
    )


@cache
def trusted_services() -> tuple[str, ...]:
    """Return the services that roles of the blueprints trust, sorted."""
    services: set[str] = set()
    for role in _roles():
        for statement in role["AssumeRolePolicyDocument"]["Statement"]:
            named = statement["Principal"].get("Service", [])
            services.update([named] if isinstance(named, str) else named)
    return tuple(sorted(services))


@cache
def managed_policies() -> tuple[str, ...]:
    """Return the ARNs of managed policies that blueprints attach to roles, as they are written."""
    arns = {_as_written(arn) for role in _roles() for arn in role.get("ManagedPolicyArns", [])}
    return tuple(sorted(arns))


def _roles() -> Iterator[dict[str, Any]]:
    """Yield the properties of every role."""
    for _, body in resources():
        if body["Type"] == "AWS::IAM::Role":
            yield body["Properties"]


def _as_written(text: str | dict[str, str]) -> str:
    """Return a text, or that of a Fn::Sub."""
    return text["Fn::Sub"] if isinstance(text, dict) else text


def uses_secrets_in_templates(stacks: tuple[str, ...] = STACKS) -> bool:
    """Whether CloudFormation reads a secret to resolve a template."""
    return any("{{resolve:secretsmanager:" in blueprint(stack).template() for stack in stacks)


def passes_roles(stacks: tuple[str, ...] = STACKS) -> bool:
    """Whether any property or resource is a role."""
    return any(_GIVEN_ROLE.search(blueprint(stack).template()) for stack in stacks)


def uses_own_keys() -> bool:
    """Whether a blueprint creates or names a customer managed KMS key."""
    creates_one = any(type_.startswith("AWS::KMS::") for type_ in types())
    return creates_one or any(_OWN_KEY.search(blueprint(stack).template()) for stack in STACKS)
