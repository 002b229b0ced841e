"""What a new service needs of Application Auto Scaling: to be brought within its bounds."""

from collections import defaultdict

from ministack.core.responses import request_scope
from ministack.services import ecs

from solarrally_tui.simulator.pins import Record, private, scoped
from solarrally_tui.simulator.services.registry import OPERATIONS, Caller

_services = private(ecs, "_services")
_update_service = private(ecs, "_update_service")


class Scaler:
    """Raises or lowers a service when its scalable target is registered or changes.

    As on AWS, a desired count that is set by hand afterwards stays. All calls block: use a thread.
    """

    def __init__(self) -> None:
        self._enforced: dict[str, tuple[str, int, int]] = {}

    def run_once(self) -> None:
        """Check every Region that has services, and act once for each changed target."""
        places: dict[tuple[str, str], list[Record]] = defaultdict(list)
        for (account, region, _), service in scoped(_services):
            if service["status"] == "ACTIVE":
                places[account, region].append(service)
        for (account, region), services in sorted(places.items()):
            found = bounds(Caller(account, region))
            with request_scope(account, region):
                for service in services:
                    self._enforce(service, found.get(resource_id(service)))

    def _enforce(self, service: Record, bounds: tuple[int, int] | None) -> None:
        arn = str(service["serviceArn"])
        if bounds is None:
            self._enforced.pop(arn, None)
            return
        target = (str(service["createdAt"]), *bounds)
        if self._enforced.get(arn) == target:
            return
        self._enforced[arn] = target
        desired = min(max(service["desiredCount"], bounds[0]), bounds[1])
        if desired != service["desiredCount"]:
            _update_service({"cluster": _cluster(service), "service": arn, "desiredCount": desired})


def bounds(caller: Caller) -> dict[str, tuple[int, int]]:
    """Return the least and the most tasks of each scalable target, by its name."""
    describe = OPERATIONS["application-autoscaling", "DescribeScalableTargets"]
    targets = describe(caller, {"ServiceNamespace": "ecs"})["ScalableTargets"]
    return {t["ResourceId"]: (t["MinCapacity"], t["MaxCapacity"]) for t in targets}


def resource_id(service: Record) -> str:
    """Return the name of a service among scalable targets."""
    return f"service/{_cluster(service)}/{service['serviceName']}"


def _cluster(service: Record) -> str:
    return str(service["clusterArn"]).rpartition("/")[2]
