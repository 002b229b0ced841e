"""A deployed site in one line of a list: its state, its Region and what it costs a month."""

from typing import TYPE_CHECKING

from textual.content import Content

from solarrally_tui.pricing.money import Money
from solarrally_tui.screens.common.money import amount
from solarrally_tui.screens.common.words import DIM, mark
from solarrally_tui.wizard.services import Services

if TYPE_CHECKING:
    from solarrally_tui.health.sites import SiteSummary


def about_site(summary: "SiteSummary", services: Services, money: Money) -> Content:
    """Return what is known of a site. Without an estimate, no price is shown."""
    parts = [summary.line, summary.region]
    if summary.site:
        estimated = services.estimate(summary.site)
        if estimated.complete:
            parts.append(f"{amount(estimated.expected, money)} a month")
    return Content.assemble(mark(summary.state), (" · ".join(filter(None, parts)), DIM))
