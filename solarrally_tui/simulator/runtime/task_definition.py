"""A task definition, and which part each of its containers plays."""

import hashlib
from typing import Any

from ministack.services import ecs

from solarrally_tui.simulator.pins import Record, private, scoped

_task_defs = private(ecs, "_task_defs")

_CONF = "MOSQUITTO_CONF"
_LINKS = "LINK_CONF"
_LINK_WAIT = "LINK_WAIT_SECONDS"
_ANSWERS = ("CURRENCY", "SOLAR_PRICE_PER_KWH", "GRID_PRICE_PER_KWH", "SILENT_AFTER_SECONDS")


class TaskDefinition:
    """A task definition, read for what its stand-in has to do."""

    def __init__(self, td: Record) -> None:
        self.record = td
        self.container_definitions: list[Record] = td.get("containerDefinitions") or []
        self.containers = [(str(d["name"]), d, _plain(d)) for d in self.container_definitions]
        """Name, definition and plain environment of each container."""
        self.init = next((name for name, _, env in self.containers if _CONF in env), "")
        """The container that writes the bridge's configuration; may be empty."""
        listening = (name for name, d, _ in self.containers if d.get("portMappings"))
        last = self.containers[-1][0] if self.containers else ""
        self.main = next(listening, last)
        """The container that serves."""
        self.broker = next((name for name, d, _ in self.containers if self.init in _needs(d)), "")
        """The container that waits for `init`; may be empty."""
        awaited = {
            name
            for _, d, _ in self.containers
            for name, condition in _needs(d).items()
            if condition in {"SUCCESS", "COMPLETE"}
        }
        self.done = tuple(name for name, _, _ in self.containers if name in awaited)
        """The containers that run once and end."""

    @classmethod
    def of(cls, task: Record) -> "TaskDefinition":
        """Return the definition of a task, or an empty one when it is no longer registered."""
        wanted = task["taskDefinitionArn"]
        matching = (td for _, td in scoped(_task_defs) if td["taskDefinitionArn"] == wanted)
        return cls(next(matching, {}))

    @property
    def is_hub(self) -> bool:
        """Whether its broker takes messages from AWS IoT for other tasks."""
        return any(_LINKS in env for _, _, env in self.containers)

    @property
    def waits_for_broker(self) -> bool:
        """Whether the task is healthy only when the broker's bridge is connected."""
        if self.is_hub:
            return True
        needs = next((_needs(d) for name, d, _ in self.containers if name == self.main), {})
        broker = next((d for name, d, _ in self.containers if name == self.broker), {})
        return needs.get(self.broker) == "HEALTHY" and bool(broker.get("healthCheck"))

    def plain(self, name: str) -> dict[str, str] | None:
        """Return the plain variables of a container; None where there is none of that name."""
        return next((env for of, _, env in self.containers if of == name), None)

    @property
    def answers(self) -> dict[str, str]:
        """The serving container's variables that come from the site's answers, by name."""
        plain = next((env for name, _, env in self.containers if name == self.main), {})
        return {name: plain[name] for name in _ANSWERS if name in plain}

    @property
    def link_wait(self) -> float | None:
        """Simulated seconds after which the broker counts as healthy without its link.

        None where its health check never accepts that.
        """
        plain = next((env for name, _, env in self.containers if name == self.broker), {})
        return float(plain[_LINK_WAIT]) if _LINK_WAIT in plain else None

    def mark_started(self, container: Record) -> None:
        """Set a container's state to what DescribeTasks shows once the task runs."""
        definition = next(
            (d for d in self.container_definitions if d["name"] == container["name"]), {}
        )
        if container["name"] in self.done:
            container |= {"lastStatus": "STOPPED", "exitCode": 0}
            return
        container["lastStatus"] = "RUNNING"
        if definition.get("healthCheck"):
            container["healthStatus"] = "HEALTHY"
        image, _, digest = str(definition.get("image", "")).partition("@")
        if image and digest:
            container["imageDigest"] = digest

    def attachment(self, task: Record, address: str) -> dict[str, Any]:
        """Return the elastic network interface that DescribeTasks shows."""
        details = [{"name": "privateIPv4Address", "value": address}]
        if subnet := task.get("_subnet"):
            details.insert(0, {"name": "subnetId", "value": subnet})
        return {
            "id": task["taskArn"].rpartition("/")[2],
            "type": "ElasticNetworkInterface",
            "status": "ATTACHED",
            "details": details,
        }


def address_for(task: Record) -> str:
    """Return a private address for a task: invented, stable, and one at which nothing listens."""
    digest = hashlib.sha256(task["taskArn"].encode()).digest()
    return f"10.{digest[0]}.{digest[1]}.{digest[2] % 254 + 1}"


def _plain(definition: Record) -> dict[str, str]:
    return {str(e["name"]): str(e["value"]) for e in definition.get("environment") or []}


def _needs(definition: Record) -> dict[str, str]:
    return {str(d["containerName"]): str(d["condition"]) for d in definition.get("dependsOn") or []}
