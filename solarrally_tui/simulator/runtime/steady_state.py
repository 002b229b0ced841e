"""Whether a service has reached its steady state, which CloudFormation waits for."""

import asyncio
import time

from ministack.services import ecs

from solarrally_tui.simulator.pins import Record, private, scoped
from solarrally_tui.simulator.runtime.rollouts import ALARM_DETECTED
from solarrally_tui.simulator.runtime.service_events import ServiceEvents
from solarrally_tui.simulator.runtime.target_health import HEALTHY, TargetHealth, targets_of

_services = private(ecs, "_services")

_CHECK_EVERY = 0.1
# The lowest threshold of the deployment circuit breaker. Without one, AWS would try for hours.
_MOST_FAILURES = 3


async def wait_steady(
    region: str,
    cluster: str,
    service: str,
    limit: float,
    health: TargetHealth,
    events: ServiceEvents,
) -> str | None:
    """Wait until a service is steady, or has shown that it will not be.

    `cluster` and `service` are names or ARNs; `limit` is in real seconds. Returns None when the
    service is steady, otherwise the reason in AWS's words.
    """
    name = service.rpartition("/")[2]
    deadline = time.monotonic() + limit
    watched = ""
    while True:
        record = _service(region, cluster.rpartition("/")[2], name)
        if record is None:
            return f"(service {name}) was not found."
        # The deployment that is watched stays the first one seen: a rollback starts another.
        watched = watched or _primary(record)["id"]
        deployment: Record = next((d for d in record["deployments"] if d["id"] == watched), {})
        failures, cause = events.failures_of(watched)
        if ALARM_DETECTED in deployment.get("rolloutStateReason", ""):
            return f"(service {name}) (deployment {watched}) {ALARM_DETECTED}"
        if failures >= _MOST_FAILURES or deployment.get("rolloutState") == "FAILED":
            return f"(service {name}) failed to launch a task: {cause}"
        if _steady(record, _primary(record), health):
            return None
        if time.monotonic() > deadline:
            late = f"(service {name}) did not stabilize in time."
            return f"(service {name}) failed to launch a task: {cause}" if cause else late
        await asyncio.sleep(_CHECK_EVERY)


def _service(region: str, cluster: str, name: str) -> Record | None:
    for (_, where, key), record in scoped(_services):
        if (where, key) == (region, f"{cluster}/{name}") and record["status"] == "ACTIVE":
            service: Record = record
            return service
    return None


def _primary(service: Record) -> Record:
    primary: Record = next(d for d in service["deployments"] if d["status"] == "PRIMARY")
    return primary


def _steady(service: Record, primary: Record, health: TargetHealth) -> bool:
    desired = service["desiredCount"]
    counts = (service["runningCount"], primary["runningCount"])
    if primary["rolloutState"] != "COMPLETED" or counts != (desired, desired):
        return False
    groups = [lb["targetGroupArn"] for lb in service["loadBalancers"] if "targetGroupArn" in lb]
    # The old tasks have stopped, too: ECS waits until their connections are drained.
    return all(
        not health.draining(group)
        and sum(health.state(group, target["Id"]) == HEALTHY for target in targets_of(group))
        >= desired
        for group in groups
    )
