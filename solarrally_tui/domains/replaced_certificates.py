"""Certificates that were used before: kept while they are, and deleted afterwards."""

from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, tolerate
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.domains.certificates import in_stack, tagged
from solarrally_tui.site.names import GLOBAL_REGION

_IN_USE: Final = "ResourceInUseException"


async def unused(door: Door, site: str, home: str) -> tuple[str, ...]:
    """Return the certificates in CloudFront's Region that no stack of a site holds any more.

    home: the site's Region. Raises AwsError.
    """
    arns = await tagged(door, site, GLOBAL_REGION)
    if not arns:
        return ()
    stacks = SiteStacks(site, door.with_region(home))
    ids = [id_ for id_ in ("global", "balancer") if stacks.region(id_) == GLOBAL_REGION]
    held = [arn for id_ in ids for arn in await in_stack(stacks, id_)]
    return tuple(arn for arn in arns if arn not in held)


async def delete(door: Door, arn: str) -> bool:
    """Delete a certificate; False where it is still in use. Raises AwsError."""
    region = arn.split(":")[3]
    try:
        with tolerate(Kind.NOT_FOUND):
            await door.call("acm", "delete_certificate", region, CertificateArn=arn)
    except AwsError as error:
        if error.code != _IN_USE:
            raise
        return False
    return True
