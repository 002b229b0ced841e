"""The cheapest variant of a site that can honestly be recommended, and what it gives up."""

from collections.abc import Iterator
from typing import Final

from solarrally_tui.pricing.advice.tiers import of_tier
from solarrally_tui.site.model import Site
from solarrally_tui.site.tiers import Architecture, Egress, Shape, Tier, WafMode

CHEAPEST: Final = "cheapest"
"""Name of the variant."""
EGRESS_WORDS: Final = {
    Egress.PUBLIC_TASKS: "Tasks have public addresses, but nothing can connect to them.",
    Egress.NAT_INSTANCE: "Tasks have no public address. They reach the Internet through one small "
    "NAT instance; replacing it takes minutes.",
    Egress.NAT_SINGLE: "Tasks have no public address. If the zone of the NAT gateway fails, they "
    "lose the Internet.",
    Egress.NAT_PER_AZ: "Tasks have no public address. Each zone has its own NAT gateway.",
}
_CPU_PER_MESSAGE: Final = 0.21 / 200
"""Share of a core for one message a second with ten viewers, measured at 200 a second."""
_CORE_PER_VCPU: Final = 0.5
_RESERVE: Final = 2
"""Its task has room for this many times the messages."""
_TASK_CPUS: Final = (256, 512, 1024, 2048, 4096)
_DATABASE: Final = "db.t4g.micro"
"""The smallest class: the database holds users only, whatever the number of chargers."""
_STORAGE_GIB: Final = 20
"""The least that RDS takes."""


def cheapest_site(site: Site) -> Site:
    """Return the cheapest variant of a site that keeps its chargers and their interval.

    It is the small tier, trimmed, so that it is never more expensive than a tier. It keeps the
    private database with backups, TLS and the alarms, the firewall where the site has one, and a
    task that can carry twice the telemetry.
    """
    small, _ = of_tier(site, Tier.SMALL)
    cpu = min(task_cpu(site), small.size.task_cpu)
    trimmed = {
        "task_cpu": cpu,
        "task_memory": 2 * cpu,
        "min_tasks": 1,
        "max_tasks": 1,
        "architecture": Architecture.ARM64,
        "database_class": _DATABASE,
        "database_storage_gib": _STORAGE_GIB,
        "multi_az": False,
        "egress": Egress.PUBLIC_TASKS,
    }
    domain = small.domain.model_copy(update={"origin": "vpc-origin"})
    size = small.size.model_copy(update=trimmed)
    return small.model_copy(update={"size": size, "domain": domain})


def task_cpu(site: Site) -> int:
    """Return the CPU units of the smallest task that carries twice a site's messages."""
    vcpu = site.messages_per_second * _CPU_PER_MESSAGE * _RESERVE / _CORE_PER_VCPU
    return next(units for units in _TASK_CPUS if units / 1024 >= vcpu)


def in_words(cheap: Site) -> str:
    """Return in words what the cheapest variant is, for those who see no more than its price."""
    if cheap.size.shape is Shape.FUNCTIONS:
        return "Cheapest is no tier: it is Small with as little as can be recommended."
    return (
        f"Cheapest is no tier: it is Small with {one_task(cheap)}, which carries twice these "
        "messages and never gets a second one beside it."
    )


def one_task(cheap: Site) -> str:
    """Return in words the task of the cheapest variant, which has only one."""
    size = cheap.size
    return f"one task of {size.task_cpu / 1024:g} vCPU and {size.task_memory / 1024:g} GB"


def keeps(cheap: Site) -> str:
    """Return in a sentence what the cheapest variant never gives up."""
    firewall = "" if cheap.size.waf is WafMode.OFF else ", the firewall"
    return f"It keeps the private database with backups, TLS{firewall} and the alarms."


def given_up(site: Site, cheap: Site) -> Iterator[str]:
    """Yield what a site loses as its cheapest variant, a sentence each."""
    before, after = site.size, cheap.size
    has_tasks = before.shape is Shape.TASKS
    task = f"{after.task_cpu / 1024:g} vCPU and {after.task_memory} MiB"
    for differs, words in (
        (
            has_tasks and after.min_tasks < before.min_tasks,
            "The site is down for a few minutes when AWS replaces its only task.",
        ),
        (
            has_tasks and after.max_tasks < before.max_tasks,
            "No second task starts when many people watch at once.",
        ),
        (
            has_tasks and after.task_cpu < before.task_cpu,
            f"A task has {task}: it starts more slowly and copes less well with peaks.",
        ),
        (
            before.multi_az and not after.multi_az,
            "If the database's zone fails, the site is down until AWS restores it.",
        ),
        (
            after.database_class != before.database_class,
            f"The database instance is {after.database_class}, not {before.database_class}.",
        ),
        (
            after.database_storage_gib < before.database_storage_gib,
            f"The database starts with {after.database_storage_gib} GiB and grows as needed.",
        ),
        (
            after.backup_days < before.backup_days,
            f"Backups are kept for {after.backup_days} days, not {before.backup_days}.",
        ),
        (
            after.log_retention_days < before.log_retention_days,
            f"Logs are kept for {after.log_retention_days} days, not {before.log_retention_days}.",
        ),
        (
            has_tasks and before.probe and not after.probe,
            "Nothing in the tasks measures the database and the MQTT bridge.",
        ),
        (
            before.database_monitoring and not after.database_monitoring,
            "The operating system of the database reports no metrics.",
        ),
        (has_tasks and after.egress is not before.egress, EGRESS_WORDS[after.egress]),
        (
            before.architecture is not after.architecture,
            "The container images must be built for ARM.",
        ),
        (
            has_tasks and cheap.domain.origin != site.domain.origin,
            "The load balancer has no public address. CloudFront reaches it through a VPC origin.",
        ),
        (
            after.waf is WafMode.OFF,
            "Nothing here, but the firewall stays off, as in this site. It is recommended.",
        ),
    ):
        if differs:
            yield words
