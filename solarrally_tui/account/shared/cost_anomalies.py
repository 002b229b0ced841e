"""Cost anomaly detection: one monitor an account, one subscription a site."""

from collections.abc import Mapping
from typing import Any, Final

from solarrally_tui.account.shared import settings_record
from solarrally_tui.account.shared.shared_state import items, subscription, subscription_name
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.site.names import GLOBAL_REGION

MONITOR: Final = "solarrally"
LEAST_USD: Final = "10"
"""Anomalies below this many USD are not worth an e-mail to a small operator."""

_MONITOR_ENTRY: Final = "anomaly-monitor"
_BEGUN: Final = "begun"
"""In the record, while a monitor is being created whose ARN nobody knows."""


async def ensure_monitor(door: Door) -> tuple[str, bool]:
    """Return the ARN of the account's one monitor for services, and whether it had to be created.

    Raises AwsError.
    """
    existing = await monitor(door)
    if existing:
        return await _recorded(door, existing), False
    wanted = {
        "MonitorName": MONITOR,
        "MonitorType": "DIMENSIONAL",
        "MonitorDimension": "SERVICE",
    }
    # Recorded first, so that a run that dies in between leaves none that nobody deletes.
    await settings_record.record(door, _MONITOR_ENTRY, _BEGUN)
    try:
        await door.with_region(GLOBAL_REGION).once(
            "ce", "create_anomaly_monitor", lambda: monitor(door), AnomalyMonitor=wanted
        )
    except AwsError:
        # An account can have only one; another deployment may have been faster.
        existing = await monitor(door)
        if not existing:
            raise
        return await _recorded(door, existing), False
    created = await monitor(door)
    if created is None:
        raise AwsError("NoMonitor", "it is not listed", "ce", "get_anomaly_monitors")
    return await _recorded(door, created), True


async def _recorded(door: Door, existing: Mapping[str, Any]) -> str:
    """Return the ARN of a monitor, and finish the record of one that a run began to create."""
    arn = str(existing["MonitorArn"])
    if await settings_record.recorded(door, _MONITOR_ENTRY) != _BEGUN:
        return arn
    if existing.get("MonitorName") == MONITOR:
        await settings_record.record(door, _MONITOR_ENTRY, arn)
    else:
        await settings_record.forget(door, _MONITOR_ENTRY)
    return arn


async def ensure_subscription(door: Door, site: str, monitor: str, email: str) -> bool:
    """Subscribe an address to daily e-mails about anomalies; return whether that was needed.

    Raises AwsError.
    """
    subscribers = [{"Address": email, "Type": "EMAIL"}]
    existing = await subscription(door, site)
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
        "SubscriptionName": subscription_name(site),
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
    # Recorded first, so that a run that dies in between leaves none that nobody deletes.
    await settings_record.record(door, _subscription_entry(site), subscription_name(site))
    await door.with_region(GLOBAL_REGION).once(
        "ce",
        "create_anomaly_subscription",
        lambda: subscription(door, site),
        AnomalySubscription=wanted,
    )
    return True


async def delete_subscription(door: Door, site: str) -> bool:
    """Delete a site's subscription and return whether there was one. Raises AwsError.

    Without a record of it, Cost Explorer is not asked: many accounts do not have it.
    """
    if not await settings_record.recorded(door, _subscription_entry(site)):
        return False
    existing = await subscription(door, site)
    if existing:
        await door.find(
            "ce",
            "delete_anomaly_subscription",
            GLOBAL_REGION,
            SubscriptionArn=existing["SubscriptionArn"],
        )
    await settings_record.forget(door, _subscription_entry(site))
    return existing is not None


async def release_monitor(door: Door) -> bool:
    """Delete the monitor if solarrally created it. Raises AwsError."""
    arn = await settings_record.recorded(door, _MONITOR_ENTRY)
    if not arn:
        return False
    monitors = await items(door, "get_anomaly_monitors", "AnomalyMonitors")
    key, value = ("MonitorName", MONITOR) if arn == _BEGUN else ("MonitorArn", arn)
    for existing in monitors:
        if existing[key] == value:
            arn = existing["MonitorArn"]
            await door.find("ce", "delete_anomaly_monitor", GLOBAL_REGION, MonitorArn=arn)
    await settings_record.forget(door, _MONITOR_ENTRY)
    return True


async def monitor(door: Door) -> dict[str, Any] | None:
    """Return the account's one monitor for services, if there is one. Raises AwsError."""
    monitors = await items(door, "get_anomaly_monitors", "AnomalyMonitors")
    return next((each for each in monitors if each.get("MonitorDimension") == "SERVICE"), None)


def _subscription_entry(site: str) -> str:
    return f"anomaly-subscription/{site}"
