"""Where a CloudFormation resource type of our own is declared."""

from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners

from solarrally_tui.simulator.pins import private

_RESOURCE_HANDLERS = private(provisioners, "_RESOURCE_HANDLERS")
_STACK_TAG_PROPERTY = private(provisioners, "_STACK_TAG_PROPERTY")

Properties = dict[str, Any]
ReturnValues = tuple[str, dict[str, Any]]
Create = Callable[[str, Properties, str], ReturnValues]
Update = Callable[[str, Properties, Properties, str], ReturnValues]
Delete = Callable[[str, Properties], object]


def resource(
    kind: str, *, create: Create, delete: Delete, update: Update | None = None, tags: str = ""
) -> None:
    """Declare a resource type, such as `AWS::EC2::EIP`.

    `create` takes the logical id, the properties and the stack name, and returns what Ref gives and
    the attributes for Fn::GetAtt. `delete` takes what Ref gives and the properties. `update` takes
    what Ref gives, the old and the new properties and the stack name; without it CloudFormation
    replaces the resource. `tags` names the list property that takes the stack's tags.
    """
    handlers = {"create": create, "delete": delete} | ({"update": update} if update else {})
    _RESOURCE_HANDLERS[kind] = handlers
    if tags:
        _STACK_TAG_PROPERTY[kind] = (tags, "list")


def arn(service: str, name: str, *, region: str | None = None) -> str:
    """An ARN in the account and region of the stack; pass an empty region for global services."""
    where = get_region() if region is None else region
    return f"arn:aws:{service}:{where}:{get_account_id()}:{name}"


def physical_name(stack: str, logical_id: str, *, longest: int = 64) -> str:
    """The name that CloudFormation makes up where the template gives none."""
    return f"{stack}-{logical_id}"[:longest]


def pick(properties: Properties, *names: str) -> Properties:
    """These properties, where given."""
    return {name: properties[name] for name in names if properties.get(name) is not None}


def lower_first(value: Any) -> Any:
    """CloudFormation's names to those of APIs that start small, all the way down."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: lower_first(item) for key, item in value.items()}
    return [lower_first(item) for item in value] if isinstance(value, list) else value
