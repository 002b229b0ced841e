"""Looks from outside whether the site serves: CloudFormation's word alone is not enough."""

from typing import Any, Final

import httpx

from solarrally_tui.aws.errors import Plain
from solarrally_tui.aws.poll import StillWaitingError, poll
from solarrally_tui.deployed.site_http import Front
from solarrally_tui.provisioning.deployment.context import Run
from solarrally_tui.provisioning.deployment.domain.dns_pointing import pointed
from solarrally_tui.provisioning.deployment.step_graph import VERIFY
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.steps import End, StepError

LIMIT_SECONDS: Final = 900.0
"""A new distribution and a new name are known everywhere after some minutes."""


async def verify(run: Run) -> End:
    """Wait until the tasks run, the balancer finds them healthy, and the address answers.

    A service could be CREATE_COMPLETE although its circuit breaker had given it up (AWS's
    containers-roadmap, issue 1369). Raises StepError and AwsError.
    """
    last = ["nothing was seen yet"]

    async def look() -> bool | None:
        missing = await _missing(run)
        if missing and missing != last[0]:
            run.voice.step(VERIFY, State.RUNNING, f"Waiting: {missing}.")
        last[0] = missing
        return None if missing else True

    try:
        await poll(look, every=0.5, slowest=5.0, limit=LIMIT_SECONDS)
    except StillWaitingError as error:
        raise StepError(_not_serving(last[0])) from error
    if run.site.domain.is_external:
        await pointed(run, lambda: _answer(run, Front(run.site.domain.name)))
    return End(bool(run.changed), address(run))


def address(run: Run) -> str:
    """Return the site's address: its own name, or CloudFront's."""
    return Front.of(run.outputs["edge"]).url


async def _missing(run: Run) -> str:
    """Return what is not as it should be yet, or an empty string."""
    inside = await _service(run) or await _targets(run)
    return inside or await _answer(run, Front.of(run.outputs["edge"]))


async def _service(run: Run) -> str:
    app = run.outputs["app"]
    told = await run.door.call(
        "ecs", "describe_services", cluster=app["ClusterName"], services=[app["ServiceName"]]
    )
    if not told.get("services"):
        return "the service is not there"
    service: dict[str, Any] = told["services"][0]
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


async def _targets(run: Run) -> str:
    told = await run.door.call(
        "elbv2", "describe_target_health", TargetGroupArn=run.outputs["app"]["TargetGroupArn"]
    )
    states = [item["TargetHealth"]["State"] for item in told.get("TargetHealthDescriptions", ())]
    if "healthy" in states:
        return ""
    return f"the load balancer finds no healthy task: {', '.join(states) or 'none registered'}"


async def _answer(run: Run, front: Front) -> str:
    """Return what is wrong with /health; empty where it answers as it should."""
    url = f"{front.url}/health"
    try:
        answer = await front.get("/health")
        told = answer.json() if answer.status_code == httpx.codes.OK else {}
    except (httpx.HTTPError, ValueError) as error:
        return f"{url} does not answer: {type(error).__name__}: {error}"
    if not told:
        return f"{url} answers {answer.status_code}"
    if told.get("mqtt_connected") is True or run.bridge_off:
        return ""
    return f"{url} says mqtt_connected is not true"


def _gave_up(reason: str) -> Plain:
    return Plain(
        what="The service gave up its deployment: new tasks do not stay up.",
        why=reason or "ECS gave no reason.",
        next="Read the application's log group, then run the same command again.",
        detail=reason,
    )


def _not_serving(missing: str) -> Plain:
    return Plain(
        what="Everything was made, but the site does not serve yet.",
        why=f"After {LIMIT_SECONDS / 60:.0f} minutes: {missing}.",
        next="Run solarrally status for the cause. Running deploy again continues from here.",
        detail=missing,
    )
