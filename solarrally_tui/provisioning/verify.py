"""Looks from outside whether the site serves: CloudFormation's word alone is not enough."""

import asyncio
import importlib
import ssl
from typing import Any, Final

import httpx

from solarrally_tui.aws.errors import Plain
from solarrally_tui.aws.poll import StillWaitingError, poll
from solarrally_tui.aws.trust import https_context
from solarrally_tui.provisioning.events import State
from solarrally_tui.provisioning.plan import VERIFY
from solarrally_tui.provisioning.pointing import pointed
from solarrally_tui.provisioning.run import Run
from solarrally_tui.provisioning.steps import End, StepError

LIMIT_SECONDS: Final = 900.0
"""A new distribution and a new name are known everywhere after some minutes."""

_HTTP_SECONDS: Final = 10.0


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
        await pointed(run, lambda: _answer(run, address(run)))
    return End(bool(run.changed), address(run))


def address(run: Run) -> str:
    """Return the site's address: its own name, or CloudFront's."""
    edge = run.outputs["edge"]
    if run.site.domain.name:
        return f"https://{run.site.domain.name}"
    return f"https://{edge['DistributionDomainName']}"


async def _missing(run: Run) -> str:
    """Return what is not as it should be yet, or an empty string."""
    inside = await _service(run) or await _targets(run)
    if inside:
        return inside
    # A new name is not known everywhere at once. CloudFront knows it before DNS does.
    ways = (_through_cloudfront, _by_its_name) if run.site.has_domain else (_by_its_name,)
    answers = [await answer(run) for answer in ways]
    return "" if "" in answers else answers[0]


async def _through_cloudfront(run: Run) -> str:
    """Ask CloudFront at its own address, for the name that viewers will use.

    Under its own name CloudFront would not reach the application: the load balancer's certificate
    is for the site's name.
    """
    own = f"https://{run.outputs['edge']['DistributionDomainName']}"
    return await _answer(run, own, run.site.domain.name)


async def _by_its_name(run: Run) -> str:
    return await _answer(run, address(run))


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


def _trusted() -> ssl.SSLContext:
    """Return whom we trust, and load what httpx loads at its first client. Both are slow."""
    importlib.import_module("httpcore")
    return https_context()


async def _answer(run: Run, base: str, name: str = "") -> str:
    """Return what is wrong with /health at an address, asked for under another name if given."""
    url = f"{base}/health"
    headers, extensions = ({"Host": name}, {"sni_hostname": name}) if name else ({}, {})
    try:
        trusted = await asyncio.to_thread(_trusted)
        async with httpx.AsyncClient(verify=trusted, timeout=_HTTP_SECONDS) as client:
            answer = await client.get(url, headers=headers, extensions=extensions)
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
        "The service gave up its deployment: new tasks do not stay up.",
        reason or "ECS gave no reason.",
        "Read the application's log group, then run the same command again.",
        reason,
    )


def _not_serving(missing: str) -> Plain:
    return Plain(
        "Everything was made, but the site does not serve yet.",
        f"After {LIMIT_SECONDS / 60:.0f} minutes: {missing}.",
        "Run solarrally status for the cause. Running deploy again continues from here.",
        missing,
    )
