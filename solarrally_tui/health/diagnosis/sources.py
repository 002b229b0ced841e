"""All sources of evidence in the order in which they are asked. Each may fail by itself."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

from solarrally_tui.health.diagnosis import (
    source_alarms,
    source_builds,
    source_database,
    source_edge,
    source_iot,
    source_log,
    source_stacks,
    source_tasks,
    source_trail,
)
from solarrally_tui.health.diagnosis.case import Case
from solarrally_tui.health.diagnosis.evidence import Evidence

Looking = Callable[[Case], AsyncIterator[Evidence]]


@dataclass(frozen=True, slots=True)
class Source:
    """One place to ask. The id never changes; scripts rely on it."""

    id: str
    title: str
    look: Looking


FIRST: Final = (
    Source("stacks", "Stacks and their events", source_stacks.stacks),
    Source("builds", "Builds of the images", source_builds.builds),
    Source("service", "ECS service", source_tasks.service),
    Source("tasks", "Stopped tasks", source_tasks.tasks),
    Source("log", "Application log", source_log.log),
    Source("targets", "Load balancer targets", source_tasks.targets),
    Source("database", "Database and its events", source_database.database),
    Source("certificates", "Certificates", source_edge.certificates),
    Source("distribution", "CloudFront distribution", source_edge.distribution),
    Source("alarms", "Alarms", source_alarms.alarms),
    Source("iot", "AWS IoT log", source_iot.failures),
)
"""Asked at once, beside the health checks."""

THEN: Final = (
    Source("quotas", "Quotas", source_trail.quotas),
    Source("trail", "CloudTrail, refused calls", source_trail.refused),
)
"""Asked when the others have told, because they look for what those hint at."""
