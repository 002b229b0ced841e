"""Write the bundled price book from price tables with sources.

Usage: python tools/make_price_book.py PRICES.csv [MORE.csv ...]

The first table gives the book its date. More tables add what it does not have.

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


def make(rows: list[Row], *, dated_by: int | None = None) -> dict[str, Any]:
    """Return the book of all rows. Its date is that of the first `dated_by` rows, or of all."""
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
    dates = [row["source_date"][:7] for row in rows[:dated_by]]
    book["sources"] = list(book["sources"])
    return {"schema": 1, "currency": "USD", "from": min(dates), "as_of": max(dates)} | book


def read(table: Path) -> list[Row]:
    """Return the rows of a table."""
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main(tables: list[str]) -> None:
    """Read the tables and write the book."""
    first, *more = (read(Path(table)) for table in tables)
    book = make([*first, *(row for rows in more for row in rows)], dated_by=len(first))
    OUTPUT.write_text(json.dumps(book, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
