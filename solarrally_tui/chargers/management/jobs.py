"""Jobs of AWS IoT: one operation for many chargers, at a rate, and stopped where it fails."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from solarrally_tui.chargers.management.desired import arns_of
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.site import names

MOST_TARGETS: Final = 100
"""Things that one job may name (AWS IoT quotas, Maximum number of targets per job)."""

MOST_A_MINUTE: Final = 1000
"""The highest rate that AWS IoT takes (JobExecutionsRolloutConfig, maximumPerMinute)."""

_FEW: Final = 5
"""How many chargers have ended before the share of failures counts."""

ENDED: Final = frozenset({"CANCELED", "COMPLETED", "DELETION_IN_PROGRESS"})


@dataclass(frozen=True, slots=True)
class Rollout:
    """How a job reaches its chargers. Raises ChargerError for numbers of no use."""

    a_minute: int = 50
    """Chargers that get it in a minute."""
    abort_percent: float = 20
    """Share of failures at which the rest is cancelled, once five chargers have ended."""
    minutes: int = 60
    """How long a charger may work on it; then it counts as failed."""

    def __post_init__(self) -> None:
        """Check the numbers. Raises ChargerError."""
        limits = (
            ("rate", self.a_minute, 1, MOST_A_MINUTE),
            ("abort threshold", self.abort_percent, 1, 100),
            ("time-out", self.minutes, 1, 10_080),
        )
        for what, value, least, most in limits:
            if not least <= value <= most:
                raise ChargerError(
                    what=f"The {what} cannot be {value:g}.",
                    why=f"It is from {least} to {most}.",
                    next="Change the number and try again.",
                )


@dataclass(frozen=True, slots=True)
class Job:
    """A job as AWS IoT has it."""

    id: str
    name: str
    """What the operator calls it: the id without the site."""
    status: str
    """AWS's word, such as IN_PROGRESS."""
    operation: str = ""
    reason: str = ""
    """Why AWS IoT or the operator cancelled it."""
    created: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    """Chargers by AWS's word for their part, such as SUCCEEDED; without those of no charger."""

    @property
    def chargers(self) -> int:
        """How many chargers it is for."""
        return sum(self.counts.values())


_COUNTS: Final = {
    "numberOfQueuedThings": "QUEUED",
    "numberOfInProgressThings": "IN_PROGRESS",
    "numberOfSucceededThings": "SUCCEEDED",
    "numberOfFailedThings": "FAILED",
    "numberOfRejectedThings": "REJECTED",
    "numberOfTimedOutThings": "TIMED_OUT",
    "numberOfCanceledThings": "CANCELED",
    "numberOfRemovedThings": "REMOVED",
}


async def create(
    site: DeployedSite, document: Mapping[str, Any], chargers: tuple[str, ...], rollout: Rollout
) -> Job:
    """Create a job for chargers, or for all of a site where none is named.

    Chargers that are added later do not get it. Raises ChargerError and AwsError.
    """
    if len(chargers) > MOST_TARGETS:
        raise ChargerError(
            what=f"A job cannot name {len(chargers)} chargers.",
            why=f"AWS IoT takes {MOST_TARGETS} names, or a whole group.",
            next="Use --all, or several jobs.",
        )
    if chargers:
        targets = await arns_of(site, chargers)
    else:
        group = names.thing_group(site.name)
        found = await site.door.call("iot", "describe_thing_group", thingGroupName=group)
        targets = [found["thingGroupArn"]]
    name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}-{document['operation']}"
    id_ = f"{_prefix(site.name)}{name}"

    async def created() -> dict[str, Any] | None:
        return await site.door.find("iot", "describe_job", jobId=id_)

    await site.door.once(
        "iot",
        "create_job",
        created,
        jobId=id_,
        targets=targets,
        document=json.dumps(document),
        description=f"{document['operation']}, SolarRally site {site.name}",
        targetSelection="SNAPSHOT",
        jobExecutionsRolloutConfig={"maximumPerMinute": rollout.a_minute},
        abortConfig={
            "criteriaList": [
                {
                    "failureType": kind,
                    "action": "CANCEL",
                    "thresholdPercentage": rollout.abort_percent,
                    "minNumberOfExecutedThings": _FEW,
                }
                for kind in ("FAILED", "REJECTED", "TIMED_OUT")
            ]
        },
        timeoutConfig={"inProgressTimeoutInMinutes": rollout.minutes},
    )
    made = await job(site, name)
    return made or Job(id_, name, "IN_PROGRESS")


async def jobs(site: DeployedSite) -> tuple[Job, ...]:
    """Return the jobs of a site, the newest first, without their counts. Raises AwsError."""
    prefix = _prefix(site.name)
    listed = await site.door.pages("iot", "list_jobs", "jobs")
    ours = (one for one in listed if one["jobId"].startswith(prefix))
    found = [
        Job(
            one["jobId"],
            name := one["jobId"].removeprefix(prefix),
            one["status"],
            _operation(name),
            created=one.get("createdAt"),
        )
        for one in ours
    ]
    return tuple(sorted(found, key=lambda one: one.name, reverse=True))


async def job(site: DeployedSite, name: str) -> Job | None:
    """Return one job with its counts; None without it. Raises AwsError."""
    response = await site.door.find("iot", "describe_job", jobId=f"{_prefix(site.name)}{name}")
    if response is None:
        return None
    told = response["job"]
    details = told.get("jobProcessDetails") or {}
    return Job(
        told["jobId"],
        name,
        told["status"],
        _operation(name),
        " ".join(filter(None, (told.get("reasonCode"), told.get("comment")))),
        told.get("createdAt"),
        {word: details[key] for key, word in _COUNTS.items() if details.get(key)},
    )


async def failures(site: DeployedSite, name: str, most: int = 20) -> list[tuple[str, str]]:
    """Return chargers that failed, rejected or timed out, with AWS's word. Raises AwsError."""
    found: list[tuple[str, str]] = []
    for status in ("FAILED", "REJECTED", "TIMED_OUT"):
        response = await site.door.call(
            "iot",
            "list_job_executions_for_job",
            jobId=f"{_prefix(site.name)}{name}",
            status=status,
            maxResults=most,
        )
        summaries = response.get("executionSummaries", ())
        found += [(one["thingArn"].rpartition("/")[2], status) for one in summaries]
    return found[:most]


async def cancel(site: DeployedSite, name: str) -> Job | None:
    """Cancel a job: chargers that have not begun do not get it. None without it.

    Chargers that work on it end it. Raises AwsError.
    """
    known = await job(site, name)
    if known is None or known.status in ENDED:
        return known
    await site.door.call("iot", "cancel_job", jobId=known.id, comment="cancelled by the operator")
    return await job(site, name)


def _prefix(site: str) -> str:
    return names.job_prefix(site)


def _operation(name: str) -> str:
    return name.rpartition("-")[2]
