"""The quote for programs: JSON and CSV. For the seller: JSON names the margin."""

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from solarrally_tui.architecture.diagram import box_of
from solarrally_tui.pricing.money import rounded
from solarrally_tui.pricing.quotes.language.language import places
from solarrally_tui.pricing.quotes.paper.content import Content
from solarrally_tui.pricing.quotes.paper.parties import Party
from solarrally_tui.pricing.quotes.paper.terms import Amounts, Totals, totals
from solarrally_tui.text.spreadsheet import cell

_HEAD = ("kind", "group", "item", "quantity", "unit", "unit_price_usd", "once", "monthly")


def as_object(of: Content) -> dict[str, Any]:
    """Return the quote as plain values. Amounts are in its currency, unit prices in USD."""
    wanted, cost, money = of.wanted, of.cost, of.wanted.money
    site, terms = wanted.site, wanted.terms
    found, low, high = (_totals(of, usd) for usd in (cost.expected, cost.low, cost.high))
    return {
        "schema": 1,
        "number": wanted.number,
        "date": wanted.validity.day.isoformat(),
        "valid_until": wanted.validity.until.isoformat(),
        "customer": _party(wanted.customer),
        "seller": _party(wanted.seller) if wanted.seller else None,
        "currency": money.currency,
        "exchange_rate": _rate(of),
        "region": site.region,
        "tier": site.tier.value,
        "chargers": site.size.chargers,
        "interval_seconds": site.size.interval_seconds,
        "prices_as_of": cost.prices_as_of,
        "complete": cost.complete,
        "unknown": [line.item for line in cost.gaps],
        "operation": {
            "billed_by": terms.biller.value,
            "margin_percent": float(terms.margin_percent),
            "low": float(low.hosting),
            "expected": float(found.hosting),
            "high": float(high.hosting),
        },
        "items": [
            {
                "name": position.item.name,
                "quantity": position.quantity,
                **_amounts(position.amounts),
            }
            for position in found.positions
        ],
        "discount": _amounts(found.discount),
        "net": _amounts(found.net),
        "tax": {"name": terms.tax.name if terms.tax else "", **_amounts(found.tax)},
        "total": {
            **_amounts(found.total),
            "monthly_low": float(low.total.monthly),
            "monthly_high": float(high.total.monthly),
            "first_year": float(found.year),
            "three_years": float(found.three_years),
        },
        "tiers": [
            {
                "tier": tier.name,
                "monthly": float(_totals(of, tier.mine.expected).total.monthly),
                "complete": tier.complete,
                "for_chargers": [tier.lowest, tier.highest],
            }
            for tier in of.curve.tiers
        ],
        "parts": [
            {"part": box.id.value, "monthly_usd": float(box.monthly), "complete": box.complete}
            for box in of.diagram.boxes
            if box.monthly is not None
        ],
        "excluded": list(cost.excluded),
    }


def to_csv(of: Content) -> str:
    """Return a row for each item, each line of AWS's bill and each sum."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*_HEAD, "currency"))
    for row in _rows(of):
        writer.writerow((*row, of.wanted.money.currency))
    return text.getvalue()


def _rows(of: Content) -> Iterator[tuple[str, ...]]:
    found, money = _totals(of, of.cost.expected), of.wanted.money
    yield _row("operation", "AWS", Amounts(monthly=found.hosting))
    for position in found.positions:
        yield _row("item", position.item.name, position.amounts, str(position.quantity))
    yield _row("sum", "discount", found.discount)
    yield _row("sum", "net", found.net)
    yield _row("sum", of.wanted.terms.tax.name if of.wanted.terms.tax else "tax", found.tax)
    yield _row("sum", "total", found.total)
    yield ("sum", "", "first year", "", "", "", str(found.year), "")
    yield ("sum", "", "three years", "", "", "", str(found.three_years), "")
    if of.wanted.terms.margin_percent:
        return
    for line in of.cost.lines:
        amount = rounded(money.of(line.monthly), 6)
        yield (
            "line",
            box_of(line.service, line.resource).value,
            cell(line.title),
            f"{line.quantity.normalize():f}",
            cell(line.unit),
            f"{line.unit_price.normalize():f}",
            "",
            f"{amount.normalize():f}",
        )
    for gap in of.cost.unknown:
        # Without an amount: a zero would read like a price.
        yield (
            "unknown",
            box_of(gap.service, gap.resource).value,
            cell(gap.item),
            "",
            "",
            "",
            "",
            "",
        )


def _row(kind: str, name: str, amounts: Amounts, quantity: str = "") -> tuple[str, ...]:
    return kind, "", cell(name), quantity, "", "", str(amounts.once), str(amounts.monthly)


def _totals(of: Content, usd: Decimal) -> Totals:
    money, wanted = of.wanted.money, of.wanted
    chargers, digits = wanted.site.size.chargers, places(money.currency)
    return totals(money.of(usd), wanted.terms, chargers, digits, money.of(of.later))


def _amounts(amounts: Amounts) -> dict[str, float]:
    return {"once": float(amounts.once), "monthly": float(amounts.monthly)}


def _rate(of: Content) -> dict[str, Any] | None:
    money = of.wanted.money
    if not money.foreign:
        return None
    return {
        "from": "USD",
        "to": money.currency,
        "rate": float(money.rate),
        "date": money.rate_date,
    }


def _party(party: Party) -> dict[str, Any]:
    return {
        "name": party.name,
        "address": list(party.address),
        "contact": party.contact,
        "email": party.email,
        "phone": party.phone,
        "website": party.website,
        "tax_id": party.tax_id,
    }
