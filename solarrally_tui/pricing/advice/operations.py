"""What operations on a running site cost once, beside its month: drill, snapshots, builds."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.metering.assumptions import Assumptions
from solarrally_tui.pricing.metering.estimate_lines import Estimate
from solarrally_tui.pricing.price_book.book import Book, UnknownPriceError
from solarrally_tui.site.model import Site

_HOURS_A_MONTH: Final = Decimal(730)
_BUILDER: Final = "AWS::CodeBuild::Project"
_SMALLEST: Final = "db.t4g.micro"
"""The class that a drill restores to, where RDS offers it for the version."""


@dataclass(frozen=True, slots=True)
class OperationPrice:
    """One operation with its price."""

    command: str
    usd: Decimal | None
    """None where the price book lacks a price."""
    unit: str
    """What the price is for."""
    words: str = ""


def operations(
    site: Site, cost: Estimate, assume: Assumptions, prices: Book
) -> tuple[OperationPrice, ...]:
    """Return what the operations on a site cost once it runs.

    cost: its estimate, which has what its builds cost.
    """
    gib, times = site.size.database_storage_gib, assume.builds.expected
    builds = [one.monthly for one in cost.lines if one.type == _BUILDER and one.monthly > 0]
    built = sum(builds, Decimal(0)) / times if builds and times else None
    return (
        OperationPrice(
            "drill",
            _known(lambda: restored_hourly(prices, site.region, _SMALLEST, gib)),
            "an hour",
            "A second database, for 10 to 30 minutes, longer with much data.",
        ),
        OperationPrice(
            "maintain",
            _known(lambda: snapshot_monthly(prices, site.region, gib)),
            "a month at most",
            "The snapshot before a newer PostgreSQL, until you delete it. All else costs cents.",
        ),
        OperationPrice(
            "ci",
            built,
            "a commit at most",
            "Its two builds; the first 100 minutes of a month are free. Roles cost nothing.",
        ),
        OperationPrice("export", Decimal(0), "", "Terraform adopts what is there."),
    )


def restored_hourly(prices: Book, region: str, size: str, gib: int) -> Decimal:
    """Return USD for an hour of a restored database of a class and some GiB.

    Raises UnknownPriceError.
    """
    server = prices.price(region, "AmazonRDS", f"RDS PostgreSQL {size} Single-AZ").amount
    storage = prices.price(region, "AmazonRDS", "RDS gp3 storage Single-AZ").amount
    return server + storage * gib / _HOURS_A_MONTH


def snapshot_monthly(prices: Book, region: str, gib: int) -> Decimal:
    """Return USD a month for a snapshot of a full database. Raises UnknownPriceError."""
    item = "RDS backup/snapshot storage beyond 100% of provisioned"
    return prices.price(region, "AmazonRDS", item).amount * gib


def _known(price: Callable[[], Decimal]) -> Decimal | None:
    try:
        return price()
    except UnknownPriceError:
        return None
