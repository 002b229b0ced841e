"""Certificates that CloudFront used before: kept while it does, and deleted afterwards."""

from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, tolerate
from solarrally_tui.domains.certificates import in_stack, tagged
from solarrally_tui.site.names import GLOBAL_REGION, stack_name

_IN_USE: Final = "ResourceInUseException"


async def unused(door: Door, site: str, home: str) -> tuple[str, ...]:
    """Return the certificates in CloudFront's Region that no stack of a site holds any more.

    home: the site's Region. Raises AwsError.
    """
    stacks = ["global", *(["app"] if home == GLOBAL_REGION else [])]
    arns = await tagged(door, site, GLOBAL_REGION)
    names = [stack_name(site, id_) for id_ in stacks] if arns else []
    held = [arn for name in names for arn in await in_stack(door, name, GLOBAL_REGION)]
    return tuple(arn for arn in arns if arn not in held)


async def delete(door: Door, arn: str) -> bool:
    """Delete a certificate in CloudFront's Region; False where it is still in use.

    Raises AwsError.
    """
    try:
        with tolerate(Kind.NOT_FOUND):
            await door.call("acm", "delete_certificate", GLOBAL_REGION, CertificateArn=arn)
    except AwsError as error:
        if error.code != _IN_USE:
            raise
        return False
    return True
