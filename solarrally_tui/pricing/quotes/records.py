"""Quotes for programs: JSON and CSV."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from solarrally_tui.pricing.advice.compare import Variant
from solarrally_tui.pricing.metering.estimate_lines import Estimate, Line
from solarrally_tui.pricing.money import Money
from solarrally_tui.pricing.quotes.quote import Comparison, Quote

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_COLUMNS: Final = (
    "stack",
    "resource",
    "type",
    "service",
    "item",
    "quantity",
    "unit",
    "unit_price",
    "monthly",
    "kind",
    "confidence",
)
_UNKNOWN: Final = ("stack", "resource", "type", "service", "item", "reason", "minor")
_CSV: Final = (
    *("record", "stack", "resource", "type", "service", "item"),
    *("quantity", "unit", "unit_price", "low", "monthly", "high"),
    *("currency", "kind", "confidence", "note"),
)
"""record is line, unknown, total or assumption; only lines add up to the total.

An amount that is not known is empty. low and high of an assumption are in its unit, and its
quantity is what is expected."""
SCHEMA: Final = 2
"""Of the object. In 1 an assumption was called nat_gb_gateway, and unit prices were converted."""
_AMOUNTS: Final = frozenset({"monthly", "first_monthly", "second_monthly"})
"""Fields in USD, which are converted to the currency asked for. Unit prices stay in USD."""


def as_object(quote: Quote) -> dict[str, Any]:
    """Return the estimate as plain values. Amounts are null where nothing is known, never zero."""
    cost, money = quote.cost, quote.money
    data = {
        "schema": SCHEMA,
        "currency": money.currency,
        "region": cost.region,
        "prices_as_of": cost.prices_as_of,
        "monthly": _monthly(cost, money),
        "complete": cost.complete,
        "sellable": cost.sellable,
        "unknown": [_plain(line, money, _UNKNOWN) for line in cost.unknown],
        "lines": _lines(cost, money),
        "excluded": list(cost.left_out()),
        "assumptions": _assumptions(quote),
    }
    if quote.comparison:
        data["comparison"] = _comparison(quote.comparison, cost, money)
    return data


def to_csv(quote: Quote) -> str:
    """Return a row for each line, or for each variant if a comparison was requested."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    currency = quote.money.currency
    if quote.comparison:
        head = ("group", "name", "currency", "low", "expected", "high", "complete", "words")
        writer.writerow(head)
        for variant in _variants(quote.comparison):
            figures = (*_monthly(variant.cost, quote.money).values(), _flag(variant.cost.complete))
            writer.writerow((variant.group, variant.name, currency, *figures, variant.words))
    else:
        writer.writerow(_CSV)
        for record in _records(quote):
            row = {"currency": currency} | record
            writer.writerow(row.get(name, "") for name in _CSV)
    return text.getvalue()


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _records(quote: Quote) -> Iterator[dict[str, Any]]:
    cost, money = quote.cost, quote.money
    for line, values in zip(cost.lines, _lines(cost, money), strict=True):
        span = {"low": float(money.of(line.low)), "high": float(money.of(line.high))}
        yield {"record": "line", "note": line.driver} | values | span
    for gap in cost.unknown:
        yield {"record": "unknown", "note": gap.reason} | _plain(gap, money, _UNKNOWN)
    figures = _monthly(cost, money)
    yield {
        "record": "total",
        "item": "All lines" if cost.complete else "All lines, at least",
        "low": figures["low"],
        "monthly": figures["expected"],
        "high": figures["high"],
    }
    for one in quote.assumptions:
        values = _plain(one.value, money)
        yield {
            "record": "assumption",
            "item": one.name,
            "quantity": values["expected"],
            "unit": one.unit,
            "low": values["low"],
            "high": values["high"],
            "currency": "",
            "note": one.reason,
        }


def _plain(
    record: "DataclassInstance | Line", money: Money, names: Iterable[str] = ()
) -> dict[str, Any]:
    """Return a record's fields, all or those named, with numbers in place of decimals."""
    values = record._asdict() if isinstance(record, Line) else asdict(record)

    def plain(name: str) -> Any:
        value = values[name]
        if not isinstance(value, Decimal):
            return value
        return float(money.of(value) if name in _AMOUNTS else value)

    return {name: plain(name) for name in names or values}


def _monthly(cost: Estimate, money: Money) -> dict[str, float | None]:
    figures = {"low": cost.low, "expected": cost.expected, "high": cost.high}
    return {
        name: float(money.of(amount)) if cost.known else None for name, amount in figures.items()
    }


def _lines(cost: Estimate, money: Money) -> list[dict[str, Any]]:
    return [_plain(line, money, _COLUMNS) | {"item": line.title} for line in cost.lines]


def _assumptions(quote: Quote) -> dict[str, Any]:
    size = quote.site.size.model_dump(mode="json")
    assumptions: dict[str, Any] = {"tier": quote.site.tier.value, "size": size}
    if quote.money.foreign:
        assumptions["exchange_rate"] = {
            "from": "USD",
            "to": quote.money.currency,
            "rate": float(quote.money.rate),
            "date": quote.money.rate_date,
        }
    for one in quote.assumptions:
        words = {"unit": one.unit, "reason": one.reason}
        assumptions[one.name] = _plain(one.value, quote.money) | words
    return assumptions


def _variants(comparison: Comparison) -> tuple[Variant, ...]:
    return (*comparison.tiers, *comparison.what_ifs, comparison.cheapest)


def _comparison(comparison: Comparison, base: Estimate, money: Money) -> dict[str, Any]:
    return {
        "variants": [_variant(variant, base, money) for variant in _variants(comparison)],
        "cheapest_gives_up": list(comparison.given_up),
        "break_evens": [_plain(one, money) for one in comparison.break_evens],
        "operations": [
            {
                "command": one.command,
                "price": None if one.usd is None else float(money.of(one.usd)),
                "unit": one.unit,
                "words": one.words,
            }
            for one in comparison.operations
        ],
    }


def _variant(variant: Variant, base: Estimate, money: Money) -> dict[str, Any]:
    more = variant.more_than(base)
    return {
        "group": variant.group,
        "name": variant.name,
        "region": variant.cost.region,
        "monthly": _monthly(variant.cost, money),
        "difference": None if more is None else float(money.of(more)),
        "complete": variant.cost.complete,
        "words": variant.words,
    }
