"""Checks from outside whether the site is up: CloudFormation's word alone is not enough."""

from types import MappingProxyType
from typing import Any, Final

import httpx
from websockets.exceptions import WebSocketException

from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.aws.poll import StillWaitingError, poll
from solarrally_tui.computer import https
from solarrally_tui.computer.problem import ComputerError
from solarrally_tui.deployed import fleet_index
from solarrally_tui.deployed.dashboard import viewer_login
from solarrally_tui.deployed.dashboard.live_frames import listen
from solarrally_tui.deployed.dashboard.site_http import Front
from solarrally_tui.provisioning.deployment.context import Deployment
from solarrally_tui.provisioning.deployment.domain.dns_pointing import wait_until_pointed
from solarrally_tui.provisioning.deployment.step_graph import VERIFY
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import End, StepError
from solarrally_tui.site.tiers import Shape

LIMIT_SECONDS: Final = 900.0
"""A new distribution and a new name are known everywhere after some minutes."""

_LISTEN: Final = 60.0
"""Seconds that a deployment waits for a message at most. A charger's interval may be longer."""


async def verify(deployment: Deployment) -> End:
    """Wait until tasks or functions run, the load balancer finds tasks, and the address answers.

    A service could be CREATE_COMPLETE although its circuit breaker had given it up (AWS's
    containers-roadmap, issue 1369). Raises StepError and AwsError.
    """
    last_missing, unseen = "nothing was seen yet", False

    async def serving() -> bool | None:
        nonlocal last_missing, unseen
        try:
            missing, unseen = await _missing(deployment), False
        except httpx.TransportError as error:
            missing, unseen = f"{address(deployment)} does not answer: {_words(error)}", True
        if missing and missing != last_missing:
            deployment.narrator.step(VERIFY, State.RUNNING, f"Waiting: {missing}.")
        last_missing = missing
        return None if missing else True

    try:
        await poll(serving, every=2.0, slowest=8.0, limit=LIMIT_SECONDS)
    except ComputerError as error:
        raise StepError(_not_from_here(deployment, str(error.plain)), Exit.OUT_OF_SIGHT) from error
    except StillWaitingError as error:
        if unseen:
            why = f"After {LIMIT_SECONDS / 60:.0f} minutes: {last_missing}."
            raise StepError(_not_from_here(deployment, why), Exit.OUT_OF_SIGHT) from error
        raise StepError(_not_serving(last_missing)) from error
    domain = deployment.site.domain
    if domain.name and domain.is_external:
        front = Front(domain.name)
        of_tasks = "functions" not in deployment.outputs
        await wait_until_pointed(deployment, lambda: _health_or_words(front, of_tasks=of_tasks))
    warnings = await unseen_telemetry(deployment)
    return End(deployment.ends.changed, address(deployment), warnings=warnings)


async def unseen_telemetry(deployment: Deployment) -> tuple[Plain, ...]:
    """Listen at the page for a message of the chargers that AWS IoT calls connected.

    Return a warning where none arrives in time: the deployment is done, and CloudFormation cannot
    see this. Nothing is said where nobody is connected, or where it could not be seen from here.
    """
    site = deployment.site
    try:
        if not (await fleet_index.fleet(deployment.door, site.name)).connected:
            return ()
        headers = await viewer_login.headers(deployment.door, deployment.outputs["edge"])
        front = Front.of(deployment.outputs["edge"])
        seconds = min(site.allowed_silence, _LISTEN)
        deployment.narrator.step(VERIFY, State.RUNNING, "Waiting for a message of a charger.")
        seen = await listen(front, headers, seconds, enough=lambda frames: frames.total > 0)
    except (AwsError, ComputerError, OSError, TimeoutError, ImportError, WebSocketException):
        return ()
    return () if seen.total or seconds < site.allowed_silence else (_silent(deployment, seconds),)


def address(deployment: Deployment) -> str:
    """Return the site's address: its own name, or CloudFront's."""
    return Front.of(deployment.outputs["edge"]).url


async def _missing(deployment: Deployment) -> str:
    """Return what is not as it should be yet, or an empty string."""
    front = Front.of(deployment.outputs["edge"])
    if "functions" in deployment.outputs:
        return await _functions(deployment) or await _health(front, of_tasks=False)
    inside = await _service(deployment) or await _targets(deployment)
    return inside or await _health(front)


async def _functions(deployment: Deployment) -> str:
    """Return which function cannot run yet: Lambda prepares an image before its first call."""
    outputs = deployment.outputs["functions"]
    for output in ("ApiFunctionName", "TelemetryFunctionName", "ViewersFunctionName"):
        name = outputs[output]
        found = await deployment.door.call(
            "lambda", "get_function_configuration", FunctionName=name
        )
        state, update = found.get("State"), found.get("LastUpdateStatus")
        if state == "Failed" or update == "Failed":
            why = found.get("StateReason") or found.get("LastUpdateStatusReason") or ""
            raise StepError(_function_failed(name, str(why)))
        # Inactive is a function that was idle for weeks: the next call wakes it up.
        if state == "Pending" or update == "InProgress":
            return f"the function {name} is {state}, its update {update}"
    return ""


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
    target_group = deployment.outputs["balancer"]["TargetGroupArn"]
    response = await deployment.door.call(
        "elbv2", "describe_target_health", TargetGroupArn=target_group
    )
    targets = response.get("TargetHealthDescriptions", ())
    states = [target["TargetHealth"]["State"] for target in targets]
    if "healthy" in states:
        return ""
    return f"the load balancer finds no healthy task: {', '.join(states) or 'none registered'}"


async def _health(front: Front, *, of_tasks: bool = True) -> str:
    """Return what is wrong with /health; empty where it answers as it should.

    of_tasks: whether the process that answers takes messages itself, as a task does.
    Raises httpx.TransportError without a response, and ComputerError where none can ever come.
    """
    url = f"{front.url}/health"
    try:
        response = await front.get("/health")
        health = response.json() if response.status_code == httpx.codes.OK else {}
    except httpx.TransportError as error:
        if plain := https.always_in_the_way(error, f"https://{front.place}"):
            raise ComputerError(plain) from error
        raise
    except (httpx.HTTPError, ValueError) as error:
        return f"{url} does not answer: {_words(error)}"
    if not health:
        return f"{url} answers {response.status_code}"
    # The broker in its own task, which is there without AWS IoT too: see unseen_telemetry.
    if not of_tasks or health.get("mqtt_connected") is True:
        return ""
    return f"{url} reports that mqtt_connected is not true"


async def _health_or_words(front: Front, *, of_tasks: bool) -> str:
    try:
        return await _health(front, of_tasks=of_tasks)
    except (httpx.TransportError, ComputerError) as error:
        return f"{front.url}/health does not answer: {_words(error)}"


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _silent(deployment: Deployment, seconds: float) -> Plain:
    return Plain(
        what="Chargers are connected to AWS IoT, and no message of them reaches the dashboard.",
        why=f"{address(deployment)}/ws/live was read for {seconds:.0f} seconds.",
        next=f"Run solarrally diagnose {deployment.site.name}: it says at which link they stop.",
    )


def _gave_up(reason: str) -> Plain:
    return Plain(
        what="ECS gave up on the new version of the service: new tasks do not stay up.",
        why=reason or "ECS gave no reason.",
        next="Read the application's log group, then run the same command again.",
        detail=reason,
    )


_INSIDE: Final = MappingProxyType(
    {
        Shape.TASKS: "Its tasks run, and the load balancer finds them healthy.",
        Shape.FUNCTIONS: "Its functions can run.",
    }
)
"""What is known of a site whose address was not asked."""


def _function_failed(name: str, why: str) -> Plain:
    return Plain(
        what=f"AWS Lambda cannot run the function {name}.",
        why=why or "Lambda gave no reason.",
        next="Run the same command again. It continues from here.",
        detail=why,
    )


def _not_from_here(deployment: Deployment, why: str) -> Plain:
    return Plain(
        what=f"Site {deployment.site.name} is deployed, and its address was not checked from here: "
        f"{address(deployment)}.",
        why=why,
        next=f"{_INSIDE[deployment.site.size.shape]} Open the address in a browser, or run "
        "solarrally status where it can be reached.",
    )


def _not_serving(missing: str) -> Plain:
    return Plain(
        what="Everything was created, but the site is not up yet.",
        why=f"After {LIMIT_SECONDS / 60:.0f} minutes: {missing}.",
        next="Run solarrally status to see the cause, then run the same command again. It "
        "continues from here.",
        detail=missing,
    )
