"""Read AWS's price list: CSV files of the bulk API, documents of the query API."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from solarrally_tui.pricing.price_book.book import GLOBAL
from solarrally_tui.pricing.price_book.price_list_items import PriceListItem

_REQUIRED: Final = (
    "SKU",
    "RateCode",
    "TermType",
    "StartingRange",
    "EndingRange",
    "PricePerUnit",
    "Currency",
    "usageType",
    "operation",
)
_FIELD_LIMIT: Final = 1_000_000


class PriceListError(Exception):
    """A file or a document of the price list is not valid. Says why in words."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One tier of a product: USD for one single thing within a range of quantities."""

    start: Decimal
    end: Decimal | None
    amount: Decimal
    code: str


@dataclass(frozen=True, slots=True)
class Product:
    """A product of the price list with its on-demand rates in order."""

    sku: str
    rates: tuple[Rate, ...]

    @property
    def prices(self) -> tuple[tuple[Decimal, Decimal], ...]:
        """The rates without their codes, to compare products."""
        return tuple((rate.start, rate.amount) for rate in self.rates)


@dataclass(frozen=True, slots=True)
class PriceOffer:
    """The prices of one AWS offer, such as AmazonEC2, that were looked for."""

    code: str
    version: str
    date: str
    products: Mapping[PriceListItem, tuple[Product, ...]]


def read_file(path: Path, code: str, wanted: Iterable[PriceListItem]) -> PriceOffer:
    """Read a CSV file of an offer row by row.

    Raises PriceListError for a file that is another offer's, damaged or incomplete.
    """
    csv.field_size_limit(_FIELD_LIMIT)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file, strict=True)
            about, header = _head(rows, code)
            return PriceOffer(code, about["Version"], _date(about), _grouped(rows, header, wanted))
    except (csv.Error, UnicodeDecodeError) as error:
        raise PriceListError(f"the file of {code} is damaged: {error}") from None


def _head(rows: Iterator[list[str]], code: str) -> tuple[dict[str, str], list[str]]:
    about: dict[str, str] = {}
    for row in rows:
        if row[:1] == ["SKU"]:
            missing = [name for name in _REQUIRED if name not in row]
            if missing:
                raise PriceListError(f"the file of {code} has no column {missing[0]}")
            if about.get("OfferCode") != code:
                raise PriceListError(f"the file is of {about.get('OfferCode')}, not of {code}")
            if not about.get("Version"):
                raise PriceListError(f"the file of {code} has no version")
            return about, row
        if len(row) == 2:
            about[row[0]] = row[1]
        if len(about) > 20:
            break
    raise PriceListError(f"the file of {code} does not look like a price list")


def _date(about: Mapping[str, str]) -> str:
    text = about.get("Publication Date", "")
    try:
        return datetime.fromisoformat(text).date().isoformat()
    except ValueError:
        raise PriceListError(f"the publication date is not a date: {text}") from None


def _grouped(
    rows: Iterator[list[str]], header: list[str], wanted: Iterable[PriceListItem]
) -> dict[PriceListItem, tuple[Product, ...]]:
    by_usage = _by_usage(wanted)
    at = {name: index for index, name in enumerate(header)}
    by_item: dict[PriceListItem, dict[str, list[Rate]]] = {}
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise PriceListError(
                f"row {number} has {len(row)} columns instead of {len(header)}, so the file is "
                "damaged or incomplete"
            )
        for item in by_usage.get(row[at["usageType"]], ()):
            if _is_row_of(item, row, at):
                by_item.setdefault(item, {}).setdefault(row[at["SKU"]], []).append(_rate(row, at))
    return {item: _products(skus) for item, skus in by_item.items()}


def _by_usage(wanted: Iterable[PriceListItem]) -> dict[str, list[PriceListItem]]:
    by_usage: dict[str, list[PriceListItem]] = {}
    for item in wanted:
        for usage in item.usage_types():
            by_usage.setdefault(usage, []).append(item)
    return by_usage


def _is_row_of(item: PriceListItem, row: list[str], at: Mapping[str, int]) -> bool:
    def cell(name: str) -> str:
        return row[at[name]] if name in at else ""

    region = cell("Region Code")
    return (
        cell("TermType") == "OnDemand"
        and cell("Currency") == "USD"
        and (item.place == GLOBAL or region in {"", item.place})
        and item.matches(cell("usageType"), cell("operation"), cell("Product Family"))
    )


def _rate(row: list[str], at: Mapping[str, int]) -> Rate:
    start, end, amount = (
        row[at[name]] for name in ("StartingRange", "EndingRange", "PricePerUnit")
    )
    return _rate_of(start, end, amount, row[at["RateCode"]])


def _rate_of(start: str, end: str, amount: str, code: str) -> Rate:
    try:
        return Rate(Decimal(start), None if end == "Inf" else Decimal(end), Decimal(amount), code)
    except InvalidOperation:
        raise PriceListError(f"the rate {code} is not a number") from None


def _products(skus: Mapping[str, list[Rate]]) -> tuple[Product, ...]:
    return tuple(
        Product(sku, tuple(sorted(rates, key=lambda rate: rate.start)))
        for sku, rates in skus.items()
    )


def read_documents(texts: Iterable[str], code: str, wanted: Iterable[PriceListItem]) -> PriceOffer:
    """Read documents of the query API, each a JSON text. Raises PriceListError."""
    by_usage = _by_usage(wanted)
    by_item: dict[PriceListItem, dict[str, list[Rate]]] = {}
    version = date = ""
    for text in texts:
        document = _document(text, code)
        attributes = document["product"]["attributes"]
        for item in by_usage.get(attributes.get("usagetype", ""), ()):
            if _is_document_of(item, document):
                version, date = document["version"], document["publicationDate"][:10]
                sku = document["product"]["sku"]
                by_item.setdefault(item, {})[sku] = list(_documented_rates(document))
    return PriceOffer(
        code, version, date, {item: _products(skus) for item, skus in by_item.items()}
    )


def _document(text: str, code: str) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(text)
        if document["serviceCode"] != code:
            raise PriceListError(f"a document is of {document['serviceCode']}, not {code}")
        return document
    except (ValueError, KeyError, TypeError):
        raise PriceListError(f"a document of {code} is damaged") from None


def _is_document_of(item: PriceListItem, document: Mapping[str, Any]) -> bool:
    product = document["product"]
    attributes = product["attributes"]
    return item.place in {GLOBAL, attributes.get("regionCode")} and item.matches(
        attributes.get("usagetype", ""),
        attributes.get("operation", ""),
        product.get("productFamily", ""),
    )


def _documented_rates(document: Mapping[str, Any]) -> Iterator[Rate]:
    for term in document["terms"].get("OnDemand", {}).values():
        for tier in term["priceDimensions"].values():
            amount = tier["pricePerUnit"].get("USD")
            if amount is not None:
                yield _rate_of(tier["beginRange"], tier["endRange"], amount, tier["rateCode"])
