"""Cost Explorer, anomaly detection and the free tier, for an account that spends nothing."""

import datetime as dt
import uuid

from solarrally_tui.simulator.services.registry import (
    Caller,
    Parameters,
    Result,
    Store,
    operation,
)
from solarrally_tui.simulator.wire.responses import ApiError

_monitors = Store(regional=False)
_subscriptions = Store(regional=False)
_tags = Store(regional=False)
"""Status of each cost allocation tag."""


def _arn(caller: Caller, kind: str) -> str:
    return f"arn:aws:ce::{caller.account}:{kind}/{uuid.uuid4()}"


@operation("ce", "CreateAnomalyMonitor")
def create_monitor(caller: Caller, given: Parameters) -> Result:
    """Create a monitor. AWS allows one an account for all AWS services."""
    monitor, monitors = given["AnomalyMonitor"], _monitors.of(caller)
    if monitor.get("MonitorDimension") == "SERVICE" and any(
        known.get("MonitorDimension") == "SERVICE" for known in monitors.values()
    ):
        raise ApiError(
            "LimitExceededException", "Limit exceeded on dimensional spend monitor creation"
        )
    arn = _arn(caller, "anomalymonitor")
    today = dt.datetime.now(dt.UTC).date().isoformat()
    monitors[arn] = {**monitor, "MonitorArn": arn, "CreationDate": today}
    return {"MonitorArn": arn}


@operation("ce", "GetAnomalyMonitors")
def get_monitors(caller: Caller, given: Parameters) -> Result:
    """List the monitors, or those with the given ARNs."""
    return {"AnomalyMonitors": _existing(_monitors, caller, given.get("MonitorArnList"), "monitor")}


@operation("ce", "UpdateAnomalyMonitor")
def update_monitor(caller: Caller, given: Parameters) -> Result:
    """Rename a monitor."""
    [monitor] = _existing(_monitors, caller, [given["MonitorArn"]], "monitor")
    monitor.update(given)
    return {"MonitorArn": given["MonitorArn"]}


@operation("ce", "DeleteAnomalyMonitor")
def delete_monitor(caller: Caller, given: Parameters) -> Result:
    """Delete a monitor."""
    _existing(_monitors, caller, [given["MonitorArn"]], "monitor")
    del _monitors.of(caller)[given["MonitorArn"]]
    return {}


@operation("ce", "CreateAnomalySubscription")
def create_subscription(caller: Caller, given: Parameters) -> Result:
    """Create a subscription to monitors that exist."""
    subscription, arn = given["AnomalySubscription"], _arn(caller, "anomalysubscription")
    _existing(_monitors, caller, subscription["MonitorArnList"], "monitor")
    confirmed = [{**who, "Status": "CONFIRMED"} for who in subscription["Subscribers"]]
    _subscriptions.of(caller)[arn] = {
        **subscription,
        "Subscribers": confirmed,
        "SubscriptionArn": arn,
        "AccountId": caller.account,
    }
    return {"SubscriptionArn": arn}


@operation("ce", "GetAnomalySubscriptions")
def get_subscriptions(caller: Caller, given: Parameters) -> Result:
    """List the subscriptions, or those with the given ARNs or monitor."""
    known = _existing(_subscriptions, caller, given.get("SubscriptionArnList"), "subscription")
    monitor = given.get("MonitorArn")
    return {"AnomalySubscriptions": [s for s in known if monitor in (None, *s["MonitorArnList"])]}


@operation("ce", "UpdateAnomalySubscription")
def update_subscription(caller: Caller, given: Parameters) -> Result:
    """Change a subscription."""
    [known] = _existing(_subscriptions, caller, [given["SubscriptionArn"]], "subscription")
    known.update(given)
    return {"SubscriptionArn": given["SubscriptionArn"]}


@operation("ce", "DeleteAnomalySubscription")
def delete_subscription(caller: Caller, given: Parameters) -> Result:
    """Delete a subscription."""
    _existing(_subscriptions, caller, [given["SubscriptionArn"]], "subscription")
    del _subscriptions.of(caller)[given["SubscriptionArn"]]
    return {}


@operation("ce", "UpdateCostAllocationTagsStatus")
def update_tags(caller: Caller, given: Parameters) -> Result:
    """Activate or deactivate tags. AWS first needs a day to know them."""
    for each in given["CostAllocationTagsStatus"]:
        _tags.of(caller)[each["TagKey"]] = each["Status"]
    return {"Errors": []}


@operation("ce", "ListCostAllocationTags")
def list_tags(caller: Caller, given: Parameters) -> Result:
    """List the tags whose status somebody has set, by key and status."""
    keys, status = given.get("TagKeys"), given.get("Status")
    tags = [
        {"TagKey": key, "Type": "UserDefined", "Status": now}
        for key, now in _tags.of(caller).items()
        if (not keys or key in keys) and status in {None, now}
    ]
    return {"CostAllocationTags": tags}


@operation("ce", "GetAnomalies")
def get_anomalies(_caller: Caller, _given: Parameters) -> Result:
    """List nothing: an account that spends nothing has no anomalies."""
    return {"Anomalies": []}


@operation("ce", "GetCostAndUsage")
def get_cost_and_usage(_caller: Caller, given: Parameters) -> Result:
    """Report no costs for the whole period."""
    nothing = {metric: {"Amount": "0", "Unit": "USD"} for metric in given.get("Metrics", [])}
    period = {"TimePeriod": given["TimePeriod"], "Total": nothing, "Groups": [], "Estimated": True}
    return {"ResultsByTime": [period]}


@operation("ce", "GetCostForecast")
def get_cost_forecast(_caller: Caller, _given: Parameters) -> Result:
    """Refuse, as AWS does for an account without history."""
    message = "Insufficient amount of historical data to generate forecast"
    raise ApiError("DataUnavailableException", message)


@operation("freetier", "GetFreeTierUsage")
def get_free_tier_usage(_caller: Caller, _given: Parameters) -> Result:
    """List nothing: nothing is used."""
    return {"freeTierUsages": []}


def _existing(store: Store, caller: Caller, arns: list[str] | None, kind: str) -> list[Result]:
    records = store.of(caller)
    if missing := [arn for arn in arns or [] if arn not in records]:
        raise ApiError(f"Unknown{kind.capitalize()}Exception", f"Cannot find {kind} {missing[0]}")
    return [records[arn] for arn in arns] if arns else list(records.values())
