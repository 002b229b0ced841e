"""Cost anomaly detection: one monitor an account, one subscription a site."""

from typing import Any, Final

from solarrally_tui.account.shared import settings_record
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.site.names import GLOBAL_REGION

MONITOR: Final = "solarrally"
LEAST_USD: Final = "10"
"""Anomalies below this many USD are not worth a mail to a small operator."""

_ENTRY: Final = "anomaly-monitor"


async def ensure_monitor(door: Door) -> tuple[str, bool]:
    """Return the account's one monitor of all services, and whether it had to be made.

    Raises AwsError.
    """
    found = await monitor(door)
    if found:
        return str(found["MonitorArn"]), False
    wanted = {
        "MonitorName": MONITOR,
        "MonitorType": "DIMENSIONAL",
        "MonitorDimension": "SERVICE",
    }
    try:
        told = await door.call("ce", "create_anomaly_monitor", GLOBAL_REGION, AnomalyMonitor=wanted)
    except AwsError:
        # An account can have only one; another site may have been quicker.
        found = await monitor(door)
        if not found:
            raise
        return str(found["MonitorArn"]), False
    await settings_record.record(door, _ENTRY, told["MonitorArn"])
    return str(told["MonitorArn"]), True


async def ensure_subscription(door: Door, site: str, monitor: str, email: str) -> bool:
    """Let a site's operator know of anomalies by mail, once a day. Returns whether it was needed.

    Raises AwsError.
    """
    subscribers = [{"Address": email, "Type": "EMAIL"}]
    found = await _subscription(door, site)
    if found:
        if [item.get("Address") for item in found.get("Subscribers", [])] == [email]:
            return False
        await door.call(
            "ce",
            "update_anomaly_subscription",
            GLOBAL_REGION,
            SubscriptionArn=found["SubscriptionArn"],
            Subscribers=subscribers,
        )
        return True
    wanted = {
        "SubscriptionName": _subscription_name(site),
        "MonitorArnList": [monitor],
        "Subscribers": subscribers,
        "Frequency": "DAILY",
        "ThresholdExpression": {
            "Dimensions": {
                "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
                "Values": [LEAST_USD],
            }
        },
    }
    await door.call("ce", "create_anomaly_subscription", GLOBAL_REGION, AnomalySubscription=wanted)
    return True


async def delete_subscription(door: Door, site: str) -> bool:
    """Remove a site's subscription and return whether there was one. Raises AwsError."""
    found = await _subscription(door, site)
    if not found:
        return False
    await door.call(
        "ce", "delete_anomaly_subscription", GLOBAL_REGION, SubscriptionArn=found["SubscriptionArn"]
    )
    return True


async def release_monitor(door: Door) -> bool:
    """Remove the monitor where we had made it. Raises AwsError."""
    arn = await settings_record.recorded(door, _ENTRY)
    if not arn:
        return False
    there = await _all(door, "get_anomaly_monitors", "AnomalyMonitors")
    if any(monitor["MonitorArn"] == arn for monitor in there):
        await door.call("ce", "delete_anomaly_monitor", GLOBAL_REGION, MonitorArn=arn)
    await settings_record.forget(door, _ENTRY)
    return True


async def monitor(door: Door) -> dict[str, Any] | None:
    """Return the account's one monitor of all services, whoever made it. Raises AwsError."""
    monitors = await _all(door, "get_anomaly_monitors", "AnomalyMonitors")
    return next((each for each in monitors if each.get("MonitorDimension") == "SERVICE"), None)


async def _subscription(door: Door, site: str) -> dict[str, Any] | None:
    for item in await _all(door, "get_anomaly_subscriptions", "AnomalySubscriptions"):
        if item.get("SubscriptionName") == _subscription_name(site):
            return item
    return None


def _subscription_name(site: str) -> str:
    return f"solarrally-{site}"


async def _all(door: Door, operation: str, key: str) -> list[dict[str, Any]]:
    """Follow NextPageToken: these operations have no paginator in botocore."""
    found: list[dict[str, Any]] = []
    more: dict[str, str] = {}
    while True:
        told = await door.call("ce", operation, GLOBAL_REGION, **more)
        found += told.get(key) or []
        if not told.get("NextPageToken"):
            return found
        more = {"NextPageToken": told["NextPageToken"]}
