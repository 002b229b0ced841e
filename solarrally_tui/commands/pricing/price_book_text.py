"""The price book's age and sources, as lines for people and as the object that --json prints."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.pricing.price_book.book import BUNDLED, Book
from solarrally_tui.pricing.price_book.store import book_file, problem
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.tiers import Tier
from solarrally_tui.text.table import columns, wrap

_HOME: Final = "us-east-1"


def _age(month_of_price: str) -> int:
    """Return how many months ago a month such as 2025-08 was."""
    year, month = (int(part) for part in month_of_price.split("-")[:2])
    today = date.today()  # noqa: DTZ011 the reader's day
    return max(0, (today.year - year) * 12 + today.month - month)


def _oldest_of_the_tiers(prices: Book) -> str:
    """Return the month of the oldest price that makes a hundredth of what some tier costs."""
    answers = {"name": "a-site", "region": _HOME, "alerts": {"email": "ops@example.com"}}
    sites = (from_answers(answers | {"tier": tier.value}) for tier in Tier)
    return min(estimate(site, prices=prices).prices_as_of for site in sites)


def _dates(prices: Book) -> Mapping[str, tuple[str, str, int]]:
    """Return for each service its oldest and newest date, and how many prices it has."""
    dates: defaultdict[str, list[str]] = defaultdict(list)
    for _, price in prices.rows():
        dates[price.service].append(price.date[:10])
    return {
        service: (min(found), max(found), len(found)) for service, found in sorted(dates.items())
    }


def lines(prices: Book) -> list[str]:
    """Return the age and the sources of a price book as lines."""
    matters = _oldest_of_the_tiers(prices)
    months = _age(matters)
    age = "of this month" if not months else f"{months} month{'s' * (months > 1)} old"
    source = (
        "bundled with the program"
        if prices.origin == BUNDLED
        else f"refreshed on {prices.origin}, in {book_file()}"
    )
    services = [(name, str(count), *dates) for name, (*dates, count) in _dates(prices).items()]
    return [
        f"Price book: {source}.",
        *([problem()] if problem() else []),
        *wrap(
            f"Prices from {prices.oldest} to {prices.as_of}. The oldest that matters for the tiers "
            f"in {_HOME} is of {matters}, {age}."
        ),
        f"{prices.currency}, {len(prices.regions)} Regions:",
        *wrap(" ".join(prices.regions), "  "),
        "",
        *columns([("service", "prices", "oldest", "newest"), *services], align="<><<", flexible=0),
        *_versions(prices),
        "",
        "Refresh with: solarrally prices refresh --region REGION",
    ]


def _versions(prices: Book) -> Iterator[str]:
    for region, offers in prices.versions.items():
        yield ""
        yield f"Versions of AWS's price list for {region}:"
        yield from (f"  {line}" for line in columns(list(offers.items())))


def as_json(prices: Book) -> dict[str, Any]:
    """Return the age and the sources of a price book as the object that --json prints."""
    return {
        "source": prices.origin,
        "file": None if prices.origin == BUNDLED else str(book_file()),
        "problem": problem() or None,
        "currency": prices.currency,
        "oldest": prices.oldest,
        "as_of": prices.as_of,
        "age_months": _age(prices.as_of),
        "oldest_that_matters": _oldest_of_the_tiers(prices),
        "regions": list(prices.regions),
        "versions": prices.versions,
        "services": {
            service: {"prices": count, "oldest": oldest, "newest": newest}
            for service, (oldest, newest, count) in _dates(prices).items()
        },
    }
