"""Which account-wide settings solarrally made, so that it never takes back what it found.

One SSM parameter in us-east-1 for each: what was there before us has none.
"""

from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.site.names import GLOBAL_REGION

PREFIX: Final = "/solarrally/made/"


async def record(door: Door, thing: str, identifier: str) -> None:
    """Write down that solarrally made a thing. Raises AwsError."""
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
    """Return the identifier of a thing that solarrally made; empty when it did not.

    Raises AwsError.
    """
    try:
        told = await door.call("ssm", "get_parameter", GLOBAL_REGION, Name=f"{PREFIX}{thing}")
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return ""
        raise
    return str(told["Parameter"]["Value"])


async def forget(door: Door, thing: str) -> None:
    """Strike a thing out; one that is not there is fine. Raises AwsError."""
    try:
        await door.call("ssm", "delete_parameter", GLOBAL_REGION, Name=f"{PREFIX}{thing}")
    except AwsError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
