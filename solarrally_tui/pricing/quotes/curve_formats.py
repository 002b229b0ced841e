"""A cost curve as text, JSON and CSV."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from solarrally_tui.pricing.advice.chart import chart, cost_at, table_counts, told
from solarrally_tui.pricing.advice.curve import (
    THREE_YEARS_MONTHS,
    YEAR_MONTHS,
    Curve,
    Point,
    ShapeCurve,
)
from solarrally_tui.pricing.explain import later_words
from solarrally_tui.pricing.money import Money
from solarrally_tui.text.table import columns, terminal_width, wrap

_ROWS = 14


def as_object(found: Curve, money: Money) -> dict[str, Any]:
    """Return the curve as plain values, amounts in the currency. The Region must have prices."""
    return {
        "chargers": found.chargers,
        "interval_seconds": found.interval_seconds,
        "most_chargers": found.most,
        "currency": money.currency,
        "shapes": [
            {
                "name": shape.name,
                "chosen": shape.name == found.tier.value,
                "for_chargers": [shape.lowest, shape.highest],
                "complete": shape.complete,
                "one_charger_more": float(money.of(shape.marginal)),
                "points": [_point(point, money) for point in shape.points],
            }
            for shape in found.shapes
        ],
        "breaks": [
            {"above": each.above, "shape": each.shape or None, "words": each.words}
            for each in found.breaks
        ],
    }


def to_csv(found: Curve, money: Money) -> str:
    """Return a row for each shape and number of chargers."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = ("chargers", "low", "expected", "high", "per_charger", "year", "three_years")
    writer.writerow(("shape", "suits", "complete", "currency", *names))
    for shape in found.shapes:
        for point in shape.points:
            flags = (str(shape.suits(point.chargers)).lower(), str(shape.complete).lower())
            values = _point(point, money)
            figures = (values[name] for name in names)
            writer.writerow((shape.name, *flags, money.currency, *figures))
    return text.getvalue()


def _point(point: Point, money: Money) -> dict[str, float | int]:
    amounts = {
        "low": point.low,
        "expected": point.expected,
        "high": point.high,
        "per_charger": point.per_charger,
        "year": point.year,
        "three_years": point.three_years,
    }
    values = {name: round(float(money.of(usd)), 6) for name, usd in amounts.items()}
    return {"chargers": point.chargers, **values}


def to_text(found: Curve, money: Money) -> str:
    """Return the curve as lines as wide as the terminal: chart, figures, break points."""
    lines = chart(found, terminal_width(), _ROWS, lambda usd: f"{money.of(usd):,.0f}", money.rate)
    return "\n".join(
        [
            *wrap(
                f"{money.currency} a month by number of chargers in {found.region}, a message "
                f"every {found.interval_seconds} s. Thick where a tier is for that number."
            ),
            *("".join(span.text for span in line).rstrip() for line in lines),
            "",
            *_table(found, money),
            *wrap(found.cheapest),
            "",
            *_mine(found.chosen, money),
            *(line for words in told(found.breaks) for line in wrap(words)),
            *([money.note] if money.note else []),
        ]
    )


def _table(found: Curve, money: Money) -> Iterator[str]:
    head = [shape.name.title() + ("" if shape.complete else " *") for shape in found.shapes]
    table = [("chargers", *head)]
    for count in table_counts(found):
        amounts = (f"{money.show(cost_at(shape, count))}" for shape in found.shapes)
        table.append((f"{count:,}{' ◂' if count == found.chargers else '  '}", *amounts))
    yield from columns(table, align=">" * (len(head) + 1), flexible=0)
    if not all(shape.complete for shape in found.shapes):
        yield "* At least: a price that matters is missing."


def _mine(chosen: ShapeCurve, money: Money) -> list[str]:
    point = chosen.mine
    year, three_years = (point.over(n, money) for n in (YEAR_MONTHS, THREE_YEARS_MONTHS))
    return wrap(
        f"{chosen.name.title()}, {point.chargers:,} charger{'s' if point.chargers > 1 else ''}: "
        f"{money.show(point.expected)} a month, {year:,.2f} a year, "
        f"{three_years:,.2f} in three years. {money.show(point.per_charger)} for each "
        f"charger; one charger more costs {money.show(chosen.marginal)} a month. "
        + " ".join(later_words(point.later, money.show))
    )
