"""Application Auto Scaling's part that a new service needs: bring it within its bounds."""

from typing import Any

import boto3
from ministack.core.responses import request_scope
from ministack.services import ecs

from solarrally_tui.simulator.pins import Record, private, scoped

_services = private(ecs, "_services")
_update_service = private(ecs, "_update_service")

_NAMESPACE = "ecs"


class Scaler:
    """Raises or lowers a service when its scalable target is registered or changes.

    As on AWS, a desired count that somebody sets by hand afterwards is left alone. All calls
    block: use a thread.
    """

    def __init__(self, endpoint_url: str) -> None:
        self._endpoint_url = endpoint_url
        self._clients: dict[tuple[str, str], Any] = {}
        self._enforced: dict[str, tuple[str, int, int]] = {}

    def run_once(self) -> None:
        """Look at every region that has services, and act once for each changed target."""
        services = [(k, s) for k, s in scoped(_services) if s["status"] == "ACTIVE"]
        for account, region in sorted({(k[0], k[1]) for k, _ in services}):
            here = [s for k, s in services if k[:2] == (account, region)]
            bounds = self._targets(account, region)
            with request_scope(account, region):
                for service in here:
                    self._apply(service, bounds.get(_resource_id(service)))

    def _apply(self, service: Record, bounds: tuple[int, int] | None) -> None:
        arn = str(service["serviceArn"])
        if bounds is None:
            self._enforced.pop(arn, None)
            return
        seen = (str(service["createdAt"]), *bounds)
        if self._enforced.get(arn) == seen:
            return
        self._enforced[arn] = seen
        desired = min(max(service["desiredCount"], bounds[0]), bounds[1])
        if desired != service["desiredCount"]:
            _update_service({"cluster": _cluster(service), "service": arn, "desiredCount": desired})

    def _targets(self, account: str, region: str) -> dict[str, tuple[int, int]]:
        pages = self._client(account, region).get_paginator("describe_scalable_targets")
        targets = pages.paginate(ServiceNamespace=_NAMESPACE).build_full_result()
        return {
            t["ResourceId"]: (t["MinCapacity"], t["MaxCapacity"])
            for t in targets["ScalableTargets"]
        }

    def _client(self, account: str, region: str) -> Any:
        key = (account, region)
        if key not in self._clients:
            # An access key of twelve digits names the account at the emulator.
            self._clients[key] = boto3.session.Session().client(
                "application-autoscaling",
                region_name=region,
                endpoint_url=self._endpoint_url,
                aws_access_key_id=account,
                aws_secret_access_key="embedded",  # noqa: S106 (no secret: never checked)
            )
        return self._clients[key]


def _cluster(service: Record) -> str:
    return str(service["clusterArn"]).rpartition("/")[2]


def _resource_id(service: Record) -> str:
    return f"service/{_cluster(service)}/{service['serviceName']}"
