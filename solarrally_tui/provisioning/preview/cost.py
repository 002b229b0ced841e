"""What a change costs or saves a month, from the templates as they are and as they would be."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from solarrally_tui.pricing.change import differences
from solarrally_tui.pricing.metering.assumptions import DEFAULTS
from solarrally_tui.pricing.metering.charge import Resource
from solarrally_tui.pricing.metering.estimate_lines import Estimate
from solarrally_tui.pricing.metering.rules.compute import BUILDS
from solarrally_tui.pricing.metering.usage import usage
from solarrally_tui.provisioning.change.plan import CostChange
from solarrally_tui.site.model import Site


def priced(
    stack: str, region: str, bodies: Mapping[str, Mapping[str, Any]]
) -> tuple[Resource, ...]:
    """Return the resources of a resolved template as the price rules take them."""
    return tuple(
        Resource(stack, name, body["Type"], region, body.get("Properties") or {}, bodies)
        for name, body in bodies.items()
    )


def costs(
    was: Site, before: Iterable[Resource], will: Site, after: Iterable[Resource]
) -> tuple[CostChange, ...]:
    """Return each resource whose monthly price differs, the largest difference first.

    Raises UnruledTypeError for a type of resource that has no price rule.
    """
    found = differences((before, usage(was, DEFAULTS)), (after, usage(will, DEFAULTS)))
    rows = (CostChange(one.stack, one.resource, one.type, one.monthly) for one in found)
    return tuple(sorted(rows, key=lambda row: -abs(row.monthly or Decimal(0))))


def first_build(cost: Estimate) -> Decimal | None:
    """Return USD for building the application once; None where its price is not known.

    It is the one thing that a first deployment pays once: AWS takes nothing for making stacks, and
    what comes in from the Internet is free.
    """
    builds = [line.monthly for line in cost.lines if line.driver == BUILDS]
    return sum(builds, Decimal(0)) / DEFAULTS.builds.expected if builds else None
