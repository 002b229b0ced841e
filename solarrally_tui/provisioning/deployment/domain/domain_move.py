"""Keeps a running site up while its domain changes.

The load balancer's certificate is for one name, and CloudFront demands the name that it asks for.
So before the certificates change, CloudFront moves to the origin that needs no name (HTTP inside
the VPC origin), and back when everything is ready. See docs/operations.md.
"""

from typing import Final

from solarrally_tui.deployed.stack import Stack
from solarrally_tui.domains.replaced_certificates import delete, unused
from solarrally_tui.provisioning.change.change_set import Wanted
from solarrally_tui.provisioning.change.stack_step import StackStep
from solarrally_tui.provisioning.deployment.context import Deployment
from solarrally_tui.provisioning.deployment.domain.domain_change import PUBLIC
from solarrally_tui.provisioning.engine.events import State

STEP: Final = "global"
"""The first step that changes certificates; `app` waits for it."""

_NO_DOMAIN: Final = {"DomainName": "", "HostedZoneId": "", "CertificateArn": ""}


async def move_cloudfront(deployment: Deployment) -> bool:
    """Move CloudFront off what is about to change; return whether it had to move.

    A name that is removed is taken off at once; one that is replaced stays until the new one is
    ready. Raises StepError and AwsError.
    """
    edge = await deployment.stacks.find("edge")
    if edge is None or not edge.is_created:
        return False
    change = _parameters_to_change(edge.parameters, deployment.site.domain.name)
    if not change:
        return False
    why = "Moving CloudFront first, so that the site stays up while its domain changes."
    deployment.narrator.step(STEP, State.RUNNING, why)
    wanted = await _wanted(deployment, edge, change)
    await StackStep(deployment.door, deployment.narrator, STEP, wanted).bring()
    return True


def _parameters_to_change(now: dict[str, str], name: str) -> dict[str, str]:
    """Return the parameters of `edge` to change first; none where nothing is in the way."""
    before = now.get("DomainName", "")
    if not before or before == name or now.get("OriginMode") == PUBLIC:
        return {}
    plain = {"OriginProtocol": "http-only"}
    return plain if name else plain | _NO_DOMAIN


async def _wanted(deployment: Deployment, edge: Stack, change: dict[str, str]) -> Wanted:
    """Return `edge` as it is, but for these parameters: nothing else moves at this time."""
    site, region = deployment.site, deployment.stacks.region("edge")
    response = await deployment.door.call(
        "cloudformation", "get_template", region, StackName=edge.name
    )
    values = edge.parameters | change
    template = response["TemplateBody"]
    return Wanted(site.name, edge.name, region, template, values, deployment.service_role)


async def delete_replaced_certificates(deployment: Deployment) -> int:
    """Delete the certificates for CloudFront that were replaced; return how many.

    `global` keeps them, because CloudFront used them until now. One that AWS still counts as in
    use is left for the next deployment, or for destroy. Raises AwsError.
    """
    site = deployment.site
    old = await unused(deployment.door, site.name, site.region)
    return sum([await delete(deployment.door, arn) for arn in old])
