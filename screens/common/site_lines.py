"""A site of the account in one line of a list: its state, its Region and what it costs a month."""

from typing import TYPE_CHECKING

from textual.content import Content

from solarrally_tui.findings.severity import Severity
from solarrally_tui.pricing.money import Money
from solarrally_tui.screens.common.money import amount, at_most
from solarrally_tui.screens.common.words import DIM, mark
from solarrally_tui.wizard.services import Services

if TYPE_CHECKING:
    from solarrally_tui.health.sites import SiteSummary
    from solarrally_tui.provisioning.teardown.deleted_sites import DeletedSite


def about_site(summary: "SiteSummary", services: Services, money: Money) -> Content:
    """Return what is known of a site. Without an estimate, no price is shown."""
    from solarrally_tui.pricing.unused import monthly_of  # noqa: PLC0415 slow to import

    parts = [summary.words, summary.region]
    if summary.site:
        estimated = services.estimate(summary.site)
        if estimated.complete:
            exists = "" if summary.there is None else " so far"
            usd = monthly_of(estimated, summary.there)
            parts.append(f"{amount(usd, money)} a month{exists}")
    return Content.assemble(mark(summary.state), (" · ".join(filter(None, parts)), DIM))


def about_deleted(site: "DeletedSite", money: Money) -> Content:
    """Return what stays of a deleted site, and costs."""
    usd = site.monthly_usd
    price = "price not known" if usd is None else at_most(usd, money)
    words = f"deleted, its data stays · {price}"
    return Content.assemble(mark(Severity.WARN), (words, DIM))
