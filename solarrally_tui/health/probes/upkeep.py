"""Checks of what needs care from time to time: passwords, quotas, backup plan, version."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from solarrally_tui import __version__
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.blueprints import CATALOGUE, blueprint
from solarrally_tui.health.figures import Figure, age, newest
from solarrally_tui.health.metrics import Metric
from solarrally_tui.health.observed_site import ObservedSite, OutOfReachError
from solarrally_tui.health.report import Observation, ok, unknown, warn
from solarrally_tui.site.model import DEFAULT_COMMIT, DEFAULT_REPOSITORY, Application

_OLD: Final = timedelta(days=365)
_BACKUP_LATE: Final = timedelta(days=9)
"""The plan backs up every Sunday (blueprints/governance)."""
_NEAR: Final = 80.0
"""Percent of a quota."""
_FARGATE: Final = ("fargate", "L-3032A538")
_VERSION: Final = re.compile(r"\(solarrally-blueprint [a-z]+ v(\d+(?:\.\d+)*)\)")
_SECRETS: Final = {
    "DbSecretArn": ("data", "database"),
    "AdminSecretArn": ("app", "administrator"),
    "ViewerSecretArn": ("edge", "viewer"),
    "BridgeSecretArn": ("iot", "bridge"),
}
"""Outputs of stacks that hold a secret with a person's or a program's password or key."""
Versions = Sequence[Mapping[str, Any]]
"""Those of a secret that carry a label, as ListSecretVersionIds returns them."""


async def secrets(observed: ObservedSite) -> Observation:
    """Judge how old the passwords are. Their values are not read."""
    versions = await versions_of_secrets(observed)
    if not versions:
        raise OutOfReachError("The site has no secrets yet.")
    return judge_secrets(observed.site.name, versions, datetime.now(UTC))


async def versions_of_secrets(observed: ObservedSite) -> dict[str, Versions | None]:
    """Return the versions of each of the site's secrets, by whose it is.

    None for one that was deleted. Raises AwsError.
    """
    arns: dict[str, str] = {}
    for name, (stack, title) in _SECRETS.items():
        # A site of an older release, or without a password, has not all of them.
        with suppress(OutOfReachError):
            arns[title] = observed.output(stack, name)
    found = await asyncio.gather(
        *(
            observed.door.find("secretsmanager", "list_secret_version_ids", SecretId=arn)
            for arn in arns.values()
        )
    )
    listed = [None if response is None else response["Versions"] for response in found]
    return dict(zip(arns, listed, strict=True))


def changed_at(versions: Versions) -> datetime | None:
    """Return when the value that is in force was stored; None where no version is.

    LastChangedDate of the secret would not do: it moves with a description, and with the requests
    to a task that are versions of the administrator's secret for a while (see private_request).
    """
    current = (one for one in versions if "AWSCURRENT" in one.get("VersionStages", ()))
    return next((one.get("CreatedDate") for one in current), None)


def judge_secrets(site: str, secrets: Mapping[str, Versions | None], now: datetime) -> Observation:
    """Judge secrets by the versions that ListSecretVersionIds returned; None was not found."""
    gone = [title for title, versions in secrets.items() if versions is None]
    if gone:
        return warn(f"Deleted: the secret of the {' and the '.join(gone)}.")
    ages = {
        title: now - changed
        for title, versions in secrets.items()
        if versions and (changed := changed_at(versions))
    }
    if not ages:
        return unknown("Secrets Manager has no date of any of them.")
    oldest = max(ages, key=lambda title: ages[title])
    days = float(ages[oldest].days)
    figure = Figure("secret_age", "Oldest password", days, "days", limit=float(_OLD.days))
    days_of: dict[str, list[str]] = {}
    for title, passed in ages.items():
        days_of.setdefault(f"{now - passed:%Y-%m-%d}", []).append(title)
    set_on = " ".join(f"Set on {day}: {', '.join(titles)}." for day, titles in days_of.items())
    if ages[oldest] > _OLD:
        return warn(
            f"Older than a year: {oldest}. What to do: solarrally maintain {site}. {set_on}",
            figure,
        )
    return ok(set_on, figure)


async def quotas(observed: ObservedSite) -> Observation:
    """Judge how near the account is to the quota that a site reaches first: Fargate's vCPUs."""
    used = newest(await observed.series("fargate_vcpu"))
    service, code = _FARGATE
    try:
        response = await observed.door.call(
            "service-quotas", "get_service_quota", ServiceCode=service, QuotaCode=code
        )
    except AwsError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
        return unknown("AWS has set no quota of Fargate's vCPUs for this account yet.")
    limit = float(response["Quota"]["Value"])
    share = used / limit * 100 if used is not None and limit else None
    figure = Figure("fargate_quota", "Fargate vCPU quota", share, "%", limit=_NEAR)
    if used is None:
        return ok(f"Fargate: {limit:,.0f} vCPUs allowed, no use measured in three hours.", figure)
    line = f"Fargate: {used:,.15g} of {limit:,.15g} vCPUs in use."
    if share is not None and share >= _NEAR:
        return warn(
            f"{line} A deployment needs as many again for a while. Request an increase: Service "
            f"Quotas, {service}, {code}.",
            figure,
        )
    return ok(line, figure)


def quota_metrics(_: ObservedSite) -> tuple[Metric, ...]:
    """Return what AWS measures of the quota (Fargate developer guide, Usage metrics)."""
    dimensions = (
        ("Class", "Standard/OnDemand"),
        ("Resource", "vCPU"),
        ("Service", "Fargate"),
        ("Type", "Resource"),
    )
    return (Metric("fargate_vcpu", "AWS/Usage", "ResourceCount", "Maximum", dimensions),)


async def backup_plan(observed: ObservedSite) -> Observation:
    """Judge whether AWS Backup may back up databases here, and has done so lately."""
    vaults = await observed.resource_ids("governance", "AWS::Backup::BackupVault")
    if not vaults:
        raise OutOfReachError("The backup vault does not exist yet.")
    settings, points = await asyncio.gather(
        observed.door.call("backup", "describe_region_settings"),
        observed.door.pages(
            "backup",
            "list_recovery_points_by_backup_vault",
            "RecoveryPoints",
            BackupVaultName=vaults[0],
        ),
    )
    opted_in = settings["ResourceTypeOptInPreference"].get("RDS") is not False
    return judge_backups(points, datetime.now(UTC), opted_in=opted_in)


def judge_backups(
    points: Sequence[Mapping[str, Any]], now: datetime, *, opted_in: bool
) -> Observation:
    """Judge the recovery points of a vault. opted_in: whether AWS Backup may back up RDS."""
    if not opted_in:
        return warn(
            "AWS Backup is switched off for RDS in this Region, so the plan backs up nothing. "
            "Opt in: AWS Backup console, Settings, Service opt-in, RDS."
        )
    made = [point["CreationDate"] for point in points if point.get("Status") == "COMPLETED"]
    if not made:
        return ok("AWS Backup is opted in. The first backup is made on Sunday.")
    since = now - max(made)
    figure = Figure("vault_age", "Newest vault backup", since.total_seconds(), "s")
    line = f"{len(made)} backups in the vault, the newest {age(since.total_seconds())} old."
    if since > _BACKUP_LATE:
        return warn(f"{line} The plan backs up weekly: see the jobs in AWS Backup.", figure)
    return ok(line, figure)


async def release(observed: ObservedSite) -> Observation:
    """Judge whether this version brings newer blueprints, or a newer application, than the site."""
    return judge_release(blueprint_versions(observed), observed.site.application)


def blueprint_versions(observed: ObservedSite) -> dict[str, tuple[str, str]]:
    """Return by stack the version of its blueprint in the account, and of the one here."""
    return {
        item.id: (_version(stack.description), _installed(item.id))
        for item in CATALOGUE
        if (stack := observed.stack(item.id))
    }


def judge_release(pairs: Mapping[str, tuple[str, str]], application: Application) -> Observation:
    """Judge what a site was deployed with.

    pairs: by stack, the version of its blueprint in the account and of the one installed here;
    empty where a description names none.
    """
    known = {id_: pair for id_, pair in pairs.items() if all(pair)}
    if not known:
        return unknown("The stacks do not say with which version they were deployed.")
    newer_there = [id_ for id_, (there, here) in known.items() if _numbers(there) > _numbers(here)]
    if newer_there:
        return warn(
            f"Deployed by a newer solarrally than {__version__} ({', '.join(newer_there)}). "
            "Upgrade: pipx upgrade solarrally-tui."
        )
    if behind := what_is_behind(known, application):
        return ok(f"{' '.join(behind)} Run solarrally plan to see what a deployment would change.")
    return ok(f"Blueprints and application: solarrally {__version__}.")


def what_is_behind(
    pairs: Mapping[str, tuple[str, str]], application: Application
) -> tuple[str, ...]:
    """Return in words what of a site is older than this version brings.

    pairs: as of judge_release, without empty ones.
    """
    older = [id_ for id_, (there, here) in pairs.items() if _numbers(there) < _numbers(here)]
    behind = []
    if older:
        behind.append(f"solarrally {__version__} has newer blueprints of {', '.join(older)}.")
    is_ours = application.repository == DEFAULT_REPOSITORY and not application.image
    if is_ours and application.commit != DEFAULT_COMMIT:
        behind.append(
            f"It runs commit {application.commit[:7]} of the application; {__version__} was "
            f"checked with {DEFAULT_COMMIT[:7]}."
        )
    return tuple(behind)


def version_of(observed: ObservedSite) -> str:
    """Return the version of a site's oldest blueprint; empty where no stack names one."""
    stacks = (observed.stack(item.id) for item in CATALOGUE)
    versions = [found for stack in stacks if stack and (found := _version(stack.description))]
    return min(versions, key=_numbers, default="")


@cache
def _installed(stack_id: str) -> str:
    return _version(blueprint(stack_id).template())


def _version(description: str) -> str:
    found = _VERSION.search(description)
    return found[1] if found else ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
