"""Keeps a running site serving while its domain changes.

The load balancer's certificate is for one name, and CloudFront demands the name that it asks for.
So before the certificates change, CloudFront goes over to the way to the load balancer that needs
no name (HTTP inside the VPC origin), and back when everything is ready. See docs/operations.md.
"""

from typing import Any, Final

from solarrally_tui.deployed import stack
from solarrally_tui.domains.replaced_certificates import delete, retired
from solarrally_tui.provisioning.change.change_set import Wanted
from solarrally_tui.provisioning.change.stack_step import StackStep
from solarrally_tui.provisioning.deployment.context import Run
from solarrally_tui.provisioning.deployment.domain.domain_change import PUBLIC
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.site.names import stack_name

STEP: Final = "global"
"""The first step that changes certificates; `app` waits for it."""

_NONE: Final = {"DomainName": "", "HostedZoneId": "", "CertificateArn": ""}


async def make_way(run: Run) -> bool:
    """Move CloudFront off what is about to change; return whether it had to move.

    A name that goes is taken off at once; one that is replaced stays until the new one is ready.
    Raises StepError and AwsError.
    """
    edge = await stack.find(run.door, stack_name(run.site.name, "edge"), run.site.region)
    if edge is None or edge.is_shell or edge.status in stack.DEAD:
        return False
    change = _needed(edge.parameters, run.site.domain.name)
    if not change:
        return False
    why = "Moving CloudFront first, so that the site goes on while its domain changes."
    run.voice.step(STEP, State.RUNNING, why)
    await StackStep(run.door, run.voice, STEP, await _wanted(run, edge, change)).bring()
    return True


def _needed(now: dict[str, str], name: str) -> dict[str, str]:
    """Return the parameters of `edge` to change first; none where nothing is in the way."""
    before = now.get("DomainName", "")
    if not before or before == name or now.get("OriginMode") == PUBLIC:
        return {}
    plain = {"OriginProtocol": "http-only"}
    return plain if name else plain | _NONE


async def _wanted(run: Run, edge: stack.Stack, change: dict[str, str]) -> Wanted:
    """Return `edge` as it is, but for these parameters: nothing else moves at this time."""
    told: dict[str, Any] = await run.door.call(
        "cloudformation", "get_template", run.site.region, StackName=edge.name
    )
    values = edge.parameters | change
    return Wanted(
        run.site.name, edge.name, run.site.region, told["TemplateBody"], values, run.service_role
    )


async def tidy(run: Run) -> int:
    """Delete the certificates for CloudFront that were replaced; return how many.

    `global` keeps them, because CloudFront used them until now. One that AWS still counts as in
    use is left for the next run, or for destroy. Raises AwsError.
    """
    old = await retired(run.door, run.site.name, run.site.region)
    return sum([await delete(run.door, arn) for arn in old])
