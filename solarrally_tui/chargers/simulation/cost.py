"""What a simulation costs on AWS, by the price book and the rules of the estimate."""

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from typing import Final

from solarrally_tui.pricing.estimate import everything, priced
from solarrally_tui.pricing.metering.assumptions import DEFAULTS
from solarrally_tui.pricing.metering.estimate_lines import Line
from solarrally_tui.pricing.metering.estimate_range import Range
from solarrally_tui.pricing.metering.rules.price_names import IOT_OPERATIONS
from solarrally_tui.pricing.metering.usage import Usage, usage
from solarrally_tui.pricing.price_book.book import Book
from solarrally_tui.pricing.price_book.store import book
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site

SMALL: Final = Decimal("0.10")
"""USD that a run may cost without a question."""
_NOTHING: Final = Range.exactly(0)
_NO_USD: Final = Decimal(0)
_HOUR: Final = Decimal(3600)
_REGISTERING: Final = 8
"""Operations of the registry for a test charger that is registered and removed, generously."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a run puts on AWS IoT, as long as it lasts."""

    chargers: int
    interval: float
    """Seconds between two messages of a charger."""
    registers: bool = False
    """Whether its chargers are registered for it and removed after it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a run costs on AWS."""

    usd: Decimal
    """At most."""
    seconds: float
    is_too_dear: bool = False
    """Whether it costs more than it may, however short it is."""


class UnknownCostError(LookupError):
    """The price book does not know what a run costs in a Region."""


def is_billed(endpoint: str) -> bool:
    """Return whether an endpoint is AWS's own, and not that of a simulated account."""
    return endpoint.endswith((".amazonaws.com", ".amazonaws.com.cn"))


def offer(load: Load, seconds: float | None, site: Site, most: Decimal) -> Offer:
    """Return what a run costs that lasts so long; without an end, how long it may last.

    most: USD that it may cost. Raises UnknownCostError.
    """
    if seconds is not None:
        usd = cost(load, seconds, site)
        return Offer(usd, seconds, usd > most)
    # What chargers cause by coming and going counts at once, the rest with the time.
    begin, hour = cost(load, 1.0, site), cost(load, 3601.0, site)
    if begin > most:
        return Offer(begin, 1.0, is_too_dear=True)
    return Offer(most, float((most - begin) / (hour - begin) * _HOUR))


def cost(load: Load, seconds: float, site: Site, prices: Book | None = None) -> Decimal:
    """Return the most that a run adds to the bill of a site, in USD.

    The difference between two bills of the site for the time of the run: with these chargers, and
    with none. So it has what the messages cause elsewhere: their copies to each task, rules,
    archive, network. Raises UnknownCostError.
    """
    prices = prices or book()
    if site.region not in prices.regions:
        raise UnknownCostError(site.region)
    listed = everything(site)
    hours = Decimal(seconds) / _HOUR
    # Each charger comes and goes once, and loses its connection every half hour.
    events = Range.exactly((2 + 4 * hours) * 24 / hours)
    assume = replace(
        DEFAULTS, hours=Range.exactly(hours), connection_events=events, index_queries=_NOTHING
    )
    none = replace(
        usage(site, assume),
        chargers=0,
        sent=_NOTHING,
        messages=_NOTHING,
        charger_minutes=_NOTHING,
        # Many chargers may be why the site scales out.
        tasks=Range.exactly(site.size.max_tasks),
    )
    each = (Decimal(seconds) / Decimal(load.interval)).to_integral_value(ROUND_CEILING)
    sent = Range.exactly(each * load.chargers)
    with_them = replace(
        none,
        chargers=load.chargers,
        sent=sent,
        messages=sent,
        charger_minutes=Range.exactly(hours * 60 * load.chargers),
    )

    def bill(month: Usage) -> Decimal:
        lines = priced(listed, month, prices)
        return sum((line.high for line in lines if isinstance(line, Line)), Decimal(0))

    registering = _NO_USD
    if load.registers:
        operation = prices.price(site.region, "AWSIoT", IOT_OPERATIONS)
        registering = operation.cost(Decimal(load.chargers * _REGISTERING))
    return bill(with_them) - bill(none) + registering


def unknown_site(region: str) -> Site:
    """Return what a run is priced for where its site is not known: a large one."""
    answers = {"name": "unknown", "region": region, "tier": "large", "alerts": {"email": "a@b.cd"}}
    return from_answers(answers)
