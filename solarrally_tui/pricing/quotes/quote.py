"""Everything that a quote says about a site, collected once for every format."""

from dataclasses import dataclass, field
from decimal import Decimal

from solarrally_tui.pricing.advice.breakeven import BreakEven, break_evens
from solarrally_tui.pricing.advice.compare import Comparer, Variant
from solarrally_tui.pricing.advice.curve import marginal
from solarrally_tui.pricing.advice.operations import OperationPrice, operations
from solarrally_tui.pricing.advice.savings import Saving, savings
from solarrally_tui.pricing.advice.situations import (
    ArchiveGrowth,
    HalfBuilt,
    Leftover,
    after_destroy,
    archive,
    demo_day,
    half_built,
    per_charger,
)
from solarrally_tui.pricing.breakdown import ServiceShare, by_service
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.pricing.metering.assumptions import DEFAULTS, Assumption, Assumptions
from solarrally_tui.pricing.metering.estimate_lines import Estimate
from solarrally_tui.pricing.money import Money
from solarrally_tui.pricing.price_book.book import Book
from solarrally_tui.pricing.price_book.store import book
from solarrally_tui.site.model import Site


@dataclass(frozen=True)
class Comparison:
    """Variants of the site, beside it."""

    tiers: tuple[Variant, ...]
    what_ifs: tuple[Variant, ...]
    cheapest: Variant
    given_up: tuple[str, ...]
    break_evens: tuple[BreakEven, ...]
    operations: tuple[OperationPrice, ...]
    """What operations on the running site cost, beside its month."""


@dataclass(frozen=True)
class Quote:
    """A site and what it costs, in regular months and outside them."""

    site: Site
    day: str
    cost: Estimate
    money: Money
    shares: tuple[ServiceShare, ...]
    per_charger: Decimal
    marginal: Decimal
    """USD a month for one charger more."""
    demo_day: Decimal
    half_built: tuple[HalfBuilt, ...]
    after_destroy: tuple[Leftover, ...]
    archive: tuple[ArchiveGrowth, ...]
    savings: tuple[Saving, ...]
    assumptions: tuple[Assumption, ...]
    origin: str
    """Where the prices are from: BUNDLED, or the day of their last refresh."""
    comparison: Comparison | None = None
    has_credits: bool = False
    """Whether credits of the account were named, which are among the savings."""


@dataclass(frozen=True)
class QuoteOptions:
    """What may be asked of a quote besides the site."""

    money: Money = field(default_factory=Money)
    assume: Assumptions = DEFAULTS
    credits_usd: Decimal | None = None
    compare: bool = False


def quote(site: Site, day: str, options: QuoteOptions, prices: Book | None = None) -> Quote:
    """Price a site and collect what a quote says. day is the quote's date as text."""
    prices = prices or book()
    cost = estimate(site, options.assume, prices)
    return Quote(
        site=site,
        day=day,
        cost=cost,
        money=options.money,
        shares=by_service(cost),
        per_charger=per_charger(cost, site),
        marginal=marginal(site, options.assume, prices) if cost.known else Decimal(0),
        demo_day=demo_day(cost),
        half_built=half_built(cost, site.size.shape),
        after_destroy=after_destroy(site, options.assume, prices),
        archive=archive(site, options.assume, prices),
        savings=savings(site, cost, options.credits_usd, prices) if cost.known else (),
        assumptions=options.assume.explained(),
        origin=prices.origin,
        comparison=_comparison(site, cost, options.assume, prices) if options.compare else None,
        has_credits=options.credits_usd is not None,
    )


def what_moves(cost: Estimate, money: Money) -> str:
    """Return in sentences what the total depends on; empty where it depends on nothing."""
    name, most = cost.unexpected
    rare = (
        f"The high amount includes {money.show(most)} for {name}; an ordinary month has none."
        if name and money.cents(most)
        else ""
    )
    return " ".join(filter(None, (cost.driver and f"It depends most on {cost.driver}.", rare)))


def _comparison(site: Site, cost: Estimate, assume: Assumptions, prices: Book) -> Comparison:
    comparer = Comparer(site, assume, prices)
    cheapest, given_up = comparer.cheapest()
    return Comparison(
        tiers=comparer.tiers(),
        what_ifs=comparer.what_ifs(),
        cheapest=cheapest,
        given_up=given_up,
        break_evens=break_evens(site.region, prices),
        operations=operations(site, cost, assume, prices),
    )
