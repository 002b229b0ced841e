"""What a site costs once a plan is carried out, and how long that takes."""

from dataclasses import dataclass
from typing import Final

from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.pricing.metering.estimate_lines import Estimate
from solarrally_tui.provisioning.change.plan import Plan, Standing
from solarrally_tui.provisioning.deployment.progress.durations import durations_file, expected, read
from solarrally_tui.provisioning.deployment.step_graph import DISTRIBUTION, FRONTEND, IMAGE
from solarrally_tui.site.hub_words import hub_sentence
from solarrally_tui.site.model import Site

_EMPTY: Final = (1, 1)
_DATABASE: Final = (10, 30)
_BUILD: Final = (10, 20)
_OTHER: Final = (5, 10)
"""Minutes of changes, at least and at most: our own estimates."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The whole site after the plan, and the minutes that the plan takes, at least and at most."""

    cost: Estimate
    minutes: tuple[int, int]
    hub: str
    """Whether the site has a hub, and why, as a sentence."""


def outlook(site: Site, plan: Plan) -> Outlook:
    """Return the outlook of a plan for a site. Reads how long deployments took on this computer."""
    took = expected(site, read(durations_file()), done(plan))
    return Outlook(estimate(site), minutes(plan, took), hub_sentence(site.size))


def done(plan: Plan) -> frozenset[str]:
    """Return the steps of a first deployment that need not be done again."""
    there = {stack.id for stack in plan.stacks if stack.standing is Standing.UNCHANGED}
    if not plan.builds:
        there |= {IMAGE, FRONTEND}
    if any(s.id == "edge" and s.standing is not Standing.NEW for s in plan.stacks):
        there.add(DISTRIBUTION)
    return frozenset(there)


def minutes(plan: Plan, left: tuple[float, float]) -> tuple[int, int]:
    """Return how many minutes a plan takes, at least and at most.

    left: seconds of what is not done of a first deployment. A change of the database is the slowest
    one; a build comes next.
    """
    if plan.is_empty:
        return _EMPTY
    low, high = (max(round(seconds / 60), 1) for seconds in left)
    if plan.is_new:
        return low, high
    standings = {stack.standing for stack in plan.stacks}
    if Standing.NEW not in standings:
        return _of_changes(plan)
    if standings & {Standing.CHANGES, Standing.UNKNOWN}:
        least, most = _of_changes(plan)
        return max(low, least), max(high, most)
    return low, high


def _of_changes(plan: Plan) -> tuple[int, int]:
    """Return how many minutes the stacks that exist take to change, at least and at most."""
    if "AWS::RDS::DBInstance" in {change.type for change in plan.changes}:
        return _DATABASE
    return _BUILD if plan.builds else _OTHER
