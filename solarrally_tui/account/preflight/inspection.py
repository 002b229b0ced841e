"""Reads what the preflight checks need from AWS. What is denied becomes unknown."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from solarrally_tui.account.availability_zones import usable_zones
from solarrally_tui.account.lookups import newest_postgres
from solarrally_tui.account.preflight import account_plan, checks, database, quotas, trails
from solarrally_tui.account.preflight.checks import PermissionQuestion
from solarrally_tui.account.preflight.organization import organization
from solarrally_tui.account.preflight.spending import spending
from solarrally_tui.account.shared.service_linked_roles import missing_roles
from solarrally_tui.aws.door import Door, Identity
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.why_unknown import why_unknown
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.site.model import Site, Size
from solarrally_tui.site.regions import ALWAYS_ENABLED

GLOBAL: Final = "us-east-1"
"""Where AWS answers for the account as a whole."""

_AT_ONCE: Final = 4
_MOST_ACTIONS: Final = 50
_LATELY: Final = timedelta(hours=1)
"""Usage metrics come every five minutes, a few minutes late."""


@dataclass(frozen=True, slots=True)
class Lookups:
    """What a deployment looks up anyway, so that preflight need not."""

    engine_version: str
    zones: tuple[str, ...]
    """Names of the Availability Zones of the network."""


async def findings(
    door: Door,
    identity: Identity,
    site: Site,
    questions: Sequence[PermissionQuestion],
    seconds: tuple[float, float],
) -> tuple[Finding, ...]:
    """Check the account for one site. The door is in its Region. Raises no AwsError.

    questions: what the deploy policy allows, statement by statement.
    seconds: how long a deployment usually takes, at least and at most.
    """
    now = datetime.now(UTC)
    region = await region_enabled(door)
    who = await _credentials(door, identity, now, seconds)
    if region.severity is Severity.FAIL:
        # AWS knows nobody in a Region that is off, so every other answer would mislead.
        return (*who, region)
    there, looked_up = await asyncio.gather(_existing(site, door), lookups(site, door))
    extras = [spending(door)] if site.alerts.anomaly_detection else []
    first, second = await asyncio.gather(
        asyncio.gather(
            _permissions(door, identity.arn, questions), _roles(door), _trails(door, site), *extras
        ),
        obstacles(door, identity.account, site, there, looked_up),
    )
    return (*who, region, *first, *second)


async def obstacles(
    door: Door,
    account: str,
    site: Site,
    there: Mapping[str, Stack | None],
    looked_up: Lookups | AwsError,
) -> tuple[Finding, ...]:
    """Check what would stop a deployment, with few calls at the same time. Raises no AwsError.

    The Region is checked before, by region_enabled. account: twelve digits. there: the site's
    stacks by their ids. looked_up: why they could not be read, where they could not.
    """
    data = there.get("data")
    has_database = data is not None and data.is_created
    size = site.size
    checks_: list[Awaitable[Finding]] = [
        plan(door, datetime.now(UTC), None if has_database else size)
    ]
    if not has_database:
        checks_.append(organization(door, account))
    running = data.parameters if data and has_database else {}
    known = [checks.without_iot(site.region), checks.arm_builds(site)]
    if running.get("InstanceClass") != size.database_class:
        if isinstance(looked_up, AwsError):
            known.append(database.offer_not_known(why_unknown(looked_up)))
        else:
            offered = database.orderable(door, size, looked_up.engine_version, looked_up.zones)
            checks_.append(offered)
    if size.backup_copy_region and running.get("BackupCopyRegion") != size.backup_copy_region:
        checks_.append(database.backup_copy(door, size.backup_copy_region))
    if site.governance.backup_plan_days:
        checks_.append(database.backup_plan(door))
    databases = _once(lambda: door.pages("rds", "describe_db_instances", "DBInstances"))
    needs = [need for need in quotas.needs(site, exists=has_database) if need.least]
    found = await asyncio.gather(*checks_, *(_quota(door, need, databases) for need in needs))
    return (*found, *(finding for finding in known if finding))


async def region_enabled(door: Door) -> Finding:
    """Look up whether the door's Region is enabled. Raises no AwsError.

    A Region that no account can disable is not asked for.
    """
    if door.region in ALWAYS_ENABLED:
        return checks.region(door.region, "ENABLED_BY_DEFAULT")
    try:
        response = await door.call(
            "account", "get_region_opt_status", GLOBAL, RegionName=door.region
        )
        return checks.region(door.region, str(response["RegionOptStatus"]))
    except AwsError as error:
        return checks.region(door.region, "", why_unknown(error))


async def _existing(site: Site, door: Door) -> dict[str, Stack | None]:
    try:
        return await SiteStacks.of(site, door).all()
    except AwsError:
        return {}


async def lookups(site: Site, door: Door) -> Lookups | AwsError:
    """Look up the engine version and the zones of a site that does not exist yet.

    Returns the error where AWS does not answer, and raises none.
    """
    try:
        version, zones = await asyncio.gather(
            newest_postgres(door, site.size.database_major),
            usable_zones(door, site.size.zones, site.network.avoid_zones),
        )
    except AwsError as error:
        return error
    return Lookups(version, zones)


async def _credentials(
    door: Door, identity: Identity, now: datetime, seconds: tuple[float, float]
) -> tuple[Finding, ...]:
    try:
        key_id, expires = await door.credential_facts()
        renewed = await door.credentials_renewed()
    except AwsError:
        key_id, expires, renewed = "", None, False
    session = checks.session(expires, now, seconds, renewed=renewed)
    own = checks.identity(identity.arn, key_id)
    return (own, session) if session else (own,)


async def _permissions(door: Door, arn: str, questions: Sequence[PermissionQuestion]) -> Finding:
    if arn.endswith(":root"):
        return checks.permissions_of_root()
    try:
        source = await _principal(door, arn)
        if not checks.can_be_simulated(source):
            return checks.permissions_unknown("IAM simulates only users and roles.")
        free = asyncio.Semaphore(_AT_ONCE)
        results = await asyncio.gather(
            *(_simulate(door, source, question, free) for question in _in_parts(questions))
        )
        return checks.permissions(result for part in results for result in part)
    except AwsError as error:
        return checks.permissions_unknown(why_unknown(error))


async def _principal(door: Door, arn: str) -> str:
    """Return the ARN of the user or role; of a role with its path, which STS leaves out."""
    name = checks.role_name(arn)
    if not name:
        return arn
    try:
        response = await door.call("iam", "get_role", RoleName=name)
    except AwsError as error:
        if error.kind is not Kind.DENIED:
            raise
        return checks.principal_unseen(arn, name)
    return str(response["Role"]["Arn"])


def _in_parts(questions: Sequence[PermissionQuestion]) -> list[PermissionQuestion]:
    return [
        replace(question, actions=question.actions[start : start + _MOST_ACTIONS])
        for question in questions
        for start in range(0, len(question.actions), _MOST_ACTIONS)
    ]


async def _simulate(
    door: Door, source: str, question: PermissionQuestion, free: asyncio.Semaphore
) -> list[Any]:
    entries = [
        {"ContextKeyName": key, "ContextKeyValues": [value], "ContextKeyType": "string"}
        for key, value in question.context.items()
    ]
    async with free:
        return await door.pages(
            "iam",
            "simulate_principal_policy",
            "EvaluationResults",
            PolicySourceArn=source,
            ActionNames=list(question.actions),
            ResourceArns=list(question.resources),
            ContextEntries=entries,
        )


async def plan(door: Door, now: datetime, size: Size | None = None) -> Finding:
    """Return the finding on the account's plan and credits. Raises no AwsError.

    size: answers to judge; None where no database is to be created.
    """
    try:
        state = await door.call("freetier", "get_account_plan_state", GLOBAL)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return account_plan.none()
        return account_plan.not_known(why_unknown(error))
    return account_plan.judge(state, now, size)


async def _roles(door: Door) -> Finding:
    try:
        missing = await missing_roles(door)
    except AwsError as error:
        return checks.service_roles_unknown(why_unknown(error))
    return checks.service_roles(missing)


async def _trails(door: Door, site: Site) -> Finding:
    try:
        return trails.judge(site, await trails.others(door, site.name))
    except AwsError as error:
        return trails.not_known(why_unknown(error))


Databases = Callable[[], Awaitable[list[Any]]]
"""Reads the DB instances of the Region; several quotas count them."""


def _once(read: Databases) -> Databases:
    """Return a reader that reads once, however often and at the same time it is called."""
    reading: list[asyncio.Future[list[Any]]] = []

    async def shared() -> list[Any]:
        if not reading:
            reading.append(asyncio.ensure_future(read()))
        return await reading[0]

    return shared


async def _quota(door: Door, need: quotas.QuotaNeed, databases: Databases) -> Finding:
    limit, used, why = None, None, ""
    try:
        if need.amount:
            quota = await _quota_of(door, need)
            limit = float(quota["Value"])
            used = await _in_use(door, need, quota.get("UsageMetric") or {}, databases)
    except AwsError as error:
        why = why_unknown(error)
    return quotas.judge(need, limit, used, why)


async def _quota_of(door: Door, need: quotas.QuotaNeed) -> dict[str, Any]:
    """Return the account's quota; AWS's default where the account has none of its own yet."""
    codes = {"ServiceCode": need.service, "QuotaCode": need.code}
    try:
        response = await door.call("service-quotas", "get_service_quota", **codes)
    except AwsError as error:
        if error.code != "NoSuchResourceException":
            raise
        response = await door.call("service-quotas", "get_aws_default_service_quota", **codes)
    quota: dict[str, Any] = response["Quota"]
    return quota


async def _in_use(
    door: Door, need: quotas.QuotaNeed, metric: Mapping[str, Any], databases: Databases
) -> int | None:
    """Count what is in use, or read AWS's own usage metric; None where there is neither."""
    if need.id == "addresses":
        return len((await door.call("ec2", "describe_addresses"))["Addresses"])
    if need.id == "networks":
        return len(await door.pages("ec2", "describe_vpcs", "Vpcs"))
    if need.counted:
        instances = await databases()
        sizes = [int(instance.get("AllocatedStorage", 0)) for instance in instances]
        return sum(sizes) if need.id == "storage" else len(instances)
    return await _measured(door, metric) if metric else None


async def _measured(door: Door, metric: Mapping[str, Any]) -> int | None:
    """Return the latest value of a usage metric; None where AWS measured nothing recently."""
    now = datetime.now(UTC)
    statistic = str(metric.get("MetricStatisticRecommendation", "Maximum"))
    response = await door.call(
        "cloudwatch",
        "get_metric_statistics",
        Namespace=metric["MetricNamespace"],
        MetricName=metric["MetricName"],
        Dimensions=[{"Name": k, "Value": v} for k, v in metric["MetricDimensions"].items()],
        StartTime=now - _LATELY,
        EndTime=now,
        Period=300,
        Statistics=[statistic],
    )
    points = sorted(response["Datapoints"], key=lambda point: point["Timestamp"])
    return math.ceil(points[-1][statistic]) if points else None
