"""Task definitions and services that CloudFormation registers, complete as the ECS API has them.

MiniStack's handlers keep a container's secrets, dependencies and health check in
CloudFormation's spelling, where DescribeTaskDefinition cannot show them, and drop a few
properties of the task.
"""

from typing import Any

from ministack.services import ecs
from ministack.services.cloudformation import provisioners

from solarrally_tui.simulator.pins import Record, private, replace, replace_entry

_task_defs = private(ecs, "_task_defs")

_TYPE = "AWS::ECS::TaskDefinition"
_TASK_PROPERTIES = ("Volumes", "RuntimePlatform", "EphemeralStorage")
# Maps whose keys are data, not property names.
_MAPS = frozenset({"Options", "DockerLabels"})


def containers(definitions: list[Record]) -> list[Record]:
    """Container definitions in the spelling of the ECS API."""
    return [_camel(definition) for definition in definitions]


def _camel(value: Any) -> Any:
    if isinstance(value, dict):
        return {k[:1].lower() + k[1:]: v if k in _MAPS else _camel(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_camel(item) for item in value]
    return value


def install() -> None:
    """Correct MiniStack's handlers of task definitions."""
    replace(provisioners, "_normalize_container_defs", lambda _: containers)
    replace_entry(provisioners, "_RESOURCE_HANDLERS", _TYPE, _completing)


def _completing(handlers: Record) -> Record:
    def create(logical_id: str, properties: Record, *rest: Any) -> Any:
        return _complete(handlers["create"](logical_id, properties, *rest), properties)

    def update(physical_id: str, old: Record, new: Record, *rest: Any, **named: Any) -> Any:
        return _complete(handlers["update"](physical_id, old, new, *rest, **named), new)

    return {**handlers, "create": create, "update": update}


def _complete(result: tuple[str, Record], props: Record) -> tuple[str, Record]:
    definition = _task_defs.get(result[0].rpartition("/")[2])
    if definition is not None:
        for name in _TASK_PROPERTIES:
            if name in props:
                definition[name[:1].lower() + name[1:]] = _camel(props[name])
    return result
