"""The quotas that a site meets first, and what it takes of each. Pure.

Quota codes: Service Quotas, `list-service-quotas` of each service.
"""

import math
from dataclasses import dataclass

from solarrally_tui.findings.finding import Finding, unknown
from solarrally_tui.findings.severity import Severity
from solarrally_tui.site.model import Site
from solarrally_tui.site.tiers import Architecture, Egress


@dataclass(frozen=True, slots=True)
class QuotaNeed:
    """How much of one quota a site takes."""

    id: str
    title: str
    service: str
    code: str
    amount: int
    unit: str
    why: str
    counted: bool = False
    """Whether what is in use can be counted; else a usage metric may tell."""


def needs(site: Site, *, exists: bool) -> tuple[QuotaNeed, ...]:
    """Return what a site takes. exists: its network and database are there already."""
    size = site.size
    addresses = {Egress.PUBLIC_TASKS: 0, Egress.NAT_SINGLE: 1, Egress.NAT_PER_AZ: size.zones}
    arm = size.architecture is Architecture.ARM64
    once = 0 if exists else 1
    return (
        QuotaNeed(
            "fargate",
            "Fargate processors",
            "fargate",
            "L-3032A538",
            math.ceil(2 * size.max_tasks * size.task_cpu / 1024),
            "vCPU",
            f"{size.max_tasks} tasks, twice as many while a new version starts",
        ),
        QuotaNeed(
            "addresses",
            "Elastic addresses",
            "ec2",
            "L-0263D0A3",
            once * addresses[size.egress],
            "addresses",
            "one for each NAT gateway",
            True,
        ),
        QuotaNeed(
            "networks",
            "Networks (VPC)",
            "vpc",
            "L-F678F1CE",
            once,
            "network",
            "each site has its own network",
            True,
        ),
        QuotaNeed(
            "databases",
            "Databases",
            "rds",
            "L-7B6409FD",
            once,
            "database",
            "each site has its own database",
            True,
        ),
        QuotaNeed(
            "storage",
            "Database storage",
            "rds",
            "L-7ADDB58A",
            once * size.database_storage_gib * (2 if size.multi_az else 1),
            "GiB",
            "the databases of a Region share it",
            True,
        ),
        QuotaNeed(
            "builds",
            "Builds at a time",
            "codebuild",
            "L-ACCF6C0D" if arm else "L-2DC20C30",
            1,
            "build",
            "the images are built in your account",
        ),
    )


def judge(want: QuotaNeed, limit: float | None, used: int | None, why: str = "") -> Finding:
    """Return the finding for one quota. limit or used None: AWS did not tell, because of why."""
    if want.amount == 0:
        return Finding(want.id, want.title, Severity.OK, "This site takes no more of these.")
    if limit is None:
        return unknown(want.id, want.title, why or "AWS names no value.", _look_up(want))
    taken = want.amount + (used or 0)
    told = f"{want.amount:,} {want.unit} wanted, {used or 0:,} in use, quota {limit:,.15g}."
    if taken > limit:
        return Finding(want.id, want.title, Severity.FAIL, told, _more(want, taken))
    if used is None and want.counted:
        return unknown(want.id, want.title, f"quota {limit:g}, use not told.", _look_up(want))
    if used is None:
        told = f"{want.amount:,} {want.unit} wanted, quota {limit:,.15g}."
    return Finding(want.id, want.title, Severity.OK, told)


def _more(want: QuotaNeed, value: int) -> str:
    return (
        f"Ask AWS for at least {value}: Service Quotas, {want.service}, {want.code}, Request "
        f"increase. Small increases are often granted within minutes, others take a day or two. "
        f"Needed because: {want.why}. A smaller size may do with less."
    )


def _look_up(want: QuotaNeed) -> str:
    return (
        f"This holds nothing up. To be sure, look at Service Quotas, {want.service}, {want.code}: "
        f"this site takes {want.amount} {want.unit} ({want.why})."
    )
