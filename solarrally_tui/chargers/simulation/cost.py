"""What a simulation costs on AWS, by the price book and the rules of the estimate."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.estimate import everything, priced
from solarrally_tui.pricing.metering.assumptions import DEFAULTS
from solarrally_tui.pricing.metering.estimate_lines import Line
from solarrally_tui.pricing.metering.estimate_range import Range
from solarrally_tui.pricing.metering.usage import Usage, usage
from solarrally_tui.pricing.price_book.book import Book
from solarrally_tui.pricing.price_book.store import book
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site

SMALL: Final = Decimal("0.10")
"""USD that a run may cost without a question."""
_NOTHING: Final = Range.exactly(0)
_HOUR: Final = Decimal(3600)
_REGISTERING: Final = 8
"""Operations of the registry for a test charger that is registered and removed, generously."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a run puts on AWS IoT."""

    chargers: int
    interval: float
    seconds: float
    """How long it lasts."""
    registers: bool = False
    """Whether its chargers are registered for it and removed after it."""


class UnknownCostError(LookupError):
    """The price book does not know what a run costs in a Region."""


def cost(load: Load, site: Site, prices: Book | None = None) -> Decimal:
    """Return the most that a run adds to the bill of a site, in USD.

    The difference between two bills of the site for the time of the run: with these chargers, and
    with none. So it has what the messages cause elsewhere: their copies to each task, rules,
    archive, network. Raises UnknownCostError.
    """
    prices = prices or book()
    if site.region not in prices.regions:
        raise UnknownCostError(site.region)
    listed = everything(site)
    hours = Decimal(load.seconds) / _HOUR
    # Each charger comes and goes once; what the radio loses is counted twice in the hour.
    events = Range.exactly((2 + 2 * hours) * 24 / hours)
    assume = replace(
        DEFAULTS, hours=Range.exactly(hours), connection_events=events, index_queries=_NOTHING
    )
    none = replace(
        usage(site, assume), chargers=0, sent=_NOTHING, messages=_NOTHING, charger_minutes=_NOTHING
    )
    sent = Range.exactly(
        (Decimal(load.seconds) / Decimal(load.interval)).to_integral_value() * load.chargers
    )
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

    registering = load.registers * load.chargers * _REGISTERING * _OPERATION
    return bill(with_them) - bill(none) + registering


_OPERATION: Final = Decimal("0.00000125")
"""USD for an operation of the registry (AWS IoT Core pricing)."""


def unknown_site(region: str) -> Site:
    """Return what a run is priced for where its site is not known: a large one."""
    answers = {"name": "unknown", "region": region, "tier": "large", "alerts": {"email": "a@b.cd"}}
    return from_answers(answers)


def affordable(load: Load, site: Site, most: Decimal) -> float:
    """Return for how many seconds a run costs at most so many USD. Raises UnknownCostError."""
    # What chargers cause by coming counts at once, the rest with the time.
    begin, hour = (cost(replace(load, seconds=seconds), site) for seconds in (1.0, 3601.0))
    left = most - begin
    return max(0.0, float(left / (hour - begin) * _HOUR)) if hour > begin else float("inf")
