"""What the account has of the settings that its sites share. Only reads."""

from typing import Any

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.site.names import GLOBAL_REGION


def subscription_name(site: str) -> str:
    """Return the name of a site's subscription to cost anomalies."""
    return f"solarrally-{site}"


async def subscription(door: Door, site: str) -> dict[str, Any] | None:
    """Return a site's subscription to cost anomalies, if there is one. Raises AwsError."""
    subscriptions = await items(door, "get_anomaly_subscriptions", "AnomalySubscriptions")
    name = subscription_name(site)
    return next((item for item in subscriptions if item.get("SubscriptionName") == name), None)


async def items(door: Door, operation: str, key: str) -> list[dict[str, Any]]:
    """Return every item of a list of Cost Explorer. Raises AwsError.

    Follows NextPageToken: these operations have no paginator in botocore.
    """
    listed: list[dict[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        page = await door.call("ce", operation, GLOBAL_REGION, **token)
        listed += page.get(key) or []
        if not page.get("NextPageToken"):
            return listed
        token = {"NextPageToken": page["NextPageToken"]}


async def is_logging(door: Door) -> bool:
    """Return whether the Region's log of AWS IoT is enabled. Raises AwsError."""
    try:
        options = await door.call("iot", "get_v2_logging_options")
    except AwsError as error:
        if error.code == "NotConfiguredException":
            return False
        raise
    return bool(options.get("roleArn")) and not options.get("disableAllLogs", False)


async def thing_indexing(door: Door) -> dict[str, Any]:
    """Return how the Region's fleet index covers things. Raises AwsError."""
    response = await door.call("iot", "get_indexing_configuration")
    return response.get("thingIndexingConfiguration") or {}


def is_indexing(things: dict[str, Any]) -> bool:
    """Return whether a fleet index knows which things are connected."""
    mode = things.get("thingIndexingMode", "OFF")
    return mode != "OFF" and things.get("thingConnectivityIndexingMode") == "STATUS"
