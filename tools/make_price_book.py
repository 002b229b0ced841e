"""Write the bundled price book from price tables with sources.

Usage: python tools/make_price_book.py PRICES.csv [MORE.csv ...]

The first table gives the book its date. More tables add what it does not have, and replace what
they have from a newer source. A price that changed by more than a factor of five ends the tool.

A table has a row for each price tier: region, service, usage_item, unit, price_usd, tier_from,
tier_to, source, source_date, confidence. The book keeps all of it. Rows marked
"(re-check)" are a second source for a price: they must agree with it, and say when it was checked.
"""

import csv
import json
import re
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from solarrally_tui.pricing.price_book.price_guard import MOST

OUTPUT: Final = (
    Path(__file__).parents[1] / "solarrally_tui" / "pricing" / "price_book" / "prices.json"
)
_RE_CHECK: Final = re.compile(r" \(re-check.*\)$")
_ALLOWANCE: Final = re.compile(r" \(first 100 GB/month free, account-wide\)$")
_SEEN_IN: Final = re.compile(r" as quoted in indexed file id \d+$")
_RENAMED: Final = {"Connectivity": "Connectivity (connection minutes)"}
_SUFFIX: Final = {"M": 10**6, "k": 10**3, "": 1}

Row = dict[str, str]


def units_in(text: str) -> Decimal:
    """Return the count in a table's cell such as 1000M, 0.1M or 62 budget-days."""
    found = re.match(r"([\d.]+)([Mk]?)(?:\s|$)", text)
    if not found:
        raise ValueError(f"not a count: {text}")
    return Decimal(found[1]) * _SUFFIX[found[2]]


def number(value: Decimal) -> str:
    """Return a number without an exponent or trailing zeros."""
    return f"{value.normalize():f}"


def add_price(book: dict[str, Any], row: Row) -> None:
    """Add one tier of one price to the book."""
    item = _ALLOWANCE.sub("", row["usage_item"])
    source = book["sources"].setdefault(_SEEN_IN.sub("", row["source"]), len(book["sources"]))
    prices = book["prices"].setdefault(row["region"], {}).setdefault(row["service"], {})
    price = prices.setdefault(
        item, {"unit": row["unit"], "confidence": row["confidence"], "tiers": []}
    )
    if price["unit"] != row["unit"]:
        raise ValueError(f"two units for {row['service']} {item} in {row['region']}")
    start, amount = number(units_in(row["tier_from"])), number(Decimal(row["price_usd"]))
    price["tiers"].append([start, amount, source, row["source_date"]])


def check(book: dict[str, Any], row: Row) -> None:
    """Compare a re-check with its price and keep its date. Raises ValueError if they differ."""
    item = _RE_CHECK.sub("", row["usage_item"])
    price = book["prices"][row["region"]][row["service"]][_RENAMED.get(item, item)]
    if Decimal(price["tiers"][0][1]) != Decimal(row["price_usd"]):
        raise ValueError(f"{item} in {row['region']}: the re-check disagrees")
    price["checked"] = row["source_date"]


def merged(first: list[Row], more: list[Row]) -> list[Row]:
    """Return all rows, of each price only those with the newer source. Raises ValueError."""
    by_price: dict[tuple[str, ...], list[Row]] = {}
    for row in more:
        by_price.setdefault(_price_of(row), []).append(row)
    before: dict[tuple[str, ...], list[Row]] = {}
    for row in first:
        before.setdefault(_price_of(row), []).append(row)
    kept: list[Row] = []
    for price, old in before.items():
        new = by_price.pop(price, None)
        newer = new is not None and new[0]["source_date"] > old[0]["source_date"]
        kept += _checked(old, new) if new and newer else old
    return [*kept, *(row for rows in by_price.values() for row in rows)]


def _checked(old: list[Row], new: list[Row]) -> list[Row]:
    """Return the new rows of one price. Raises ValueError for a jump."""
    before, after = (Decimal(rows[0]["price_usd"]) for rows in (old, new))
    if not before / MOST <= after <= before * MOST:
        raise ValueError(f"{_price_of(new[0])} jumped from {before} to {after}")
    if before != after:
        print(f"{_price_of(new[0])} changed from {before} to {after}", file=sys.stderr)
    return new


def _price_of(row: Row) -> tuple[str, ...]:
    return row["region"], row["service"], _ALLOWANCE.sub("", row["usage_item"])


def make(rows: list[Row]) -> dict[str, Any]:
    """Return the book of all rows."""
    book: dict[str, Any] = {"schema": 1, "currency": "USD", "sources": {}, "prices": {}}
    for row in rows:
        if not _RE_CHECK.search(row["usage_item"]):
            add_price(book, row)
    for row in rows:
        if _RE_CHECK.search(row["usage_item"]):
            check(book, row)
    for services in book["prices"].values():
        for items in services.values():
            for price in items.values():
                price["tiers"].sort(key=lambda tier: Decimal(tier[0]))
    dates = [row["source_date"][:7] for row in rows]
    book["sources"] = list(book["sources"])
    return {"schema": 1, "currency": "USD", "from": min(dates), "as_of": max(dates)} | book


def read(table: Path) -> list[Row]:
    """Return the rows of a table."""
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main(tables: list[str]) -> None:
    """Read the tables and write the book."""
    first, *more = (read(Path(table)) for table in tables)
    book = make(merged(first, [row for rows in more for row in rows]))
    book["as_of"] = max(row["source_date"][:7] for row in first)
    OUTPUT.write_text(json.dumps(book, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
