"""The quotas that a site reaches first, and how much of each it needs. Pure.

Quota codes: Service Quotas, `list-service-quotas` of each service.
"""

import math
from dataclasses import dataclass

from solarrally_tui.findings.finding import Finding, unknown
from solarrally_tui.findings.severity import Severity
from solarrally_tui.site.model import Site
from solarrally_tui.site.tiers import Architecture, Egress


@dataclass(frozen=True, slots=True, kw_only=True)
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
            id="fargate",
            title="Fargate vCPUs",
            service="fargate",
            code="L-3032A538",
            amount=math.ceil(2 * size.max_tasks * size.task_cpu / 1024),
            unit="vCPU",
            why=f"{size.max_tasks} tasks, and twice as many while a new version starts",
        ),
        QuotaNeed(
            id="addresses",
            title="Elastic IPs",
            service="ec2",
            code="L-0263D0A3",
            amount=once * addresses[size.egress],
            unit="addresses",
            why="one for each NAT gateway",
            counted=True,
        ),
        QuotaNeed(
            id="networks",
            title="VPCs",
            service="vpc",
            code="L-F678F1CE",
            amount=once,
            unit="VPC",
            why="each site has its own VPC",
            counted=True,
        ),
        QuotaNeed(
            id="databases",
            title="DB instances",
            service="rds",
            code="L-7B6409FD",
            amount=once,
            unit="DB instance",
            why="each site has its own database",
            counted=True,
        ),
        QuotaNeed(
            id="storage",
            title="Database storage",
            service="rds",
            code="L-7ADDB58A",
            amount=once * size.database_storage_gib * (2 if size.multi_az else 1),
            unit="GiB",
            why="all databases of a Region share it",
            counted=True,
        ),
        QuotaNeed(
            id="builds",
            title="Concurrent builds",
            service="codebuild",
            code="L-ACCF6C0D" if arm else "L-2DC20C30",
            amount=1,
            unit="build",
            why="the images are built in your account",
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
