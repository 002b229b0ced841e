"""What has no price is seen wherever an estimate is read: by people, scripts and spreadsheets."""

import csv
import io
import json
from decimal import Decimal
from functools import cache

import pytest

from solarrally_tui.pricing.estimate import Estimate, estimate
from solarrally_tui.pricing.price_book.book import Book, from_data
from solarrally_tui.pricing.price_book.store import current_data
from solarrally_tui.pricing.quotes.documents import to_markdown
from solarrally_tui.pricing.quotes.quote import Quote, QuoteOptions, quote
from solarrally_tui.pricing.quotes.records import as_object, to_csv
from solarrally_tui.pricing.quotes.text_table import to_table
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site

DATABASE = ("AmazonRDS", "RDS PostgreSQL db.t4g.micro Single-AZ")
REQUESTS = ("awswaf", "Requests, CloudFront scope (Global-RequestV2)")


@cache
def without(*items: tuple[str, str]) -> Book:
    data = json.loads(json.dumps(current_data()))
    for service, item in items:
        for place in data["prices"].values():
            place.get(service, {}).pop(item, None)
    return from_data(data)


def small(region: str = "us-east-1") -> Site:
    alerts = {"email": "a@example.com"}
    return from_answers({"name": "one", "region": region, "tier": "small", "alerts": alerts})


def gap(*, compare: bool = False) -> Quote:
    """The database cannot be priced. This site looked cheaper than one with the smallest."""
    return quote(small(), "2026-11-29", QuoteOptions(compare=compare), without(DATABASE))


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def of(records: list[dict[str, str]], kind: str) -> list[dict[str, str]]:
    return [row for row in records if row["record"] == kind]


def test_json_names_it_and_is_not_complete() -> None:
    told = as_object(gap())
    assert (told["complete"], told["sellable"]) == (False, False)
    (missing,) = told["unknown"]
    assert (missing["resource"], missing["minor"]) == ("Database", False)
    assert missing["reason"]
    whole = as_object(quote(small(), "2026-11-29", QuoteOptions()))
    assert (whole["complete"], whole["sellable"], whole["unknown"]) == (True, True, [])


def test_csv_has_a_row_without_an_amount() -> None:
    records = rows(to_csv(gap()))
    (empty,) = of(records, "unknown")
    assert (empty["resource"], empty["monthly"], empty["low"]) == ("Database", "", "")
    assert empty["note"]
    (total,) = of(records, "total")
    assert total["item"] == "All lines, at least"


def test_csv_has_lows_highs_totals_and_assumptions() -> None:
    records = rows(to_csv(quote(small(), "2026-11-29", QuoteOptions())))
    (total,) = of(records, "total")
    assert total["item"] == "All lines"
    for column in ("low", "monthly", "high"):
        added = sum(Decimal(row[column]) for row in of(records, "line"))
        assert float(added) == pytest.approx(float(total[column]), abs=1e-5)
    assumed = {row["item"]: row for row in of(records, "assumption")}
    viewers = assumed["viewers"]
    assert [float(viewers[name]) for name in ("low", "quantity", "high")] == [1, 2, 10]


def test_people_read_at_least_beside_every_total() -> None:
    assert "At least" in to_table(gap())
    whole = gap(compare=True)
    compared = to_table(whole)
    assert compared.count(" *") > 5
    assert "* At least." in compared
    assert "at least" in to_markdown(gap(compare=True))
    changes = {one["name"]: one["difference"] for one in as_object(whole)["comparison"]["variants"]}
    assert changes["nat-single"] is not None  # both lack the same
    assert changes["two zones (Multi-AZ)"] is None
    complete = {row["name"]: row["complete"] for row in rows(to_csv(gap(compare=True)))}
    assert complete["small (chosen)"] == "false"


@pytest.mark.parametrize(
    ("missing", "complete", "sellable"),
    [((), True, True), ((REQUESTS,), False, True), ((REQUESTS, DATABASE), False, False)],
)
def test_a_quote_is_stopped_where_something_that_always_runs_has_no_price(
    missing: tuple[tuple[str, str], ...], complete: bool, sellable: bool
) -> None:
    cost = estimate(small(), prices=without(*missing))
    assert (cost.complete, cost.sellable) == (complete, sellable)


def test_a_region_without_prices_cannot_be_sold() -> None:
    cost: Estimate = estimate(small("af-south-1"))
    assert not cost.sellable
    assert not cost.complete


def test_spot_without_a_price_is_counted_at_the_price_that_is_never_lower() -> None:
    answers = {"size": {"fargate_spot": True, "min_tasks": 2, "max_tasks": 2}}
    site = from_answers(
        {"name": "one", "region": "us-east-1", "tier": "small", "alerts": {"email": "a@b.cd"}}
        | answers
    )
    spot = [
        ("AmazonECS", f"Fargate Spot Linux ARM {unit}-hour (floating)") for unit in ("vCPU", "GB")
    ]
    known, guarded = estimate(site), estimate(site, prices=without(*spot))
    assert known.expected < guarded.expected
    assert known.high == guarded.high
    assert guarded.complete
    assert all("which is never lower" in each.reason for each in guarded.unknown)
