"""What of a failing stack is worth keeping: evidence that its rollback deletes. Only reads."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from types import MappingProxyType
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.deployed.kept_evidence import Item
from solarrally_tui.deployed.record import Record
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.health.diagnosis.evidence import Evidence, as_item
from solarrally_tui.health.diagnosis.examination import Case
from solarrally_tui.health.diagnosis.sources import (
    builds,
    database,
    edge,
    functions,
    log,
    tasks,
)
from solarrally_tui.health.observed_site import observe
from solarrally_tui.site.model import Site

Gather = Callable[[Case], AsyncIterator[Evidence]]

_EDGE: Final[tuple[Gather, ...]] = (edge.certificates, edge.proofs, edge.distribution)
SOURCES: Final[MappingProxyType[str, tuple[Gather, ...]]] = MappingProxyType(
    {
        "app": (tasks.tasks, log.log, tasks.targets, tasks.service, log.tails),
        "balancer": (edge.certificates, edge.proofs, tasks.targets),
        "build": (builds.builds, builds.tails),
        "data": (database.database,),
        "edge": _EDGE,
        "functions": (functions.functions, functions.log, functions.queue),
        "global": _EDGE,
    }
)
"""Where to look when a stack fails, the most telling first. Of the other stacks, CloudFormation's
events say everything, and these stay."""

_SEEN: Final = frozenset({"app", "balancer", "build", "data", "edge", "functions"})
"""Stacks that these sources look into."""

_LIMIT: Final = 20.0
"""Seconds that one source may take: a rollback does not wait."""


async def look(site: Site, door: Door, stack_id: str) -> tuple[Item, ...]:
    """Return what shows now why a stack fails, the most telling first.

    What cannot be read is left out. Raises AwsError where not even that can be found out.
    """
    sources = SOURCES.get(stack_id, ())
    if not sources:
        return ()
    account = (await door.identity()).account
    deployed = DeployedSite.of(Record(site, site.region, account), door)
    case = Case(await observe(deployed, _SEEN))
    found = await asyncio.gather(*(_gathered(source, case) for source in sources))
    # Of a service whose tasks fail one after the other, the same is seen of each.
    once: dict[tuple[str, str], Evidence] = {}
    for evidence in (evidence for seen in found for evidence in seen if not evidence.good):
        once.setdefault((evidence.kind, evidence.words), evidence)
    return tuple(map(as_item, once.values()))


async def _gathered(source: Gather, case: Case) -> list[Evidence]:
    """Return what a source yields. What it yielded before it failed stays, however it failed."""
    seen: list[Evidence] = []
    with contextlib.suppress(Exception):
        async with asyncio.timeout(_LIMIT):
            async for evidence in source(case):
                seen += [evidence]
    return seen
