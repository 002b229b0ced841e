"""What the screens say about money, from the estimate."""

import math
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from solarrally_tui.screens.session import Session
from solarrally_tui.screens.trouble import plain_of
from solarrally_tui.site.problems import SiteError
from solarrally_tui.site.tiers import Tier

if TYPE_CHECKING:
    from solarrally_tui.pricing.ledger import Estimate


def estimate_of(session: Session, tier: Tier | None = None) -> "Estimate | None":
    """Estimate the draft, or the same with another tier; None while there is no price."""
    try:
        estimate = session.services.estimate(session.draft.site_for_prices(tier))
    except SiteError:
        return None
    except Exception as error:  # noqa: BLE001 a site can be decided and deployed without a price
        session.no_price = plain_of(error)
        return None
    session.no_price = None
    return estimate if estimate.known else None


SERVICES: Final = {
    "AWSELB": "Load balancer",
    "AmazonRDS": "Database",
    "AmazonECS": "Servers",
    "AmazonEC2": "Private network",
    "AmazonVPC": "Public addresses",
    "awswaf": "Firewall",
    "AWSIoT": "Charger messages",
    "AmazonCloudWatch": "Monitoring",
    "AWSSecretsManager": "Secrets",
    "AmazonCloudFront": "Web delivery",
}
"""AWS's service codes in plain words; the small ones are summed up as everything else."""


def proposed_budget(session: Session) -> int | None:
    """Return the budget that an empty answer stands for, in whole USD."""
    estimate = estimate_of(session)
    return math.ceil(estimate.high) if estimate else None


def by_service(estimate: "Estimate", top: int) -> list[tuple[str, Decimal]]:
    """Return the dearest services with their monthly USD, the rest summed up as the last."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in estimate.lines:
        sums[SERVICES.get(line.service, line.service)] += line.monthly
    ranked = sorted(sums.items(), key=lambda pair: -pair[1])
    if len(ranked) <= top:
        return ranked
    rest = sum((amount for _, amount in ranked[top - 1 :]), Decimal(0))
    return [*ranked[: top - 1], ("Everything else", rest)]
