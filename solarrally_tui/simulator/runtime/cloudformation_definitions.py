"""Task definitions and services of CloudFormation, as complete as those of the ECS API.

MiniStack's handlers keep a container's secrets, dependencies and health check in CloudFormation's
spelling, where DescribeTaskDefinition cannot show them, and drop a few properties of the task and
the service registries of a service.
"""

from collections.abc import Callable
from typing import Any

from ministack.services import ecs
from ministack.services.cloudformation import provisioners

from solarrally_tui.simulator.pins import Record, private, replace, replace_entry

_task_defs = private(ecs, "_task_defs")
_services = private(ecs, "_services")

_TYPE = "AWS::ECS::TaskDefinition"
_SERVICE = "AWS::ECS::Service"
_TASK_PROPERTIES = ("Volumes", "RuntimePlatform", "EphemeralStorage")
# Maps whose keys are data, not property names.
_MAPS = frozenset({"Options", "DockerLabels"})


def install() -> None:
    """Correct MiniStack's handlers of both. Call once."""
    replace(provisioners, "_normalize_container_defs", lambda _: _api_spelling)
    replace_entry(provisioners, "_RESOURCE_HANDLERS", _TYPE, lambda of: _completing(of, _complete))
    replace_entry(
        provisioners, "_RESOURCE_HANDLERS", _SERVICE, lambda of: _completing(of, _register)
    )


def _completing(handlers: Record, complete: Callable[[Any, Record], Any]) -> Record:
    def create(logical_id: str, properties: Record, *rest: Any) -> Any:
        return complete(handlers["create"](logical_id, properties, *rest), properties)

    def update(physical_id: str, old: Record, new: Record, *rest: Any, **named: Any) -> Any:
        return complete(handlers["update"](physical_id, old, new, *rest, **named), new)

    return {**handlers, "create": create, "update": update}


def _register(values: tuple[str, Record], properties: Record) -> tuple[str, Record]:
    for service in _services.values():
        if service["serviceArn"].rpartition("/")[2] == values[0].rpartition("/")[2]:
            service["serviceRegistries"] = _api_spelling(properties.get("ServiceRegistries") or [])
    return values


def _complete(values: tuple[str, Record], properties: Record) -> tuple[str, Record]:
    definition = _task_defs.get(values[0].rpartition("/")[2])
    if definition is not None:
        for name in _TASK_PROPERTIES:
            if name in properties:
                definition[name[:1].lower() + name[1:]] = _api_spelling(properties[name])
    return values


def _api_spelling(value: Any) -> Any:
    """Return properties in the spelling of the ECS API, which starts small, all the way down."""
    if isinstance(value, dict):
        return {
            key[:1].lower() + key[1:]: item if key in _MAPS else _api_spelling(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_api_spelling(item) for item in value]
    return value
