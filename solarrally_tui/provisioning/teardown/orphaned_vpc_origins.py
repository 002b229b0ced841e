"""VPC origins of a site that no stack holds any more, as after a change of the domain.

CloudFormation tries in vain to delete one that CloudFront still counts as in use. Its network
interfaces keep the VPC from being deleted, and its name cannot be used again.
"""

from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Kind, tolerate
from solarrally_tui.aws.poll import poll
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.site.names import GLOBAL_REGION, SITE_TAG

_TYPE: Final = "AWS::CloudFront::VpcOrigin"
_LIMIT_SECONDS: Final = 1800.0


async def of_site(stacks: SiteStacks) -> tuple[str, ...]:
    """Return the VPC origins with the site's name and tag that its stack does not hold.

    Raises AwsError.
    """
    door = stacks.door
    response = await door.call("cloudfront", "list_vpc_origins", GLOBAL_REGION)
    names = {f"solarrally-{stacks.site}-{protocol}" for protocol in ("http", "https")}
    named = [o for o in response["VpcOriginList"].get("Items") or () if o["Name"] in names]
    if not named:
        return ()
    held = await stacks.resource_ids("edge", _TYPE) if await stacks.find("edge") else []
    return tuple(
        [
            str(origin["Id"])
            for origin in named
            if origin["Id"] not in held and await _is_tagged(door, origin["Arn"], stacks.site)
        ]
    )


async def delete(door: Door, origins: tuple[str, ...]) -> None:
    """Delete VPC origins, and wait until they are gone. Raises AwsError and StillWaitingError."""
    for origin in origins:
        with tolerate(Kind.NOT_FOUND):
            found = await door.call("cloudfront", "get_vpc_origin", GLOBAL_REGION, Id=origin)
            given = {"Id": origin, "IfMatch": found["ETag"]}
            await door.call("cloudfront", "delete_vpc_origin", GLOBAL_REGION, **given)

    async def gone() -> bool | None:
        left = [
            await door.find("cloudfront", "get_vpc_origin", GLOBAL_REGION, Id=origin)
            for origin in origins
        ]
        return None if any(left) else True

    if origins:
        await poll(gone, every=2.0, slowest=15.0, limit=_LIMIT_SECONDS)


async def _is_tagged(door: Door, arn: str, site: str) -> bool:
    given = {"Resource": arn}
    response = await door.call("cloudfront", "list_tags_for_resource", GLOBAL_REGION, **given)
    tags = response["Tags"].get("Items") or ()
    return {"Key": SITE_TAG, "Value": site} in tags
