"""What a site costs outside an ordinary month: a day, half built, destroyed, after a year."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.pricing.assumptions import DEFAULTS, Assumptions
from solarrally_tui.pricing.book import Book, UnknownPriceError, book
from solarrally_tui.pricing.ledger import Estimate, Line
from solarrally_tui.pricing.rules_compute import BUILDS
from solarrally_tui.pricing.usage import usage
from solarrally_tui.site.model import Site

_DAY_HOURS: Final = 24
_MONTH_HOURS: Final = 730
_GB: Final = Decimal(10**9)
_SNAPSHOT: Final = "RDS backup/snapshot storage beyond 100% of provisioned"
_STORAGE: Final = "S3 Standard storage"


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands, and costs money, once a deployment stopped after a stack. USD."""

    after: str
    monthly: Decimal
    daily: Decimal


@dataclass(frozen=True, slots=True)
class Kept:
    """What destroying leaves, at most. monthly is USD, None without a price."""

    what: str
    gigabytes: Decimal
    monthly: Decimal | None


@dataclass(frozen=True, slots=True)
class Archive:
    """What kept telemetry would add by the end of a month. monthly is USD, None without a price."""

    month: int
    gigabytes: Decimal
    monthly: Decimal | None


def per_charger(cost: Estimate, site: Site) -> Decimal:
    """Return USD a month for each charger."""
    return cost.expected / site.size.chargers


def demo_day(cost: Estimate) -> Decimal:
    """Return USD for a site that stands for one day and is built once."""
    builds = sum((line.monthly for line in cost.lines if line.driver == BUILDS), Decimal(0))
    return builds + (cost.expected - builds) * _DAY_HOURS / _MONTH_HOURS


def half_built(cost: Estimate) -> tuple[Standing, ...]:
    """Return what a deployment costs that stopped after each stack, nothing being used.

    Stacks stand in the order of the catalogue. Only what is billed without use counts.
    """
    stood, total = [], Decimal(0)
    fixed = _fixed_by_stack(cost.lines)
    for blueprint in CATALOGUE:
        total += fixed[blueprint.id]
        stood.append(Standing(blueprint.id, total, total * _DAY_HOURS / _MONTH_HOURS))
    return tuple(stood)


def _fixed_by_stack(lines: tuple[Line, ...]) -> Mapping[str, Decimal]:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.kind == "fixed":
            sums[line.stack] += line.monthly
    return sums


def after_destroy(
    site: Site, assume: Assumptions = DEFAULTS, prices: Book | None = None
) -> tuple[Kept, ...]:
    """Return what destroying keeps unless told to delete it: a snapshot and the audit log."""
    prices = prices or book()
    size = Decimal(site.size.database_storage_gib)
    kept = [
        _kept(prices, site.region, "Final database snapshot, at most", size, _SNAPSHOT),
    ]
    if site.governance.trail:
        audit = assume.bucket_gb.expected
        kept.append(_kept(prices, site.region, "Audit log", audit, _STORAGE))
    return tuple(kept)


def _kept(prices: Book, region: str, what: str, size: Decimal, item: str) -> Kept:
    service = "AmazonRDS" if item == _SNAPSHOT else "AmazonS3"
    try:
        return Kept(what, size, size * prices.price(region, service, item).amount)
    except UnknownPriceError:
        return Kept(what, size, None)


def archive(
    site: Site, assume: Assumptions = DEFAULTS, prices: Book | None = None, months: int = 12
) -> tuple[Archive, ...]:
    """Return how an archive of all telemetry in S3 would grow, month by month.

    Storage only, on top of the estimate: what carries messages there is billed too. A site that
    archives keeps no more than its own number of days; any other is shown what keeping all costs.
    """
    month = usage(site, assume)
    each = month.messages.expected * assume.archived_bytes.expected / _GB
    longest = Decimal(site.devices.archive_days) * _DAY_HOURS / _MONTH_HOURS or Decimal(months)
    try:
        rate = (prices or book()).price(site.region, "AmazonS3", _STORAGE).amount
    except UnknownPriceError:
        rate = None
    kept = ((count, each * min(Decimal(count), longest)) for count in range(1, months + 1))
    return tuple(Archive(count, size, rate and size * rate) for count, size in kept)
