"""Ways to pay less for a site without changing it. They are never part of the monthly figure."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.metering.estimate_lines import Estimate
from solarrally_tui.pricing.price_book.book import Book, UnknownPriceError
from solarrally_tui.pricing.price_book.store import book
from solarrally_tui.site.model import Site
from solarrally_tui.site.tiers import Architecture

_UNITS: Final = ("vCPU", "GB")
"""What AWS bills Fargate tasks by, each for every hour."""


@dataclass(frozen=True, slots=True)
class Saving:
    """One way to pay less. monthly is USD, below zero; None where the price book has no rate."""

    name: str
    monthly: Decimal | None
    terms: str
    rate_date: str = ""


def savings(
    site: Site, cost: Estimate, credits_usd: Decimal | None = None, prices: Book | None = None
) -> tuple[Saving, ...]:
    """Return what credits, a commitment or Spot would each take off on its own."""
    prices = prices or book()
    return (
        *((_credits(cost, credits_usd),) if credits_usd else ()),
        _savings_plan(site, cost, prices, years=1),
        _savings_plan(site, cost, prices, years=3),
        Saving(
            f"Reserved database, {site.size.database_class}",
            None,
            "One or three years, for the hours of the database only. The price book has no rates "
            "for reserved PostgreSQL; AWS's pricing pages show them.",
        ),
        *(() if site.size.fargate_spot else (spot(site, cost, prices),)),
    )


def _credits(cost: Estimate, amount: Decimal) -> Saving:
    months = amount / cost.expected if cost.expected else Decimal(0)
    return Saving(
        f"Credits of {amount:,.0f} USD",
        -min(amount, cost.expected),
        f"They last for about {months:.1f} months. After that the full amount is due.",
    )


def _savings_plan(site: Site, cost: Estimate, prices: Book, *, years: int) -> Saving:
    arm = site.size.architecture is Architecture.ARM64
    # The rates of ARM have fewer digits in the price book's source, and its items say so.
    platform = "ARM (rounded in source)" if arm else "x86"
    items = [f"Fargate {unit}-hour, Compute SP {years}yr No Upfront {platform}" for unit in _UNITS]
    name = f"Compute Savings Plan, {years} year{'s' if years > 1 else ''}, no upfront payment"
    terms = "Tasks only. You pay for every hour of the term, even without the site."
    return _at_rates(name, terms, cost, prices, "ComputeSavingsPlans", items)


def spot(site: Site, cost: Estimate, prices: Book | None = None) -> Saving:
    """Return what Spot would take off for every task but the first, of those that always run.

    For a site without Spot. The estimate of one with Spot counts it.
    """
    prices = prices or book()
    platform = "ARM" if site.size.architecture is Architecture.ARM64 else "x86"
    items = [f"Fargate Spot Linux {platform} {unit}-hour (floating)" for unit in _UNITS]
    always = site.size.min_tasks
    terms = (
        f"Set size.fargate_spot = true. It covers every task but the first; {always} "
        f"{'tasks always run' if always > 1 else 'task always runs'}. AWS can reclaim these tasks "
        "with two minutes' notice, and their price varies."
    )
    whole = _at_rates("Fargate Spot", terms, cost, prices, "AmazonECS", items)
    if whole.monthly is None:
        return whole
    return replace(whole, monthly=whole.monthly * Decimal(always - 1) / always)


def _at_rates(
    name: str, terms: str, cost: Estimate, prices: Book, service: str, items: list[str]
) -> Saving:
    """Return what the tasks' hours would cost less at other rates."""
    try:
        rates = [prices.price(cost.region, service, item) for item in items]
    except UnknownPriceError:
        return Saving(name, None, f"{terms} The price book has no rate for {cost.region}.")
    by_unit = {rate.unit: rate.amount for rate in rates}
    saved = sum(
        (
            line.quantity * (by_unit[line.unit] - line.unit_price)
            for line in cost.lines
            if line.service == "AmazonECS" and line.unit.removesuffix("-hour") in _UNITS
            if "Spot" not in line.item  # no commitment covers Spot
        ),
        Decimal(0),
    )
    return Saving(name, saved, terms, rates[0].date)
