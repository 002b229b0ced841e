"""Which account-wide settings solarrally created, so that it never removes what it found.

One SSM parameter in us-east-1 for each: what existed before has none.
"""

from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Kind, tolerate
from solarrally_tui.site.names import GLOBAL_REGION

PREFIX: Final = "/solarrally/made/"


async def record(door: Door, thing: str, identifier: str) -> None:
    """Record that solarrally created a thing. Raises AwsError."""
    await door.call(
        "ssm",
        "put_parameter",
        GLOBAL_REGION,
        Name=f"{PREFIX}{thing}",
        Value=identifier,
        Type="String",
        Overwrite=True,
    )


async def recorded(door: Door, thing: str) -> str:
    """Return the identifier of a thing that solarrally created; empty when it did not.

    Raises AwsError.
    """
    response = await door.find("ssm", "get_parameter", GLOBAL_REGION, Name=f"{PREFIX}{thing}")
    return str(response["Parameter"]["Value"]) if response else ""


async def forget(door: Door, thing: str) -> None:
    """Delete the record of a thing, if there is one. Raises AwsError."""
    with tolerate(Kind.NOT_FOUND):
        await door.call("ssm", "delete_parameter", GLOBAL_REGION, Name=f"{PREFIX}{thing}")
