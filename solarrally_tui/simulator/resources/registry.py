"""Where a CloudFormation resource type of our own is declared, and what its handlers share."""

from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners

from solarrally_tui.simulator.pins import private

_RESOURCE_HANDLERS = private(provisioners, "_RESOURCE_HANDLERS")
_STACK_TAG_PROPERTY = private(provisioners, "_STACK_TAG_PROPERTY")
_physical_name = private(provisioners, "_physical_name")

Properties = dict[str, Any]
ReturnValues = tuple[str, dict[str, Any]]
"""What Ref gives, and the attributes for Fn::GetAtt."""

Create = Callable[[str, Properties, str], ReturnValues]
Update = Callable[[str, Properties, Properties, str], ReturnValues]
Delete = Callable[[str, Properties], object]


def resource(
    kind: str, *, create: Create, delete: Delete, update: Update | None = None, tags: str = ""
) -> None:
    """Declare a resource type, such as `AWS::EC2::EIP`.

    `create` takes the logical id, the properties and the stack name. `delete` takes what Ref gives
    and the properties. `update` takes what Ref gives, the old and the new properties and the stack
    name; without it CloudFormation replaces the resource. `tags` names the list property that takes
    the stack's tags.
    """
    handlers = {"create": create, "delete": delete} | ({"update": update} if update else {})
    _RESOURCE_HANDLERS[kind] = handlers
    if tags:
        _STACK_TAG_PROPERTY[kind] = (tags, "list")


def handled_types() -> frozenset[str]:
    """Return every type that the account can create: MiniStack's, and those declared so far."""
    return frozenset(_RESOURCE_HANDLERS)


def put_again(put: Create) -> Update:
    """Return an update that puts the whole resource again. Its API makes no difference."""
    return lambda _identifier, _old, new, stack: put("", new, stack)


def handler_error(
    message: str, code: str, *, service: str = "", status: int = 400, request: str = ""
) -> ValueError:
    """Return a refusal in the words of CloudFormation's resource handlers.

    `code` is one of CloudFormation's HandlerErrorCodes. `service`, `status` and the id `request`
    are of the AWS API that refused, where one did.
    """
    call = f"Service: {service}, Status Code: {status}" + (request and f", Request ID: {request}")
    reason = f"{message} ({call})" if service else message
    return ValueError(f'Resource handler returned message: "{reason}" (HandlerErrorCode: {code})')


def arn(service: str, name: str) -> str:
    """Return an ARN in the account and Region of the stack."""
    return f"arn:aws:{service}:{get_region()}:{get_account_id()}:{name}"


def physical_name(stack: str, logical_id: str, *, longest: int = 64) -> str:
    """Return the name that CloudFormation generates where the template gives none."""
    return str(_physical_name(stack, logical_id, max_len=longest))


def pick(properties: Properties, *names: str) -> Properties:
    """Return these properties, as far as they are given."""
    return {name: properties[name] for name in names if properties.get(name) is not None}
