"""What the screens say about money, from the estimate."""

import math
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from solarrally_tui.screens.session import Session
from solarrally_tui.site.problems import SiteError
from solarrally_tui.site.tiers import Tier

if TYPE_CHECKING:
    from solarrally_tui.pricing.estimate import Estimate


def estimate_of(session: Session, tier: Tier | None = None) -> "Estimate | None":
    """Estimate the draft, or the same with another tier; None while its sizes are not valid."""
    try:
        return session.services.estimate(session.draft.site_for_prices(tier))
    except (SiteError, LookupError, ValueError):
        # No sizes yet, or a Region that the price table does not know: there is no figure to show.
        return None


def proposed_budget(session: Session) -> int | None:
    """Return the budget that an empty answer stands for, in whole USD."""
    estimate = estimate_of(session)
    return math.ceil(estimate.high) if estimate else None


def by_service(estimate: "Estimate", top: int) -> list[tuple[str, Decimal]]:
    """Return the dearest services with their monthly USD, the rest summed up as the last."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in estimate.lines:
        sums[line.service] += line.monthly
    ranked = sorted(sums.items(), key=lambda pair: -pair[1])
    if len(ranked) <= top:
        return ranked
    rest = sum((amount for _, amount in ranked[top - 1 :]), Decimal(0))
    return [*ranked[: top - 1], ("Everything else", rest)]
