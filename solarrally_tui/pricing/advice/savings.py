"""What could make a site cheaper without changing it. Never part of the monthly figure."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.metering.estimate_lines import Estimate, Line
from solarrally_tui.pricing.price_book.book import Book, UnknownPriceError
from solarrally_tui.pricing.price_book.store import book
from solarrally_tui.site.model import Site
from solarrally_tui.site.tiers import Architecture

_PLAN: Final = "ComputeSavingsPlans"
_ROUNDED: Final = " (rounded in source)"


@dataclass(frozen=True, slots=True)
class Saving:
    """One way to pay less. monthly is USD, below zero; None where we have no rate for it."""

    name: str
    monthly: Decimal | None
    terms: str
    rate_date: str = ""


def savings(
    site: Site, cost: Estimate, credits_usd: Decimal | None = None, prices: Book | None = None
) -> tuple[Saving, ...]:
    """Return what the account's credits, a commitment or Spot would take off, each by itself."""
    prices = prices or book()
    return (
        *((_credits(cost, credits_usd),) if credits_usd else ()),
        _plan(site, cost, prices, 1),
        _plan(site, cost, prices, 3),
        _reserved(site),
        spot(site, cost, prices),
    )


def _credits(cost: Estimate, amount: Decimal) -> Saving:
    months = amount / cost.expected if cost.expected else Decimal(0)
    return Saving(
        f"Credits of {amount:,.0f} USD",
        -min(amount, cost.expected),
        f"They last for about {months:.1f} months. Then the full amount is due.",
    )


def _plan(site: Site, cost: Estimate, prices: Book, years: int) -> Saving:
    arm = site.size.architecture is Architecture.ARM64
    platform = f"{'ARM' + _ROUNDED if arm else 'x86'}"
    items = [f"Fargate {unit}-hour, Compute SP {years}yr No Upfront {platform}" for unit in _UNITS]
    name = f"Compute Savings Plan, {years} year{'s' if years > 1 else ''}, nothing upfront"
    terms = "You pay for every hour of the term, also for hours without the site. Tasks only."
    return _replaced(name, terms, cost, prices, _PLAN, items)


def spot(site: Site, cost: Estimate, prices: Book | None = None) -> Saving:
    """Return what Spot takes off for every task but the first, of those that always run."""
    prices = prices or book()
    platform = "ARM" if site.size.architecture is Architecture.ARM64 else "x86"
    items = [f"Fargate Spot Linux {platform} {unit}-hour (floating)" for unit in _UNITS]
    chosen = "You chose it" if site.size.fargate_spot else "size.fargate_spot = true"
    terms = (
        f"{chosen}: every task but the first, of {site.size.min_tasks} that always run. AWS takes "
        "such tasks back with two minutes' notice, and the price floats."
    )
    whole = _replaced("Fargate Spot", terms, cost, prices, "AmazonECS", items)
    if whole.monthly is None:
        return whole
    further = Decimal(site.size.min_tasks - 1) / site.size.min_tasks
    return replace(whole, monthly=whole.monthly * further)


_UNITS: Final = ("vCPU", "GB")


def _replaced(
    name: str, terms: str, cost: Estimate, prices: Book, service: str, items: list[str]
) -> Saving:
    """Price the tasks' hours at other rates."""
    tasks = [
        line
        for line in cost.lines
        if line.service == "AmazonECS" and line.unit.removesuffix("-hour") in _UNITS
    ]
    try:
        rates = [prices.price(cost.region, service, item) for item in items]
    except UnknownPriceError:
        return Saving(name, None, f"{terms} The price book has no rate for {cost.region}.")
    by_unit = {rate.unit: rate for rate in rates}
    saved = sum((_difference(line, by_unit[line.unit].amount) for line in tasks), Decimal(0))
    return Saving(name, saved, terms, rates[0].date)


def _difference(line: Line, rate: Decimal) -> Decimal:
    return line.quantity * (rate - line.unit_price)


def _reserved(site: Site) -> Saving:
    return Saving(
        f"Reserved database, {site.size.database_class}",
        None,
        "One or three years for the database's hours only. The price book has no rates of "
        "reserved PostgreSQL; AWS's own pages show them.",
    )
