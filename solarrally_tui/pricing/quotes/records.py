"""Quotes for programs: JSON and CSV."""

import csv
import io
import json
from decimal import Decimal
from typing import Any, Final

from solarrally_tui.pricing.advice.compare import Variant
from solarrally_tui.pricing.metering.estimate_lines import Estimate
from solarrally_tui.pricing.money import Money
from solarrally_tui.pricing.quotes.quote import Comparison, Quote

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
_AMOUNTS: Final = frozenset({"unit_price", "monthly"})


def to_json(quote: Quote) -> str:
    """Return the estimate as JSON. Amounts are null where nothing is known, never zero."""
    cost, money = quote.cost, quote.money
    data = {
        "currency": money.currency,
        "region": cost.region,
        "prices_as_of": cost.prices_as_of,
        "monthly": _monthly(cost, money),
        "lines": _lines(cost, money),
        "excluded": list(cost.left_out()),
        "assumptions": _assumptions(quote),
    }
    if quote.comparison:
        data["comparison"] = _comparison(quote.comparison, cost, money)
    return json.dumps(data, indent=2)


def to_csv(quote: Quote) -> str:
    """Return one row a line, or one row a variant where a comparison was asked for."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if quote.comparison:
        writer.writerow(("group", "name", "currency", "low", "expected", "high", "words"))
        for each in _variants(quote.comparison):
            figures = _monthly(each.cost, quote.money).values()
            writer.writerow((each.group, each.name, quote.money.currency, *figures, each.words))
    else:
        writer.writerow((*_COLUMNS, "currency"))
        for line in _lines(quote.cost, quote.money):
            writer.writerow((*line.values(), quote.money.currency))
    return text.getvalue()


def _monthly(cost: Estimate, money: Money) -> dict[str, float | None]:
    figures = {"low": cost.low, "expected": cost.expected, "high": cost.high}
    return {
        name: float(money.of(amount)) if cost.known else None for name, amount in figures.items()
    }


def _lines(cost: Estimate, money: Money) -> list[dict[str, Any]]:
    return [
        {name: _value(name, getattr(line, name), money) for name in _COLUMNS} | {"item": line.title}
        for line in cost.lines
    ]


def _value(name: str, value: Any, money: Money) -> Any:
    if not isinstance(value, Decimal):
        return value
    return float(money.of(value) if name in _AMOUNTS else value)


def _assumptions(quote: Quote) -> dict[str, Any]:
    size = quote.site.size.model_dump(mode="json")
    said: dict[str, Any] = {"tier": quote.site.tier.value, "size": size}
    if quote.money.foreign:
        said["exchange_rate"] = {
            "from": "USD",
            "to": quote.money.currency,
            "rate": float(quote.money.rate),
            "date": quote.money.rate_date,
        }
    for each in quote.assumptions:
        said[each.name] = {
            "low": float(each.value.low),
            "expected": float(each.value.expected),
            "high": float(each.value.high),
            "unit": each.unit,
            "reason": each.reason,
        }
    return said


def _variants(comparison: Comparison) -> tuple[Variant, ...]:
    return (*comparison.tiers, *comparison.what_ifs, comparison.cheapest)


def _comparison(comparison: Comparison, base: Estimate, money: Money) -> dict[str, Any]:
    return {
        "variants": [_variant(each, base, money) for each in _variants(comparison)],
        "cheapest_gives_up": list(comparison.given_up),
        "break_evens": [
            {
                "first": each.first,
                "first_monthly": _amount(each.first_monthly, money),
                "second": each.second,
                "second_monthly": _amount(each.second_monthly, money),
                "answer": each.answer,
            }
            for each in comparison.break_evens
        ],
    }


def _amount(usd: Decimal | None, money: Money) -> float | None:
    return None if usd is None else float(money.of(usd))


def _variant(each: Variant, base: Estimate, money: Money) -> dict[str, Any]:
    known = each.cost.known and base.known
    return {
        "group": each.group,
        "name": each.name,
        "region": each.cost.region,
        "monthly": _monthly(each.cost, money),
        "difference": float(money.of(each.more_than(base))) if known else None,
        "complete": each.cost.complete,
        "words": each.words,
    }
