"""What a task definition says about the roles of its containers."""

import hashlib
from typing import Any

from ministack.services import ecs

from solarrally_tui.simulator.pins import Record, private, scoped

_task_defs = private(ecs, "_task_defs")

_CONF = "MOSQUITTO_CONF"


class TaskDefinition:
    """A task definition, read for what its stand-in has to do."""

    def __init__(self, td: Record) -> None:
        self.definitions: list[Record] = td.get("containerDefinitions") or []
        self.containers = [(str(d["name"]), d, _plain(d)) for d in self.definitions]
        """Name, definition and plain environment of each container."""
        self.init = next((name for name, _, env in self.containers if _CONF in env), "")
        """The container that writes the bridge's configuration; may be empty."""
        self.main = self._main()
        """The container that serves."""
        self.broker = next((name for name, d, _ in self.containers if self.init in _needs(d)), "")
        """The container that waits for `init`; may be empty."""
        self.done = tuple(name for name, d, _ in self.containers if not d.get("essential", True))
        """The containers that run once and end."""

    @classmethod
    def of(cls, task: Record) -> "TaskDefinition":
        """The shape of a registered task; empty when its definition is gone."""
        wanted = task["taskDefinitionArn"]
        found = (td for _, td in scoped(_task_defs) if td["taskDefinitionArn"] == wanted)
        return cls(next(found, {}))

    @property
    def waits_for_broker(self) -> bool:
        """Whether the serving container starts only once the broker's bridge is connected."""
        needs = next((_needs(d) for name, d, _ in self.containers if name == self.main), {})
        broker = next((d for name, d, _ in self.containers if name == self.broker), {})
        return needs.get(self.broker) == "HEALTHY" and bool(broker.get("healthCheck"))

    def mark_started(self, container: Record) -> None:
        """Set a container's state as DescribeTasks shows it once the task runs."""
        definition = next((d for d in self.definitions if d["name"] == container["name"]), {})
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
        """The elastic network interface that DescribeTasks shows."""
        details = [{"name": "privateIPv4Address", "value": address}]
        if subnet := task.get("_subnet"):
            details.insert(0, {"name": "subnetId", "value": subnet})
        return {
            "id": task["taskArn"].rpartition("/")[2],
            "type": "ElasticNetworkInterface",
            "status": "ATTACHED",
            "details": details,
        }

    def _main(self) -> str:
        listening = (name for name, d, _ in self.containers if d.get("portMappings"))
        last = self.containers[-1][0] if self.containers else ""
        return next(listening, last)


def address_for(task: Record) -> str:
    """A private address for a task: made up, stable, and never one that anything listens on."""
    digest = hashlib.sha256(task["taskArn"].encode()).digest()
    return f"10.{digest[0]}.{digest[1]}.{digest[2] % 254 + 1}"


def _plain(definition: Record) -> dict[str, str]:
    return {str(e["name"]): str(e["value"]) for e in definition.get("environment") or []}


def _needs(definition: Record) -> dict[str, str]:
    return {str(d["containerName"]): str(d["condition"]) for d in definition.get("dependsOn") or []}
