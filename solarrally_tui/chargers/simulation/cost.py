"""What a simulation costs on AWS, by the price book and the rules of the estimate."""

import math
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.estimate import everything, priced
from solarrally_tui.pricing.metering.assumptions import DEFAULTS
from solarrally_tui.pricing.metering.estimate_lines import Line
from solarrally_tui.pricing.metering.estimate_range import Range
from solarrally_tui.pricing.metering.rules.price_names import IOT_MESSAGES, IOT_OPERATIONS
from solarrally_tui.pricing.metering.usage import Usage, usage
from solarrally_tui.pricing.price_book.book import Book
from solarrally_tui.pricing.price_book.store import book
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site

SMALL: Final = Decimal("0.10")
"""USD that a run may cost without a question."""
_NOTHING: Final = Range.exactly(0)
_HOUR: Final = Decimal(3600)
_REGISTERING: Final = Decimal(8)
"""Operations of the registry for a test charger that is registered and removed, generously."""
_SHADOW_OPERATIONS: Final = Decimal(2)
_SETTINGS_MESSAGES: Final = Decimal(8)
"""What a charger with settings and jobs causes with each connection (management/device.py): it
reports, reads its shadow, asks for a job, and gets answers."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a run puts on AWS IoT, as long as it lasts."""

    chargers: int
    interval: float
    """Seconds between two messages of a charger."""
    registers: bool = False
    """Whether its chargers are registered for it and removed after it."""
    losses: float = 0.0
    """How often a charger loses its connection on purpose, as a share of its messages."""

    def messages(self, seconds: float) -> int:
        """Return how many messages all chargers send at most in a time."""
        return math.ceil(seconds / self.interval) * self.chargers


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
    """Return whether an endpoint may be AWS's: a host of the operator's own leads there, too.

    That of a simulated account is this computer.
    """
    return endpoint != "localhost"


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
    messages = Decimal(load.messages(seconds))
    # Each charger comes and goes once, loses its connection every half hour, and on purpose.
    lost = 2 * hours + messages / load.chargers * Decimal(load.losses)
    connects = 1 + lost
    events = Range.exactly(2 * connects * 24 / hours)
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
    sent = Range.exactly(messages)
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

    # Test chargers are registered; others ask for their settings and jobs when they connect.
    operations = _REGISTERING if load.registers else _SHADOW_OPERATIONS * connects
    asked = _NOTHING.high if load.registers else _SETTINGS_MESSAGES * connects
    beside = prices.price(site.region, "AWSIoT", IOT_OPERATIONS).cost(operations * load.chargers)
    beside += prices.price(site.region, "AWSIoT", IOT_MESSAGES).cost(asked * load.chargers)
    return bill(with_them) - bill(none) + beside


def unknown_site(region: str) -> Site:
    """Return what a run is priced for where its site is not known: a large one."""
    answers = {"name": "unknown", "region": region, "tier": "large", "alerts": {"email": "a@b.cd"}}
    return from_answers(answers)
