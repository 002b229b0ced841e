"""Ways to pay less for a site without changing it. They are never part of the monthly figure."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.metering.estimate_lines import Estimate
from solarrally_tui.pricing.metering.rules.compute import HUB
from solarrally_tui.pricing.price_book.book import Book, UnknownPriceError
from solarrally_tui.pricing.price_book.store import book
from solarrally_tui.site.model import Site
from solarrally_tui.site.tiers import Architecture, Shape

_MONTH_HOURS: Final = 730
_FREE_PLAN_MILLION_REQUESTS: Final = 1
_FREE_PLAN_GB: Final = 100
_UNITS: Final = ("vCPU", "GB")
"""What AWS bills Fargate tasks by, each for every hour."""


@dataclass(frozen=True, slots=True)
class Saving:
    """One way to pay less. monthly is USD, below zero where it saves something."""

    name: str
    monthly: Decimal
    terms: str
    rate_date: str = ""


def savings(
    site: Site, cost: Estimate, credits_usd: Decimal | None = None, prices: Book | None = None
) -> tuple[Saving, ...]:
    """Return what credits, a commitment, Spot or a plan would each take off on its own.

    What the price book has no rate for in the Region is left out.
    """
    prices = prices or book()
    ways = (
        _credits(cost, credits_usd) if credits_usd else None,
        _savings_plan(site, cost, prices, years=1),
        _savings_plan(site, cost, prices, years=3),
        spot(site, cost, prices) if site.size.shape is Shape.TASKS else None,
        flat_rate(site, cost, prices),
    )
    return tuple(way for way in ways if way)


def _credits(cost: Estimate, amount: Decimal) -> Saving:
    months = amount / cost.expected if cost.expected else Decimal(0)
    return Saving(
        f"Credits of {amount:,.0f} USD",
        -min(amount, cost.expected),
        f"They last for about {months:.1f} months. After that the full amount is due.",
    )


def _savings_plan(site: Site, cost: Estimate, prices: Book, *, years: int) -> Saving | None:
    arm = site.size.architecture is Architecture.ARM64
    # The rates of ARM have fewer digits in the price book's source, and its items say so.
    platform = "ARM (rounded in source)" if arm else "x86"
    items = [f"Fargate {unit}-hour, Compute SP {years}yr No Upfront {platform}" for unit in _UNITS]
    name = f"Compute Savings Plan, {years} year{'s' if years > 1 else ''}, no upfront payment"
    terms = "Tasks only. You pay for every hour of the term, even without the site."
    return _at_rates(name, terms, cost, prices, "ComputeSavingsPlans", items)


def spot(site: Site, cost: Estimate, prices: Book | None = None) -> Saving | None:
    """Return what Spot would take off for every task but the first, of those that always run.

    None for a site with Spot, whose estimate counts it.
    """
    if site.size.fargate_spot:
        return None
    prices = prices or book()
    platform = "ARM" if site.size.architecture is Architecture.ARM64 else "x86"
    items = [f"Fargate Spot Linux {platform} {unit}-hour (floating)" for unit in _UNITS]
    always = site.size.min_tasks
    terms = (
        f"Set size.fargate_spot = true. It covers every task but the first; {always} "
        f"{'tasks always run' if always > 1 else 'task always runs'}. AWS can reclaim these tasks "
        "with two minutes' notice, and their price varies."
    )
    tasks = replace(cost, lines=tuple(one for one in cost.lines if one.resource != HUB))
    whole = _at_rates("Fargate Spot", terms, tasks, prices, "AmazonECS", items)
    if whole is None:
        return None
    return replace(whole, monthly=whole.monthly * Decimal(always - 1) / always)


def _at_rates(
    name: str, terms: str, cost: Estimate, prices: Book, service: str, items: list[str]
) -> Saving | None:
    """Return what the tasks' hours would cost less at other rates; None without rate or tasks."""
    hours = [
        line
        for line in cost.lines
        if line.service == "AmazonECS" and line.unit.removesuffix("-hour") in _UNITS
    ]
    if not hours:
        return None
    try:
        rates = [prices.price(cost.region, service, item) for item in items]
    except UnknownPriceError:
        return None
    by_unit = {rate.unit: rate.amount for rate in rates}
    saved = sum(
        (
            line.quantity * (by_unit[line.unit] - line.unit_price)
            for line in hours
            if "Spot" not in line.item  # no commitment covers Spot
        ),
        Decimal(0),
    )
    return Saving(name, saved, terms, rates[0].date)


def flat_rate(site: Site, cost: Estimate, prices: Book | None = None) -> Saving | None:
    """Return what CloudFront's Free plan would take off; None where the site is beyond it.

    The plan includes the firewall, but has no VPC origin, so a load balancer without public
    addresses would get them. Sources of the conditions: docs/prices.md.
    """
    prices = prices or book()
    firewall = [line for line in cost.lines if line.service == "awswaf"]
    requests = sum((line.quantity for line in firewall if "Requests" in line.item), Decimal(0))
    sent = (line for line in cost.lines if line.item.startswith("Data transfer out to internet -"))
    gigabytes = sum((line.quantity for line in sent), Decimal(0))
    if not firewall or requests > _FREE_PLAN_MILLION_REQUESTS or gigabytes > _FREE_PLAN_GB:
        return None
    saved = -sum((line.monthly for line in firewall), Decimal(0))
    way_in = ""
    if site.size.shape is Shape.TASKS and site.domain.origin != "public-alb":
        address = prices.price(cost.region, "AmazonVPC", "Public IPv4 in use").amount * _MONTH_HOURS
        secret = prices.price(cost.region, "AWSSecretsManager", "Secret").amount
        saved += address * site.size.zones + secret
        way_in = (
            "Plans below Business (200 USD) have no VPC origin: the load balancer needs public "
            "addresses and a domain of your own, which is counted here. "
        )
    return Saving(
        "CloudFront's Free plan",
        saved,
        f"It includes the firewall. {way_in}Up to 1 million requests and 100 GB a month, 5 rules, "
        "5 cache behaviors, AWS's own cache and headers policies only, no access logs; not for "
        "accounts on AWS's free plan. This version does not subscribe to plans.",
    )
