"""When a deployment of a service is complete, and when an alarm fails it.

Source: ECS developer guide, "How the Amazon ECS deployment circuit breaker detects failures" and
"How CloudWatch alarms detect Amazon ECS deployment failures". Otherwise than on AWS, the old tasks
run until the alarms have been watched long enough; AWS stops them before.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import cloudwatch, ecs

from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.pins import Record, private, replace, scoped
from solarrally_tui.simulator.runtime.target_health import HEALTHY, TargetHealth

_services = private(ecs, "_services")
_tasks = private(ecs, "_tasks")
_primary_deployment = private(ecs, "_primary_deployment")
_task_ip = private(ecs, "_task_ip")
_reconcile_service_tasks = private(ecs, "_reconcile_service_tasks")
_alarms = private(cloudwatch, "_alarms")

ALARM_DETECTED = "deployment failed: alarm detected."
"""As the event of the service says it."""


class Rollouts:
    """Watches the deployments that are in progress."""

    def __init__(self, health: TargetHealth, clock: Clock) -> None:
        self._health = health
        self._clock = clock
        self._complete: Callable[..., None] = private(ecs, "_complete_service_deployment")
        self._rang: dict[str, frozenset[str]] = {}
        """By deployment: the alarms that rang when it was seen first. ECS leaves those out."""
        self._stable: dict[str, float] = {}
        """By deployment: when all of its tasks were healthy, in simulated seconds."""

    def install(self) -> None:
        """Let MiniStack's ECS complete a deployment only once its targets are healthy."""
        replace(ecs, "_complete_service_deployment", lambda _: self._completes)

    def check(self) -> None:
        """Fail the deployments whose alarm rings, and complete those that are due."""
        for (account, region, key), service in scoped(_services):
            primary = _primary_deployment(service)
            if service["status"] != "ACTIVE" or not primary:
                continue
            with request_scope(account, region):
                if primary.get("rolloutState") == "IN_PROGRESS":
                    self._watch(key, service, primary)
                elif service["runningCount"] + service["pendingCount"] < service["desiredCount"]:
                    # A task ended: the service scheduler keeps the desired count.
                    _reconcile_service_tasks(key.partition("/")[0], key)

    def _watch(self, key: str, service: Record, primary: Record) -> None:
        ringing = frozenset(_ringing(service))
        before = self._rang.setdefault(primary["id"], ringing)
        # Only a deployment that runs something is watched, and one that ended well comes back.
        last = next((d for d in service["deployments"] if d["rolloutState"] == "COMPLETED"), None)
        if ringing - before and last and primary.get("runningCount"):
            _fail(key, service, primary, last)
        else:
            self._completes(key.partition("/")[0], key)

    def _completes(self, cluster: str, key: str, expected_deployment_id: str | None = None) -> None:
        service = _services.get(key)
        primary = _primary_deployment(service) if service else None
        if primary and primary.get("rolloutState") == "IN_PROGRESS":
            if not self._is_healthy(service, primary):
                self._stable.pop(primary["id"], None)
                return
            since = self._stable.setdefault(primary["id"], self._clock.now())
            if not self._clock.instant and self._clock.now() - since < _bake_seconds(service):
                return
        self._complete(cluster, key, expected_deployment_id)

    def _is_healthy(self, service: Record, deployment: Record) -> bool:
        """Whether the load balancers find every task of a deployment healthy."""
        groups = [lb["targetGroupArn"] for lb in service["loadBalancers"] if "targetGroupArn" in lb]
        addresses = [
            _task_ip(task)
            for task in list(_tasks.values())
            if task.get("_deployment_id") == deployment["id"] and task["lastStatus"] == "RUNNING"
        ]
        return all(
            self._health.state(group, address) == HEALTHY
            for group in groups
            for address in addresses
        )


def _watched(service: Record) -> Iterator[Record]:
    watched = (service.get("deploymentConfiguration") or {}).get("alarms") or {}
    for name in watched.get("alarmNames") or () if watched.get("enable") else ():
        if alarm := _alarms.get(name):
            yield alarm


def _ringing(service: Record) -> Iterator[str]:
    return (
        str(alarm["AlarmName"]) for alarm in _watched(service) if alarm["StateValue"] == "ALARM"
    )


def _bake_seconds(service: Record) -> float:
    """Return how long the alarms are watched after the tasks are healthy.

    AWS computes it from the alarms and publishes no rule; here it is the time that the slowest one
    needs to ring.
    """
    periods = (
        float(alarm.get("Period") or 60) * float(alarm.get("EvaluationPeriods") or 1)
        for alarm in _watched(service)
    )
    return max(periods, default=0.0)


def _fail(key: str, service: Record, failed: Record, last: Record) -> None:
    """Fail a deployment, and go back to the last one that was completed."""
    cluster = key.partition("/")[0]
    failed |= {
        "status": "ACTIVE",
        "desiredCount": 0,
        "rolloutState": "FAILED",
        "rolloutStateReason": "ECS deployment failed: alarm detected.",
    }
    last |= {
        "status": "PRIMARY",
        "desiredCount": service["desiredCount"],
        "rolloutState": "IN_PROGRESS",
        "rolloutStateReason": "ECS deployment rollback in progress.",
    }
    service["taskDefinition"] = last["taskDefinition"]
    for words in (
        f"rolling back to deployment {last['id']}.",
        f"(deployment {failed['id']}) {ALARM_DETECTED}",
    ):
        service["events"].insert(0, _event(service, words))
    _reconcile_service_tasks(cluster, key)


def _event(service: Record, words: str) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "createdAt": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "message": f"(service {service['serviceName']}) {words}",
    }
