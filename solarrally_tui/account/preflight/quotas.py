"""The quotas that a site reaches first, and how much of each it needs. Pure.

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
    """How much of one quota a site needs."""

    id: str
    title: str
    service: str
    code: str
    amount: int
    unit: str
    why: str
    counted: bool = False
    """Whether the resources in use can be counted; else a usage metric may show them."""


def needs(site: Site, *, exists: bool) -> tuple[QuotaNeed, ...]:
    """Return what a site needs. exists: its network and database exist already."""
    size = site.size
    addresses = {Egress.PUBLIC_TASKS: 0, Egress.NAT_SINGLE: 1, Egress.NAT_PER_AZ: size.zones}
    arm = size.architecture is Architecture.ARM64
    once = 0 if exists else 1
    return (
        QuotaNeed(
            "fargate",
            "Fargate vCPUs",
            "fargate",
            "L-3032A538",
            math.ceil(2 * size.max_tasks * size.task_cpu / 1024),
            "vCPU",
            f"{size.max_tasks} tasks, and twice as many while a new version starts",
        ),
        QuotaNeed(
            "addresses",
            "Elastic IPs",
            "ec2",
            "L-0263D0A3",
            once * addresses[size.egress],
            "addresses",
            "one for each NAT gateway",
            True,
        ),
        QuotaNeed(
            "networks",
            "VPCs",
            "vpc",
            "L-F678F1CE",
            once,
            "VPC",
            "each site has its own VPC",
            True,
        ),
        QuotaNeed(
            "databases",
            "DB instances",
            "rds",
            "L-7B6409FD",
            once,
            "DB instance",
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
            "all databases of a Region share it",
            True,
        ),
        QuotaNeed(
            "builds",
            "Concurrent builds",
            "codebuild",
            "L-ACCF6C0D" if arm else "L-2DC20C30",
            1,
            "build",
            "the images are built in your account",
        ),
    )


def judge(need: QuotaNeed, limit: float | None, used: int | None, why: str = "") -> Finding:
    """Return the finding for one quota. limit or used is None where AWS reported none: see why."""
    if need.amount == 0:
        return Finding(need.id, need.title, Severity.OK, "This site needs no more.")
    if limit is None:
        return unknown(need.id, need.title, why or "AWS reports no value.", _look_up(need))
    taken = need.amount + (used or 0)
    line = f"{need.amount:,} {need.unit} needed, {used or 0:,} in use, quota {limit:,.15g}."
    if taken > limit:
        return Finding(need.id, need.title, Severity.FAIL, line, _more(need, taken))
    if used is None and need.counted:
        return unknown(
            need.id, need.title, f"how much of the quota of {limit:g} is in use.", _look_up(need)
        )
    if used is None:
        line = f"{need.amount:,} {need.unit} needed, quota {limit:,.15g}."
    return Finding(need.id, need.title, Severity.OK, line)


def _more(need: QuotaNeed, value: int) -> str:
    return (
        f"Request at least {value}: Service Quotas, {need.service}, {need.code}, Request "
        f"increase. AWS often grants small increases within minutes; others take a day or two. "
        f"Why so many: {need.why}. A smaller tier may need less."
    )


def _look_up(need: QuotaNeed) -> str:
    return (
        f"You can continue. To be sure, check Service Quotas, {need.service}, {need.code}: this "
        f"site needs {need.amount} {need.unit} ({need.why})."
    )
