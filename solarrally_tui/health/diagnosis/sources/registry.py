"""All sources of evidence in the order in which they are queried. Each may fail on its own."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

from solarrally_tui.health.diagnosis.evidence import Evidence
from solarrally_tui.health.diagnosis.examination import Case
from solarrally_tui.health.diagnosis.sources import (
    alarms,
    builds,
    database,
    edge,
    functions,
    iot,
    kept,
    log,
    slow_queries,
    stacks,
    tasks,
    trail,
)


@dataclass(frozen=True, slots=True)
class Source:
    """One place to look for evidence. The id never changes; scripts rely on it."""

    id: str
    title: str
    gather: Callable[[Case], AsyncIterator[Evidence]]


FIRST: Final = (
    Source("stacks", "Stacks and their events", stacks.stacks),
    Source("builds", "Builds of the images", builds.builds),
    Source("service", "ECS service", tasks.service),
    Source("tasks", "Stopped tasks", tasks.tasks),
    Source("log", "Application log", log.log),
    Source("targets", "Load balancer targets", tasks.targets),
    Source("functions", "Functions", functions.functions),
    Source("queue", "Queue of messages", functions.queue),
    Source("function-log", "Log of the functions", functions.log),
    Source("database", "Database and its events", database.database),
    Source("slow-queries", "Slow queries of the database", slow_queries.slow),
    Source("certificates", "Certificates", edge.certificates),
    Source("distribution", "CloudFront distribution", edge.distribution),
    Source("alarms", "Alarms", alarms.alarms),
    Source("iot", "AWS IoT log", iot.failures),
    Source("kept", "Evidence from before a rollback", kept.kept),
)
"""Queried at once, beside the health checks."""

THEN: Final = (
    Source("quotas", "Quotas", trail.quotas),
    Source("trail", "Refused calls in CloudTrail", trail.refused),
)
"""Queried after the others, because they look for what those hint at."""
