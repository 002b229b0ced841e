"""RDS: current engine versions, orderable instance classes, event subscriptions."""

import datetime as dt

from solarrally_tui.simulator.scenarios.regions import zone_names
from solarrally_tui.simulator.services.registry import (
    Caller,
    Parameters,
    Result,
    Store,
    operation,
)
from solarrally_tui.simulator.wire.responses import ApiError

# The minor versions of PostgreSQL that RDS offers, as cfn-lint 1.58.0 lists them.
_POSTGRES = {
    "15": range(10, 19),
    "16": range(8, 16),
    "17": range(4, 12),
    "18": (1, 2, 3, 4, 6),
}
_CLASSES = tuple(
    f"db.{family}.{size}"
    for family in ("t3", "t4g")
    for size in ("micro", "small", "medium", "large", "xlarge", "2xlarge")
) + tuple(
    f"db.{family}.{size}"
    for family in ("m6g", "m6i", "m7g", "m7i", "r6g", "r7g")
    for size in ("large", "xlarge", "2xlarge", "4xlarge")
)
_SUPPORT = {
    "15": "2028-02-29T00:00:00+00:00",
    "16": "2029-02-28T00:00:00+00:00",
    "17": "2030-02-28T00:00:00+00:00",
    "18": "2031-02-28T00:00:00+00:00",
}
"""End of standard support (RDS release calendar for PostgreSQL)."""
_subscriptions = Store()


def _versions() -> list[str]:
    return [f"{major}.{minor}" for major, minors in _POSTGRES.items() for minor in minors]


@operation("rds", "DescribeDBEngineVersions")
def describe_engine_versions(caller: Caller, given: Parameters) -> Result:
    """List the versions of PostgreSQL, oldest first. A major version stands for all its minors."""
    wanted = given.get("EngineVersion", "")
    family = given.get("DBParameterGroupFamily", "")
    versions = [
        v
        for v in _versions()
        if (not wanted or v == wanted or v.startswith(f"{wanted}."))
        and family in ("", f"postgres{v.partition('.')[0]}")
    ]
    if given.get("DefaultOnly"):
        versions = versions[-1:]
    if given.get("Engine", "postgres") != "postgres":
        versions = []
    return {"DBEngineVersions": [_version(caller, v) for v in versions]}


def _version(caller: Caller, version: str) -> Result:
    major = version.partition(".")[0]
    return {
        "Engine": "postgres",
        "MajorEngineVersion": major,
        "EngineVersion": version,
        "DBParameterGroupFamily": f"postgres{major}",
        "DBEngineDescription": "PostgreSQL",
        "DBEngineVersionDescription": f"PostgreSQL {version}",
        "DBEngineVersionArn": caller.arn("rds", f"engine-version/postgres/{version}"),
        "ExportableLogTypes": ["postgresql", "upgrade"],
        "SupportsLogExportsToCloudwatchLogs": True,
        "SupportsReadReplica": True,
        "Status": "available",
        "SupportedCACertificateIdentifiers": ["rds-ca-rsa2048-g1", "rds-ca-ecc384-g1"],
    }


@operation("rds", "DescribeDBMajorEngineVersions")
def describe_major_versions(_caller: Caller, given: Parameters) -> Result:
    """List the major versions of PostgreSQL, with the end of AWS's standard support."""
    wanted = given.get("MajorEngineVersion")
    majors = [major for major in _SUPPORT if wanted in (None, major)]
    return {"DBMajorEngineVersions": [_major(major) for major in majors]}


def _major(major: str) -> Result:
    end = dt.datetime.fromisoformat(_SUPPORT[major])
    begin = end.replace(year=end.year - 5)
    return {
        "Engine": "postgres",
        "MajorEngineVersion": major,
        "SupportedEngineLifecycles": [
            {
                "LifecycleSupportName": "open-source-rds-standard-support",
                "LifecycleSupportStartDate": begin.isoformat(),
                "LifecycleSupportEndDate": end.isoformat(),
            }
        ],
    }


@operation("rds", "DescribeOrderableDBInstanceOptions")
def describe_orderable(caller: Caller, given: Parameters) -> Result:
    """List the instance classes of a version, in every Availability Zone."""
    version, kind = given.get("EngineVersion"), given.get("DBInstanceClass")
    versions = [v for v in _versions() if version in (None, v)] if version else _versions()[-1:]
    if given["Engine"] != "postgres" or not versions:
        return {"OrderableDBInstanceOptions": []}
    zones = [{"Name": name} for name in zone_names(caller.region)]
    return {
        "OrderableDBInstanceOptions": [
            {
                "Engine": "postgres",
                "EngineVersion": versions[-1],
                "DBInstanceClass": name,
                "LicenseModel": "postgresql-license",
                "AvailabilityZones": zones,
                "MultiAZCapable": True,
                "Vpc": True,
                "SupportsStorageEncryption": True,
                "StorageType": "gp3",
                "SupportsStorageAutoscaling": True,
                "MinStorageSize": 20,
                "MaxStorageSize": 65536,
            }
            for name in _CLASSES
            if kind in (None, name)
        ]
    }


@operation("rds", "CreateEventSubscription")
def create_subscription(caller: Caller, given: Parameters) -> Result:
    """Subscribe a topic to RDS events."""
    name, known = given["SubscriptionName"], _subscriptions.of(caller)
    if name in known:
        raise ApiError("SubscriptionAlreadyExist", f"Subscription {name} already exists.")
    known[name] = {
        "CustomerAwsId": caller.account,
        "CustSubscriptionId": name,
        "SnsTopicArn": given["SnsTopicArn"],
        "Status": "active",
        "SubscriptionCreationTime": dt.datetime.now(dt.UTC).isoformat(),
        "SourceType": given.get("SourceType", ""),
        "SourceIdsList": given.get("SourceIds", []),
        "EventCategoriesList": given.get("EventCategories", []),
        "Enabled": given.get("Enabled", True),
        "EventSubscriptionArn": caller.arn("rds", f"es:{name}"),
    }
    return {"EventSubscription": known[name]}


@operation("rds", "ModifyEventSubscription")
def modify_subscription(caller: Caller, given: Parameters) -> Result:
    """Change a subscription."""
    subscription = _subscription(caller, given["SubscriptionName"])
    subscription.update(
        {k: v for k, v in given.items() if k in ("SnsTopicArn", "SourceType", "Enabled")}
    )
    if "EventCategories" in given:
        subscription["EventCategoriesList"] = given["EventCategories"]
    return {"EventSubscription": subscription}


@operation("rds", "DescribeEventSubscriptions")
def describe_subscriptions(caller: Caller, given: Parameters) -> Result:
    """List every subscription, or the one named."""
    name = given.get("SubscriptionName")
    every = list(_subscriptions.of(caller).values())
    return {"EventSubscriptionsList": [_subscription(caller, name)] if name else every}


@operation("rds", "DeleteEventSubscription")
def delete_subscription(caller: Caller, given: Parameters) -> Result:
    """Delete a subscription."""
    subscription = _subscription(caller, given["SubscriptionName"])
    del _subscriptions.of(caller)[given["SubscriptionName"]]
    return {"EventSubscription": subscription}


def _subscription(caller: Caller, name: str) -> Result:
    subscription: Result | None = _subscriptions.of(caller).get(name)
    if subscription is None:
        raise ApiError("SubscriptionNotFound", f"Subscription {name} not found.", 404)
    return subscription
