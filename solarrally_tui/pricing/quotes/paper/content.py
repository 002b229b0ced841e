"""All that a customer's quote says, gathered once for every format and every language."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal

from solarrally_tui.architecture.diagram import Diagram, diagram
from solarrally_tui.pricing.advice.curve import THREE_YEARS_MONTHS, Curve, curve
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.pricing.metering.assumptions import DEFAULTS, Assumptions
from solarrally_tui.pricing.metering.estimate_lines import Estimate
from solarrally_tui.pricing.metering.resources import resources
from solarrally_tui.pricing.money import Money
from solarrally_tui.pricing.price_book.book import Book
from solarrally_tui.pricing.price_book.store import book
from solarrally_tui.pricing.quotes.paper.parties import Party, Validity
from solarrally_tui.pricing.quotes.paper.sensitivity import Effect, effects
from solarrally_tui.pricing.quotes.paper.terms import NO_TERMS, Terms
from solarrally_tui.site.model import Site

Paper = Literal["a4", "letter"]
_EFFECTS: Final = 5


class QuoteRefusedError(Exception):
    """A site whose price must not go to a customer, and why in words."""


@dataclass(frozen=True)
class Wanted:
    """What a quote is about, for whom, and how it is written."""

    site: Site
    customer: Party
    validity: Validity
    seller: Party | None = None
    logo: str = ""
    """As a data URI; empty without one."""
    number: str = ""
    terms: Terms = NO_TERMS
    money: Money = field(default_factory=Money)
    assume: Assumptions = DEFAULTS
    language: str = "en"
    paper: Paper = "a4"


@dataclass(frozen=True)
class Content:
    """A quote, without the words of any language."""

    wanted: Wanted
    cost: Estimate
    diagram: Diagram
    curve: Curve
    effects: tuple[Effect, ...]

    @property
    def later(self) -> Decimal:
        """USD that AWS adds within three years to thirty-six times the monthly cost."""
        months = THREE_YEARS_MONTHS
        return self.cost.over(months) - self.cost.expected * months


def content(wanted: Wanted, prices: Book | None = None) -> Content:
    """Price a site for a customer.

    Raises QuoteRefusedError where too much of the price is not known.
    """
    prices = prices or book()
    site, assume = wanted.site, wanted.assume
    cost = estimate(site, assume, prices)
    _refuse_unknown(cost)
    return Content(
        wanted=wanted,
        cost=cost,
        diagram=diagram(site, resources(site), cost.lines, cost.unknown),
        curve=curve(site, assume, prices),
        effects=effects(site, cost, assume, prices, _EFFECTS),
    )


def _refuse_unknown(cost: Estimate) -> None:
    if not cost.known:
        reasons = dict.fromkeys(line.reason for line in cost.unknown)
        raise QuoteRefusedError(" ".join((*reasons, "Choose another Region.")))
    if not cost.sellable:
        missing = "; ".join(dict.fromkeys(line.item for line in cost.gaps if line.kind == "fixed"))
        raise QuoteRefusedError(
            f"Too much of the price is not known: {missing}. These are billed every hour, and the "
            "sum without them would be a fraction of the bill."
        )
