"""Cost anomaly detection: one monitor an account, one subscription a site."""

from typing import Any, Final

from solarrally_tui.account.shared import settings_record
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.site.names import GLOBAL_REGION

MONITOR: Final = "solarrally"
LEAST_USD: Final = "10"
"""Anomalies below this many USD are not worth an e-mail to a small operator."""

_ENTRY: Final = "anomaly-monitor"


async def ensure_monitor(door: Door) -> tuple[str, bool]:
    """Return the ARN of the account's one monitor for services, and whether it had to be created.

    Raises AwsError.
    """
    existing = await monitor(door)
    if existing:
        return str(existing["MonitorArn"]), False
    wanted = {
        "MonitorName": MONITOR,
        "MonitorType": "DIMENSIONAL",
        "MonitorDimension": "SERVICE",
    }
    try:
        created = await door.call(
            "ce", "create_anomaly_monitor", GLOBAL_REGION, AnomalyMonitor=wanted
        )
    except AwsError:
        # An account can have only one; another deployment may have been faster.
        existing = await monitor(door)
        if not existing:
            raise
        return str(existing["MonitorArn"]), False
    await settings_record.record(door, _ENTRY, created["MonitorArn"])
    return str(created["MonitorArn"]), True


async def ensure_subscription(door: Door, site: str, monitor: str, email: str) -> bool:
    """Subscribe an address to daily e-mails about anomalies; return whether that was needed.

    Raises AwsError.
    """
    subscribers = [{"Address": email, "Type": "EMAIL"}]
    existing = await _subscription(door, site)
    if existing:
        if [item.get("Address") for item in existing.get("Subscribers", [])] == [email]:
            return False
        await door.call(
            "ce",
            "update_anomaly_subscription",
            GLOBAL_REGION,
            SubscriptionArn=existing["SubscriptionArn"],
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
    """Delete a site's subscription and return whether there was one. Raises AwsError."""
    existing = await _subscription(door, site)
    if not existing:
        return False
    await door.call(
        "ce",
        "delete_anomaly_subscription",
        GLOBAL_REGION,
        SubscriptionArn=existing["SubscriptionArn"],
    )
    return True


async def release_monitor(door: Door) -> bool:
    """Delete the monitor if solarrally created it. Raises AwsError."""
    arn = await settings_record.recorded(door, _ENTRY)
    if not arn:
        return False
    monitors = await _all(door, "get_anomaly_monitors", "AnomalyMonitors")
    if any(monitor["MonitorArn"] == arn for monitor in monitors):
        await door.call("ce", "delete_anomaly_monitor", GLOBAL_REGION, MonitorArn=arn)
    await settings_record.forget(door, _ENTRY)
    return True


async def monitor(door: Door) -> dict[str, Any] | None:
    """Return the account's one monitor for services, if there is one. Raises AwsError."""
    monitors = await _all(door, "get_anomaly_monitors", "AnomalyMonitors")
    return next((each for each in monitors if each.get("MonitorDimension") == "SERVICE"), None)


async def _subscription(door: Door, site: str) -> dict[str, Any] | None:
    subscriptions = await _all(door, "get_anomaly_subscriptions", "AnomalySubscriptions")
    name = _subscription_name(site)
    return next((item for item in subscriptions if item.get("SubscriptionName") == name), None)


def _subscription_name(site: str) -> str:
    return f"solarrally-{site}"


async def _all(door: Door, operation: str, key: str) -> list[dict[str, Any]]:
    """Follow NextPageToken: these operations have no paginator in botocore."""
    items: list[dict[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        page = await door.call("ce", operation, GLOBAL_REGION, **token)
        items += page.get(key) or []
        if not page.get("NextPageToken"):
            return items
        token = {"NextPageToken": page["NextPageToken"]}
