"""Where price books are kept: the bundled, the refreshed and the previous one."""

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from solarrally_tui.computer import folders
from solarrally_tui.pricing.price_book.book import Book, from_data
from solarrally_tui.site.atomic import write_atomically

SCHEMA: Final = 1
_BOOK: Final = "prices.json"
_BEFORE: Final = "prices.previous.json"


@cache
def book() -> Book:
    """Return the refreshed book if it can be read and is not older, else the bundled one.

    Read once.
    """
    return from_data(current_data())


def snapshot_gb_month(region: str) -> Decimal:
    """Return USD a month for one GB of database snapshot. Raises UnknownPriceError."""
    item = "RDS backup/snapshot storage beyond 100% of provisioned"
    return book().price(region, "AmazonRDS", item).amount


def s3_gb_month(region: str) -> Decimal:
    """Return USD a month for one GB in an S3 Standard bucket. Raises UnknownPriceError."""
    return book().price(region, "AmazonS3", "S3 Standard storage").amount


def current_data() -> dict[str, Any]:
    """Return the stored form of the book in use."""
    bundled = _bundled()
    refreshed = _refreshed()
    if refreshed is None or refreshed["as_of"] < bundled["as_of"]:
        return bundled
    return refreshed


def problem() -> str:
    """Return why the refreshed book is not in use, or an empty text."""
    if not folders.exists(book_file()):
        return ""
    refreshed = _refreshed()
    if refreshed is None:
        return f"{book_file()} cannot be read. The bundled prices are used."
    if refreshed["as_of"] < _bundled()["as_of"]:
        return f"{book_file()} is older than the bundled prices. These are used."
    return ""


def save(data: Mapping[str, Any]) -> Path:
    """Replace the refreshed book in one step, and keep the previous one beside it."""
    path = book_file()
    if folders.exists(path):
        write_atomically(path.with_name(_BEFORE), path.read_text(encoding="utf-8"))
    write_atomically(path, json.dumps(data, separators=(",", ":")) + "\n")
    return path


def book_file() -> Path:
    """Return where the refreshed book is."""
    return folders.data_folder() / _BOOK


def cache_folder() -> Path:
    """Return the folder that keeps files of AWS's price list between refreshes."""
    return folders.cache_folder() / "prices"


def _bundled() -> dict[str, Any]:
    text = resources.files(__package__).joinpath(_BOOK).read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def _refreshed() -> dict[str, Any] | None:
    try:
        data = json.loads(book_file().read_text(encoding="utf-8"))
        from_data(data)
        return data if data["schema"] == SCHEMA else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
