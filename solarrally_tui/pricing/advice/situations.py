"""What a site costs outside an ordinary month: one day, half built, deleted, after a year."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from solarrally_tui.blueprints import of_shape
from solarrally_tui.pricing.metering.assumptions import DEFAULTS, Assumptions
from solarrally_tui.pricing.metering.estimate_lines import Estimate
from solarrally_tui.pricing.metering.resources import ACCOUNT
from solarrally_tui.pricing.metering.usage import usage
from solarrally_tui.pricing.price_book.book import Book, UnknownPriceError
from solarrally_tui.pricing.price_book.store import book
from solarrally_tui.site.model import Site

_DAY_HOURS: Final = 24
_MONTH_HOURS: Final = 730
_WEEK_DAYS: Final = 7
_SNAPSHOT: Final = ("AmazonRDS", "RDS backup/snapshot storage beyond 100% of provisioned")
_STORAGE: Final = ("AmazonS3", "S3 Standard storage")


@dataclass(frozen=True, slots=True)
class HalfBuilt:
    """What a deployment that stopped after a stack costs. USD a month."""

    after: str
    monthly: Decimal


@dataclass(frozen=True, slots=True)
class Leftover:
    """What destroying a site leaves. monthly is USD, None without a price."""

    what: str
    gigabytes: Decimal
    monthly: Decimal | None


@dataclass(frozen=True, slots=True)
class ArchiveGrowth:
    """What an archive of telemetry adds by the end of a month. monthly is USD, None unpriced."""

    month: int
    gigabytes: Decimal
    monthly: Decimal | None


def per_charger(cost: Estimate, site: Site) -> Decimal:
    """Return USD a month for each charger."""
    return cost.expected / site.size.chargers


def demo_day(cost: Estimate) -> Decimal:
    """Return USD for a site that exists for one day and is built once."""
    builds = cost.builds or Decimal(0)
    return builds + (cost.expected - builds) * _DAY_HOURS / _MONTH_HOURS


def first_build(cost: Estimate) -> Decimal | None:
    """Return USD for building the application once; None where its price is not known.

    It is the only thing that a first deployment pays once: CloudFormation is free, and so is what
    comes in from the Internet.
    """
    return None if cost.builds is None else cost.builds / DEFAULTS.builds.expected


def half_built(cost: Estimate, shape: str = "tasks") -> tuple[HalfBuilt, ...]:
    """Return what a deployment that stopped after each stack costs while nothing is used.

    shape: size.shape of the site. Stacks are in the order of deployment. Only what is billed
    without use counts.
    """
    fixed: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in cost.lines:
        if line.kind == "fixed":
            fixed[line.stack] += line.monthly
    built, total = [], fixed[ACCOUNT]
    for blueprint in of_shape(shape):
        total += fixed[blueprint.id]
        built.append(HalfBuilt(blueprint.id, total))
    return tuple(built)


def after_destroy(
    site: Site, assume: Assumptions = DEFAULTS, prices: Book | None = None
) -> tuple[Leftover, ...]:
    """Return what destroying keeps unless its data is deleted too, by the usage model.

    The archive and copied backups expire over time, until nothing is left of them.
    """
    prices = prices or book()
    return tuple(
        Leftover(what, size, _monthly(prices, region, price, size))
        for what, region, size, price in _kept(site, assume)
    )


def together(prices: Iterable[Decimal | None]) -> Decimal | None:
    """Return what some things cost together; None where the price of one is not known."""
    total = Decimal(0)
    for price in prices:
        if price is None:
            return None
        total += price
    return total


def _kept(site: Site, assume: Assumptions) -> Iterator[tuple[str, str, Decimal, tuple[str, str]]]:
    """Yield what is kept, its Region, how many GB of it, and the price by which it is billed."""
    home = site.region
    size = site.size.database_storage_gib * assume.database_full_share.expected
    yield "Final database snapshot, at most", home, size, _SNAPSHOT
    if site.governance.trail:
        yield "Audit log", home, assume.bucket_gb.expected, _STORAGE
    if site.devices.archive_days:
        full = _archived_gb(site, assume) * _archive_months(site)
        yield "Telemetry archive once it is full", home, full, _STORAGE
    if site.governance.backup_plan_days:
        # The first backup is of everything, each later one of what changed since. What AWS Backup
        # keeps of a database is a snapshot of RDS, and costs what one costs.
        later = max(site.governance.backup_plan_days // _WEEK_DAYS - 1, 0)
        held = size * (1 + assume.backup_beyond_size.expected * later)
        yield "Weekly backups in the vault, at most", home, held, _SNAPSHOT
    if site.size.backup_copy_region:
        there, days = site.size.backup_copy_region, site.size.backup_days
        yield f"Copied backups in {there}, at most, for {days} days", there, size, _SNAPSHOT


def _monthly(
    prices: Book, region: str, price: tuple[str, str], gigabytes: Decimal
) -> Decimal | None:
    try:
        return gigabytes * prices.price(region, *price).amount
    except UnknownPriceError:
        return None


def _archived_gb(site: Site, assume: Assumptions) -> Decimal:
    """Return GB by which an archive of all telemetry grows in a month, compressed."""
    return usage(site, assume).archived_gb.expected * assume.archive_compression.expected


def _archive_months(site: Site) -> Decimal:
    return Decimal(site.devices.archive_days) * _DAY_HOURS / _MONTH_HOURS


def archive(
    site: Site, assume: Assumptions = DEFAULTS, prices: Book | None = None, months: int = 12
) -> tuple[ArchiveGrowth, ...]:
    """Return how an archive of all telemetry in S3 would grow, month by month.

    Storage only: delivering messages to S3 is billed too. The estimate of a site with an archive
    counts both, when the archive is full. For any other site everything is assumed to be kept.
    """
    prices = prices or book()
    growth = _archived_gb(site, assume)
    longest = _archive_months(site) or Decimal(months)
    sizes = ((month, growth * min(Decimal(month), longest)) for month in range(1, months + 1))
    return tuple(
        ArchiveGrowth(month, size, _monthly(prices, site.region, _STORAGE, size))
        for month, size in sizes
    )
