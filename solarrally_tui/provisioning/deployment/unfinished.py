"""What stays of a site whose deployment stopped before it was complete, and what that costs."""

from collections.abc import Collection
from decimal import Decimal

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.blueprints import of_shape
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.deployed.stack import ROLLED_BACK, Stack
from solarrally_tui.pricing.estimate import UnruledTypeError, estimate
from solarrally_tui.pricing.unused import unused_by_stack
from solarrally_tui.provisioning.deployment.step_graph import title_of
from solarrally_tui.provisioning.engine.outcome import Unfinished
from solarrally_tui.site.model import Site


async def look_up(site: Site, stacks: SiteStacks) -> Unfinished | None:
    """Return the stacks that exist now; None for a complete site, one without any, or unseen."""
    try:
        found = await stacks.all()
    except AwsError:
        return None
    there = {id_: stack for id_, stack in found.items() if stack and stack.is_created}
    own = of_shape(site.size.shape)
    if not there or there.keys() >= {item.id for item in own}:
        return None
    prices, is_whole = _prices(site, there)
    priced = tuple(
        (title_of(item.id, there[item.id].status), prices.get(item.id))
        for item in own
        if item.id in there
    )
    # What is left of a stack that AWS could not roll back costs, too; nobody has looked at it.
    certain = is_whole and not any(stack and _holds_more(stack) for stack in found.values())
    return Unfinished(site.name, priced, at_least=not certain)


def _holds_more(stack: Stack) -> bool:
    return stack.busy or (stack.is_dead and stack.status != ROLLED_BACK)


def _prices(site: Site, there: Collection[str]) -> tuple[dict[str, Decimal], bool]:
    """Return what each stack costs a month unused, and whether that is all of it.

    Empty where there are no prices.
    """
    try:
        priced = estimate(site)
    except UnruledTypeError:
        return {}, False
    if not priced.known:
        return {}, False
    is_whole = not any(gap.kind == "fixed" and gap.stack in there for gap in priced.gaps)
    return unused_by_stack(priced, there), is_whole
