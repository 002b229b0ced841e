# ruff: noqa: SLF001 (the emulator's private names, all listed in seams.py)
"""Task definitions and services that CloudFormation registers, complete as the ECS API has them.

MiniStack's handlers keep a container's secrets, dependencies and health check in
CloudFormation's spelling, where DescribeTaskDefinition cannot show them, and drop a few
properties of the task.
"""

from collections.abc import Callable
from typing import Any

from solarrally_tui.simulator.runtime.seams import Record, ecs, provisioners

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


def install() -> Callable[[], None]:
    """Correct the handlers; returns what undoes it."""
    handlers = provisioners._RESOURCE_HANDLERS[_TYPE]
    before = (provisioners._normalize_container_defs, handlers["create"], handlers["update"])

    def create(logical_id: str, props: Record, *rest: Any) -> Any:
        return _complete(before[1](logical_id, props, *rest), props)

    def update(physical_id: str, old: Record, new: Record, *rest: Any, **named: Any) -> Any:
        return _complete(before[2](physical_id, old, new, *rest, **named), new)

    provisioners._normalize_container_defs = containers
    handlers.update(create=create, update=update)

    def remove() -> None:
        provisioners._normalize_container_defs = before[0]
        handlers.update(create=before[1], update=before[2])

    return remove


def _complete(result: tuple[str, Record], props: Record) -> tuple[str, Record]:
    definition = ecs._task_defs.get(result[0].rpartition("/")[2])
    if definition is not None:
        for name in _TASK_PROPERTIES:
            if name in props:
                definition[name[:1].lower() + name[1:]] = _camel(props[name])
    return result
