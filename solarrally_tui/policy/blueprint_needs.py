"""What the blueprints say about the permissions that deploying them needs."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from solarrally_tui.blueprints import CATALOGUE, blueprint
from solarrally_tui.stacks.template import read

STACKS: Final = tuple(item.id for item in CATALOGUE)

_ROLE: Final = "AWS::IAM::Role"
_LIST: Final = re.compile(r"^List<(.+)>$")
_OWN_KEY: Final = re.compile(r"\bKms\w*(Id|Arn)\b", re.IGNORECASE)


def resources(stacks: tuple[str, ...] = STACKS) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield logical id and body of every resource that any choice of parameters creates."""
    for stack in stacks:
        yield from read(blueprint(stack).template())["Resources"].items()


@cache
def types(stacks: tuple[str, ...] = STACKS) -> frozenset[str]:
    """Return every resource type that any tier or option creates."""
    return frozenset(body["Type"] for _, body in resources(stacks))


@cache
def logical_ids(type_: str) -> tuple[str, ...]:
    """Return the logical ids of all resources of a type, sorted."""
    return tuple(sorted({name for name, body in resources() if body["Type"] == type_}))


@cache
def parameter_types(stacks: tuple[str, ...] = STACKS) -> frozenset[str]:
    """Return the types of all parameters; AWS looks at the account to check some of them."""
    templates = (read(blueprint(stack).template()) for stack in stacks)
    return frozenset(
        _LIST.sub(r"\1", declared["Type"])
        for template in templates
        for declared in template.get("Parameters", {}).values()
    )


@cache
def trusted_services() -> tuple[str, ...]:
    """Return the services that the roles of the blueprints trust, sorted."""
    found: set[str] = set()
    for _, body in resources():
        if body["Type"] == _ROLE:
            for statement in body["Properties"]["AssumeRolePolicyDocument"]["Statement"]:
                named = statement["Principal"].get("Service", [])
                found.update([named] if isinstance(named, str) else named)
    return tuple(sorted(found))


@cache
def role_paths() -> tuple[str, ...]:
    """Return the IAM paths that the blueprints give to roles, as they are written, sorted."""
    found: set[str] = set()
    for _, body in resources():
        path = body.get("Properties", {}).get("Path", "") if body["Type"] == _ROLE else ""
        found.add(path["Fn::Sub"] if isinstance(path, dict) else path)
    return tuple(sorted(found - {"", "/"}))


@cache
def managed_policies() -> tuple[str, ...]:
    """Return the ARNs of managed policies that the blueprints attach to roles, as written."""
    found: set[str] = set()
    for _, body in resources():
        if body["Type"] == _ROLE:
            named = body["Properties"].get("ManagedPolicyArns", [])
            found.update(each["Fn::Sub"] if isinstance(each, dict) else each for each in named)
    return tuple(sorted(found))


def uses_secrets_in_templates(stacks: tuple[str, ...] = STACKS) -> bool:
    """Whether a template takes a value out of a secret while it is deployed."""
    return any("{{resolve:secretsmanager:" in blueprint(stack).template() for stack in stacks)


def uses_own_keys() -> bool:
    """Whether a blueprint makes or names a KMS key of the customer."""
    made = any(type_.startswith("AWS::KMS::") for type_ in types())
    return made or any(_OWN_KEY.search(blueprint(stack).template()) for stack in STACKS)
