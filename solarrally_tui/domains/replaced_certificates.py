"""Certificates for CloudFront that were replaced: kept while it used them, and removed after."""

from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.domains.certificates import in_stack, tagged
from solarrally_tui.site.names import GLOBAL_REGION, stack_name

_IN_USE: Final = "ResourceInUseException"


async def retired(door: Door, site: str, home: str) -> tuple[str, ...]:
    """Return the certificates in CloudFront's Region that no stack of a site holds any more.

    home: the site's Region. Raises AwsError.
    """
    stacks = ["global", *(["app"] if home == GLOBAL_REGION else [])]
    found = await tagged(door, site, GLOBAL_REGION)
    names = [stack_name(site, id_) for id_ in stacks] if found else []
    held = [arn for name in names for arn in await in_stack(door, name, GLOBAL_REGION)]
    return tuple(arn for arn in found if arn not in held)


async def delete(door: Door, arn: str) -> bool:
    """Delete a certificate in CloudFront's Region; False where it is still in use.

    Raises AwsError.
    """
    try:
        await door.call("acm", "delete_certificate", GLOBAL_REGION, CertificateArn=arn)
    except AwsError as error:
        if error.code != _IN_USE and error.kind is not Kind.NOT_FOUND:
            raise
        return error.kind is Kind.NOT_FOUND
    return True
