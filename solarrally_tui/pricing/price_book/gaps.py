"""What a site needs and the price book lacks, in words for the operator."""

from collections.abc import Iterator

from solarrally_tui.pricing.price_book.book import Book, UnknownPriceError
from solarrally_tui.site.model import Site
from solarrally_tui.site.regions import WITHOUT_IOT


def gaps(site: Site, prices: Book) -> Iterator[str]:
    """Yield what the answers of a site leave without a price. Takes no estimate."""
    if site.region in WITHOUT_IOT:
        yield (
            f"AWS does not offer AWS IoT Core in {site.region}, and chargers need it. deploy "
            "refuses this site. Choose another Region near the chargers."
        )
    elif site.region not in prices.regions:
        yield f"The price book has no prices for {site.region}, so there is no estimate or quote."
    else:
        yield from _database(site, prices)


def _database(site: Site, prices: Book) -> Iterator[str]:
    zones = "Multi-AZ" if site.size.multi_az else "Single-AZ"
    name = site.size.database_class
    try:
        prices.price(site.region, "AmazonRDS", f"RDS PostgreSQL {name} {zones}")
    except UnknownPriceError:
        yield (
            f"The price book has no price for {name} in {site.region}. The estimate leaves the "
            "database out and reads at least."
        )
