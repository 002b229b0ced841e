"""What a site's task gives the backend: read from the blueprint, so that it cannot differ."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from solarrally_tui.blueprints import blueprint
from solarrally_tui.stacks.template import read

_BACKEND: Final = "backend"


@dataclass(frozen=True, slots=True)
class Task:
    """How the backend is started."""

    command: tuple[str, ...]
    variables: tuple[str, ...]
    """Environment variables with plain values, in the blueprint's order."""
    secrets: tuple[str, ...]
    """Environment variables whose values are secrets."""
    port: int


@cache
def task() -> Task:
    """Return how the app blueprint starts the backend."""
    container = _container(read(blueprint("app").template())["Resources"])
    if container is None:
        raise LookupError(f"The app blueprint has no container named {_BACKEND}.")
    return Task(
        tuple(container["Command"]),
        tuple(entry["Name"] for entry in container["Environment"] if "Name" in entry),
        tuple(entry["Name"] for entry in container["Secrets"] if "Name" in entry),
        int(container["PortMappings"][0]["ContainerPort"]),
    )


def _container(node: Any) -> dict[str, Any] | None:
    if isinstance(node, dict) and node.get("Name") == _BACKEND and "Command" in node:
        return node
    parts = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return next((found for part in parts if (found := _container(part))), None)
