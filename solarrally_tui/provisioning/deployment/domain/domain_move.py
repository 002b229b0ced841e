"""Keeps a running site up while its domain changes.

The load balancer's certificate is for one name, and CloudFront demands the name that it asks for.
So before the certificates change, CloudFront moves to the origin that needs no name (HTTP inside
the VPC origin), and back when everything is ready. See docs/operations.md.
"""

from typing import Final

from solarrally_tui.domains.replaced_certificates import delete, unused
from solarrally_tui.provisioning.deployment.context import Deployment
from solarrally_tui.provisioning.deployment.domain.domain_change import PUBLIC

WHY: Final = "Moving CloudFront first, so that the site stays up while its domain changes."

_NO_DOMAIN: Final = {"DomainName": "", "HostedZoneId": "", "CertificateArn": ""}


def parameters_to_change(now: dict[str, str], name: str) -> dict[str, str]:
    """Return the parameters of `edge` to change first; none where nothing is in the way.

    now: the parameters that it has. name: the site's domain, as it will be. One that is removed is
    taken off at once; one that is replaced stays until the new one is ready.
    """
    before = now.get("DomainName", "")
    if now.get("ApiHost"):  # API Gateway's own name stays, whatever the site's is
        return dict(_NO_DOMAIN) if before and not name else {}
    if not before or before == name or now.get("OriginMode") == PUBLIC:
        return {}
    plain = {"OriginProtocol": "http-only"}
    return plain if name else plain | _NO_DOMAIN


async def delete_replaced_certificates(deployment: Deployment) -> int:
    """Delete the certificates for CloudFront that were replaced; return how many.

    `global` keeps them, because CloudFront used them until now. One that AWS still counts as in
    use is left for the next deployment, or for destroy. Raises AwsError.
    """
    site = deployment.site
    old = await unused(deployment.door, site.name, site.region)
    return sum([await delete(deployment.door, arn) for arn in old])
