"""What a new service needs of Application Auto Scaling: to be brought within its bounds."""

from collections import defaultdict
from typing import Any

import boto3
from ministack.core.responses import request_scope
from ministack.services import ecs

from solarrally_tui.simulator.pins import Record, private, scoped
from solarrally_tui.simulator.settings import ROOT_SECRET

_services = private(ecs, "_services")
_update_service = private(ecs, "_update_service")


class Scaler:
    """Raises or lowers a service when its scalable target is registered or changes.

    As on AWS, a desired count that is set by hand afterwards stays. All calls block: use a thread.
    """

    def __init__(self, endpoint_url: str) -> None:
        self._endpoint_url = endpoint_url
        self._clients: dict[tuple[str, str], Any] = {}
        self._enforced: dict[str, tuple[str, int, int]] = {}

    def run_once(self) -> None:
        """Check every Region that has services, and act once for each changed target."""
        places: dict[tuple[str, str], list[Record]] = defaultdict(list)
        for (account, region, _), service in scoped(_services):
            if service["status"] == "ACTIVE":
                places[account, region].append(service)
        for (account, region), services in sorted(places.items()):
            bounds = self._bounds(account, region)
            with request_scope(account, region):
                for service in services:
                    resource_id = f"service/{_cluster(service)}/{service['serviceName']}"
                    self._enforce(service, bounds.get(resource_id))

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

    def _bounds(self, account: str, region: str) -> dict[str, tuple[int, int]]:
        pages = self._client(account, region).get_paginator("describe_scalable_targets")
        targets = pages.paginate(ServiceNamespace="ecs").build_full_result()
        return {
            t["ResourceId"]: (t["MinCapacity"], t["MaxCapacity"])
            for t in targets["ScalableTargets"]
        }

    def _client(self, account: str, region: str) -> Any:
        key = (account, region)
        if key not in self._clients:
            # At MiniStack an access key of twelve digits names the account.
            self._clients[key] = boto3.session.Session().client(
                "application-autoscaling",
                region_name=region,
                endpoint_url=self._endpoint_url,
                aws_access_key_id=account,
                aws_secret_access_key=ROOT_SECRET,
            )
        return self._clients[key]


def _cluster(service: Record) -> str:
    return str(service["clusterArn"]).rpartition("/")[2]
