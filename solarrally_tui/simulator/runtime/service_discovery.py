"""Private names of tasks: what ECS registers in AWS Cloud Map, and who may connect to whom.

Source: ECS developer guide, "Use service discovery to connect Amazon ECS services with DNS names";
Amazon VPC user guide, "Security group rules".
"""

import random
from collections.abc import Iterator
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import ec2, ecs, servicediscovery

from solarrally_tui.simulator.pins import Record, private, scoped
from solarrally_tui.simulator.runtime.container_engine import ContainerEngine, Standin

_services = private(ecs, "_services")
_tasks = private(ecs, "_tasks")
_found = private(servicediscovery, "_services")
_namespaces = private(servicediscovery, "_namespaces")
_instances = private(servicediscovery, "_instances")
_register_instance = private(servicediscovery, "_register_instance")
_deregister_instance = private(servicediscovery, "_deregister_instance")
_security_groups = private(ec2, "_security_groups")

_ADDRESS = "AWS_INSTANCE_IPV4"


class ServiceDiscovery:
    """Keeps Cloud Map and the tasks' view of it as ECS would."""

    def __init__(self, engine: ContainerEngine) -> None:
        self._engine = engine

    def check(self) -> None:
        """Register tasks that run, deregister those that stop, and let every task know."""
        running = {s.task_arn: s for s in self._engine.all()}
        services = {_group(service): service for _, service in scoped(_services)}
        of_service: dict[str, list[Standin]] = {}
        groups: dict[str, str] = {}
        for _, task in scoped(_tasks):
            standin = running.get(task["taskArn"])
            if standin and task["lastStatus"] == "RUNNING" and task["desiredStatus"] == "RUNNING":
                groups[standin.task_arn] = f"{task['clusterArn']}/{task.get('group', '')}"
                of_service.setdefault(groups[standin.task_arn], []).append(standin)
        for (account, region, _), service in scoped(_services):
            with request_scope(account, region):
                for registry in service.get("serviceRegistries") or ():
                    self._follow(registry["registryArn"], of_service.get(_group(service), []))
        for standin in running.values():
            own = services.get(groups.get(standin.task_arn) or _starting(standin))
            standin.process.set_names(dict(self._names(own, services)) if own else {})

    def _follow(self, registry: str, standins: list[Standin]) -> None:
        identity = registry.rpartition("/")[2]
        if identity not in _found:
            return
        wanted = {s.task_arn.rpartition("/")[2]: s.address for s in standins}
        known = set(_instances.get(identity) or {})
        for gone in known - wanted.keys():
            _deregister_instance({"ServiceId": identity, "InstanceId": gone})
        for new in wanted.keys() - known:
            attributes = {_ADDRESS: wanted[new]}
            given = {"ServiceId": identity, "InstanceId": new, "Attributes": attributes}
            _register_instance(given)

    def _names(self, own: Record, services: dict[str, Record]) -> Iterator[tuple[str, int]]:
        """Yield each name that a task of a service can use, and the port at which it answers."""
        for other in services.values():
            for registry in other.get("serviceRegistries") or ():
                standins = self._registered(registry["registryArn"].rpartition("/")[2])
                if standins and _admits(own, other):
                    yield _name(registry["registryArn"]), random.choice(standins).port  # noqa: S311

    def _registered(self, identity: str) -> list[Standin]:
        found: Record = next((i for key, i in scoped(_instances) if key[2] == identity), {})
        addresses = [each["Attributes"][_ADDRESS] for each in found.values()]
        return [s for s in map(self._engine.at, addresses) if s and s.port]


def _group(service: Record) -> str:
    return f"{service['clusterArn']}/service:{service['serviceName']}"


def _starting(standin: Standin) -> str:
    """Return the group of a task that does not run yet: its bridge already connects."""
    for _, task in scoped(_tasks):
        if task["taskArn"] == standin.task_arn:
            return f"{task['clusterArn']}/{task.get('group', '')}"
    return ""


def _name(registry: str) -> str:
    identity = registry.rpartition("/")[2]
    service: Record = next((one for key, one in scoped(_found) if key[2] == identity), {})
    space = service.get("NamespaceId")
    namespace: Record = next((one for key, one in scoped(_namespaces) if key[2] == space), {})
    return f"{service.get('Name')}.{namespace.get('Name')}"


def _admits(source: Record, target: Record) -> bool:
    """Whether security groups let a service's tasks connect to another's port."""
    ours, theirs = _groups(source), _groups(target)
    ports = {int(each["port"]) for each in target.get("serviceRegistries") or () if "port" in each}
    port = min(ports, default=1883)
    out = any(_allows(g, "IpPermissionsEgress", port, theirs) for g in ours)
    return out and any(_allows(g, "IpPermissions", port, ours) for g in theirs)


def _groups(service: Record) -> set[str]:
    network = (service.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
    return set(network.get("securityGroups") or ())


def _allows(group: str, direction: str, port: int, others: set[str]) -> bool:
    record: dict[str, Any] = next((g for key, g in scoped(_security_groups) if key[2] == group), {})
    for rule in record.get(direction) or ():
        first, last = int(rule.get("FromPort", 0)), int(rule.get("ToPort", 65535))
        named = {pair.get("GroupId") for pair in rule.get("UserIdGroupPairs") or ()}
        anywhere = any(r.get("CidrIp") == "0.0.0.0/0" for r in rule.get("IpRanges") or ())
        if first <= port <= last and (anywhere or named & others):
            return True
    return False
