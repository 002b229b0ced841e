"""The quotas that a site reaches first, and how much of each it needs. Pure.

Quota codes: Service Quotas, `list-service-quotas` of each service.
"""

import math
from dataclasses import dataclass
from typing import Final

from solarrally_tui.findings.finding import Finding, unknown
from solarrally_tui.findings.reasons.account import VERIFY
from solarrally_tui.findings.severity import Severity
from solarrally_tui.site.model import Site
from solarrally_tui.site.tiers import Architecture, Egress

_NAT_INSTANCE_VCPU: Final = 2
ASKS_AWS: Final = "I ask you to verify this account. Service quotas that I need are still 0."
"""What to write to AWS Support about a quota of 0."""
_RELEASED: Final = (
    f'{VERIFY} Write: "{ASKS_AWS}" The case is free. Once AWS has answered, run the same command '
    "again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaNeed:
    """How much of one quota a site needs."""

    id: str
    title: str
    service: str
    code: str
    amount: int
    """At most, once the site is at its largest."""
    least: int
    """Without which the deployment fails; 0 where it only adds to what exists."""
    unit: str
    why: str
    fewer: str = ""
    """The answer that needs less of it, or none, as a sentence."""
    avoidable: bool = False
    """Whether that answer needs none."""
    counted: bool = False
    """Whether the resources in use can be counted; else a usage metric may show them."""
    queues: bool = False
    """Whether what is too much waits for its turn, so that what is in use stops nothing."""


def needs(site: Site, *, exists: bool) -> tuple[QuotaNeed, ...]:
    """Return what a site needs. exists: its network and database exist already."""
    size, once = site.size, 0 if exists else 1
    zones_with_nat = {Egress.NAT_SINGLE: 1, Egress.NAT_PER_AZ: size.zones}
    addresses = once * zones_with_nat.get(size.egress, 0)
    gateways = min(addresses, 1)
    instance = once * (_NAT_INSTANCE_VCPU if size.egress is Egress.NAT_INSTANCE else 0)
    storage = once * size.database_storage_gib * (2 if size.multi_az else 1)
    arm = size.architecture is Architecture.ARM64
    return (
        QuotaNeed(
            id="fargate",
            title="Processors",
            service="fargate",
            code="L-3032A538",
            amount=math.ceil(2 * size.max_tasks * size.task_cpu / 1024),
            least=once * math.ceil(size.min_tasks * size.task_cpu / 1024),
            unit="vCPU",
            why=f"{size.max_tasks} tasks, and twice as many while a new version starts",
            fewer="Or lower size.max_tasks, size.min_tasks or size.task_cpu.",
        ),
        QuotaNeed(
            id="addresses",
            title="Fixed addresses",
            service="ec2",
            code="L-0263D0A3",
            amount=addresses,
            least=addresses,
            unit="addresses",
            why="one for each NAT gateway",
            fewer='Or set size.egress = "public-tasks", which needs none.',
            avoidable=True,
            counted=True,
        ),
        QuotaNeed(
            id="gateways",
            title="Outbound access",
            service="vpc",
            code="L-FE5A380F",
            amount=gateways,
            least=gateways,
            unit="NAT gateway in a zone",
            why="the tasks reach the Internet through it",
            fewer='Or set size.egress = "public-tasks", which needs none.',
            avoidable=True,
        ),
        QuotaNeed(
            id="instances",
            title="Outbound machine",
            service="ec2",
            code="L-1216C47A",
            amount=instance,
            least=instance,
            unit="vCPU",
            why="the NAT instance is a t4g.nano",
            fewer='Or set size.egress = "public-tasks", which needs none.',
            avoidable=True,
        ),
        QuotaNeed(
            id="networks",
            title="Networks",
            service="vpc",
            code="L-F678F1CE",
            amount=once,
            least=once,
            unit="network",
            why="each site has its own network (VPC)",
            counted=True,
        ),
        QuotaNeed(
            id="databases",
            title="Databases",
            service="rds",
            code="L-7B6409FD",
            amount=once,
            least=once,
            unit="database",
            why="each site has its own database",
            counted=True,
        ),
        QuotaNeed(
            id="storage",
            title="Database storage",
            service="rds",
            code="L-7ADDB58A",
            amount=storage,
            least=storage,
            unit="GiB",
            why="all databases of a Region share it",
            fewer="Or lower size.database_storage_gib.",
            counted=True,
        ),
        QuotaNeed(
            id="builds",
            title="Builds at once",
            service="codebuild",
            code="L-ACCF6C0D" if arm else "L-2DC20C30",
            amount=1,
            least=once,
            unit="build",
            why="the images are built in your account",
            queues=True,
        ),
        QuotaNeed(
            id="balancers",
            title="Load balancers",
            service="elasticloadbalancing",
            code="L-53DA6B97",
            amount=once,
            least=once,
            unit="load balancer",
            why="each site has its own",
        ),
    )


def judge(need: QuotaNeed, limit: float | None, used: int | None, why: str = "") -> Finding:
    """Return the finding for one quota. limit or used is None where AWS reported none.

    why: why one of them could not be read; empty where AWS has none.

    Only what the deployment itself needs can fail; what the site may need later is a warning.
    """
    if need.amount == 0:
        return Finding(need.id, need.title, Severity.OK, "This site needs no more.")
    if limit is None:
        return unknown(need.id, need.title, why or "AWS reports no value.", _look_up(need))
    if limit == 0 and need.least:
        line = "0 allowed until AWS verifies this account."
        return Finding(need.id, need.title, Severity.FAIL, line, _release(need))
    taken = need.amount + (used or 0)
    line = f"{need.amount:,} {need.unit} needed, {used or 0:,} in use, {limit:,.15g} allowed."
    if taken > limit:
        fails = need.least + (used or 0) > limit and need.least > 0
        level = Severity.FAIL if fails else Severity.WARN
        return Finding(need.id, need.title, level, line, _more(need, taken))
    if used is None and (need.counted or why):
        what = f"how much of the quota of {limit:g} is in use."
        return unknown(
            need.id, need.title, f"{what} {why[:1].upper()}{why[1:]}".rstrip(), _look_up(need)
        )
    if used is None:
        line = f"{need.amount:,} {need.unit} needed, {limit:,.15g} allowed"
        if not need.queues:
            unsaid = f"{line}; what is in use AWS does not say."
            return Finding(need.id, need.title, Severity.UNKNOWN, unsaid)
        line += "."
    return Finding(need.id, need.title, Severity.OK, line)


def _release(need: QuotaNeed) -> str:
    rest = need.fewer if need.avoidable else "Only AWS can change that."
    return f"{_RELEASED} {rest}"


def _more(need: QuotaNeed, value: int) -> str:
    return (
        f"Request at least {value}: Service Quotas, {need.service}, {need.code}, Request "
        f"increase. AWS often grants small increases within minutes; others take a day or two. "
        f"Why so many: {need.why}. {need.fewer}"
    ).rstrip()


def _look_up(need: QuotaNeed) -> str:
    return (
        f"You can continue. To be sure, check Service Quotas, {need.service}, {need.code}: this "
        f"site needs {need.amount} {need.unit} ({need.why})."
    )
