"""Checks from outside whether the site is up: CloudFormation's word alone is not enough."""

from typing import Any, Final

import httpx

from solarrally_tui.aws.errors import Plain
from solarrally_tui.aws.poll import StillWaitingError, poll
from solarrally_tui.deployed.site_http import Front
from solarrally_tui.provisioning.deployment.context import Deployment
from solarrally_tui.provisioning.deployment.domain.dns_pointing import wait_until_pointed
from solarrally_tui.provisioning.deployment.step_graph import VERIFY
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.steps import End, StepError

LIMIT_SECONDS: Final = 900.0
"""A new distribution and a new name are known everywhere after some minutes."""


async def verify(deployment: Deployment) -> End:
    """Wait until the tasks run, the load balancer finds them healthy, and the address answers.

    A service could be CREATE_COMPLETE although its circuit breaker had given it up (AWS's
    containers-roadmap, issue 1369). Raises StepError and AwsError.
    """
    last_missing = "nothing was seen yet"

    async def serving() -> bool | None:
        nonlocal last_missing
        missing = await _missing(deployment)
        if missing and missing != last_missing:
            deployment.narrator.step(VERIFY, State.RUNNING, f"Waiting: {missing}.")
        last_missing = missing
        return None if missing else True

    try:
        await poll(serving, every=0.5, slowest=5.0, limit=LIMIT_SECONDS)
    except StillWaitingError as error:
        raise StepError(_not_serving(last_missing)) from error
    if deployment.site.domain.is_external:
        front = Front(deployment.site.domain.name)
        await wait_until_pointed(deployment, lambda: _health(deployment, front))
    return End(deployment.ends.changed, address(deployment))


def address(deployment: Deployment) -> str:
    """Return the site's address: its own name, or CloudFront's."""
    return Front.of(deployment.outputs["edge"]).url


async def _missing(deployment: Deployment) -> str:
    """Return what is not as it should be yet, or an empty string."""
    inside = await _service(deployment) or await _targets(deployment)
    return inside or await _health(deployment, Front.of(deployment.outputs["edge"]))


async def _service(deployment: Deployment) -> str:
    app = deployment.outputs["app"]
    response = await deployment.door.call(
        "ecs", "describe_services", cluster=app["ClusterName"], services=[app["ServiceName"]]
    )
    if not response.get("services"):
        return "the service does not exist"
    service: dict[str, Any] = response["services"][0]
    primary: dict[str, Any] = next(
        (d for d in service.get("deployments", ()) if d["status"] == "PRIMARY"), {}
    )
    state = primary.get("rolloutState", "COMPLETED")
    if state == "FAILED":
        raise StepError(_gave_up(primary.get("rolloutStateReason", "")))
    running, desired = service.get("runningCount", 0), service.get("desiredCount", 0)
    if state != "COMPLETED" or running < max(desired, 1):
        return f"{running} of {desired} tasks run, the rollout is {state}"
    return ""


async def _targets(deployment: Deployment) -> str:
    target_group = deployment.outputs["app"]["TargetGroupArn"]
    response = await deployment.door.call(
        "elbv2", "describe_target_health", TargetGroupArn=target_group
    )
    targets = response.get("TargetHealthDescriptions", ())
    states = [target["TargetHealth"]["State"] for target in targets]
    if "healthy" in states:
        return ""
    return f"the load balancer finds no healthy task: {', '.join(states) or 'none registered'}"


async def _health(deployment: Deployment, front: Front) -> str:
    """Return what is wrong with /health; empty where it answers as it should."""
    url = f"{front.url}/health"
    try:
        response = await front.get("/health")
        health = response.json() if response.status_code == httpx.codes.OK else {}
    except (httpx.HTTPError, ValueError) as error:
        return f"{url} does not answer: {type(error).__name__}: {error}"
    if not health:
        return f"{url} answers {response.status_code}"
    if health.get("mqtt_connected") is True or deployment.bridge_off:
        return ""
    return f"{url} reports that mqtt_connected is not true"


def _gave_up(reason: str) -> Plain:
    return Plain(
        what="ECS gave up on the new version of the service: new tasks do not stay up.",
        why=reason or "ECS gave no reason.",
        next="Read the application's log group, then run the same command again.",
        detail=reason,
    )


def _not_serving(missing: str) -> Plain:
    return Plain(
        what="Everything was created, but the site is not up yet.",
        why=f"After {LIMIT_SECONDS / 60:.0f} minutes: {missing}.",
        next="Run solarrally status to see the cause. Running deploy again continues from here.",
        detail=missing,
    )
