"""The price book: what it holds, how it looks up, how it multiplies."""

import csv
import io
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from solarrally_tui.interview.regions import REGIONS
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.pricing.price_book.book import GLOBAL, UnknownPriceError
from solarrally_tui.pricing.price_book.gaps import gaps
from solarrally_tui.pricing.price_book.store import book, s3_gb_month, snapshot_gb_month
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.regions import WITHOUT_IOT
from solarrally_tui.site.tiers import Tier

ROOT = Path(__file__).parents[2]
MESSAGES = "Messages (5 KB metering), MQTT/HTTP"


def cost(service: str, item: str, count: str, region: str = "us-east-1") -> Decimal:
    return book().price(region, service, item).cost(Decimal(count))


def test_every_region_with_aws_iot_has_prices_with_dates() -> None:
    assert len(book().regions) == 20
    assert book().oldest < book().as_of
    assert book().currency == "USD"


@pytest.mark.parametrize(
    ("region", "service", "item"),
    [
        ("us-east-1", "AmazonRDS", "RDS PostgreSQL db.x9.huge Single-AZ"),
        ("us-east-1", "AmazonNothing", "hour"),
        ("af-south-1", "AWSELB", "ALB hour"),
        ("af-south-1", "AmazonRoute53", "Hosted zone"),
    ],
)
def test_an_unknown_price_is_an_error_never_zero(region: str, service: str, item: str) -> None:
    with pytest.raises(UnknownPriceError, match=item):
        book().price(region, service, item)


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_on_offer_has_every_price_that_a_tier_needs(region: str) -> None:
    for tier in Tier:
        answers = {"name": "a-site", "region": region, "tier": tier.value}
        site = from_answers(answers | {"alerts": {"email": "ops@example.com"}})
        assert estimate(site).complete
        assert not list(gaps(site, book()))


def test_every_priced_region_is_on_offer() -> None:
    assert set(book().regions) == set(REGIONS)
    assert not WITHOUT_IOT & set(REGIONS)


def test_every_price_has_a_source_and_a_date() -> None:
    prices = [price for _, price in book().rows()]
    assert len(prices) > 2000
    for price in prices:
        assert price.confidence in {"high", "medium", "low"}
        for tier in price.tiers:
            assert tier.source
            assert tier.date[:2] == "20"


BEYOND = {"Data transfer to another Region, at most"}
"""From 0.02 in Virginia to 0.138 in São Paulo: the distances differ."""


def test_a_region_costs_between_half_and_two_and_a_half_times_what_virginia_does() -> None:
    home = {(p.service, p.item): p for place, p in book().rows() if place == "us-east-1"}
    compared = 0
    for place, price in book().rows():
        there = home.get((price.service, price.item))
        if place == GLOBAL or there is None or price.item in BEYOND:
            continue
        assert price.unit == there.unit
        for tier, other in zip(price.tiers, there.tiers, strict=False):
            assert other.amount / 2 <= tier.amount <= other.amount * Decimal("2.5"), (place, price)
            compared += 1
    assert compared > 2000


def test_messages_follow_the_tiers_of_aws_iot() -> None:
    assert cost("AWSIoT", MESSAGES, "2628000") == Decimal("2.628")
    # 1,000 million at 1.00, 4,000 million at 0.80, 1,000 million at 0.70.
    assert cost("AWSIoT", MESSAGES, "6000000000") == 1000 + 3200 + 700


@pytest.mark.parametrize(("count", "expected"), [("0", 0), ("1000000", 0), ("3000000", 1)])
def test_a_free_start_costs_nothing(count: str, expected: int) -> None:
    item = "SNS standard publishes (first 1M/month free)"
    assert cost("AmazonSNS", item, count) == expected


def test_prices_of_one_place_hold_everywhere() -> None:
    firewall = "Web ACL, CloudFront scope (Global-WebACLV2)"
    assert cost("awswaf", firewall, "1", "eu-central-1") == 5


def test_regions_differ() -> None:
    assert cost("AWSELB", "ALB hour", "1", "eu-central-1") == Decimal("0.027")
    assert cost("AWSELB", "ALB hour", "1", "us-east-1") == Decimal("0.0225")


def test_prices_of_what_destroy_leaves() -> None:
    assert snapshot_gb_month("us-east-1") == Decimal("0.095")
    assert s3_gb_month("us-east-1") == Decimal("0.023")
    assert s3_gb_month("sa-east-1") > s3_gb_month("us-east-1")


HEADER = (
    "region,service,usage_item,unit,price_usd,tier_from,tier_to,source,source_date,confidence\n"
)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(HEADER + text)))


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import make_price_book

    yield make_price_book
    sys.modules.pop("make_price_book")


def test_the_maker_sorts_tiers_and_reads_counts(maker) -> None:  # type: ignore[no-untyped-def]
    table = (
        "r,S,calls,1M calls,0.50,1000M,Inf,b,2026-01,high\n"
        "r,S,calls,1M calls,1,0,1000M,a,2025-02,high\n"
    )
    made = maker.make(rows(table))
    assert made["prices"]["r"]["S"]["calls"]["tiers"] == [
        ["0", "1", 1, "2025-02"],
        ["1000000000", "0.5", 0, "2026-01"],
    ]
    assert (made["from"], made["as_of"]) == ("2025-02", "2026-01")


def test_the_maker_refuses_a_check_that_disagrees(maker) -> None:  # type: ignore[no-untyped-def]
    table = (
        "r,S,hour,hour,2,0,Inf,a,2025-02,high\nr,S,hour (re-check),hour,3,0,Inf,b,2026-01,high\n"
    )
    with pytest.raises(ValueError, match="disagrees"):
        maker.make(rows(table))


def test_a_newer_source_replaces_an_older_one_but_not_the_other_way(maker) -> None:  # type: ignore[no-untyped-def]
    had = rows("r,S,a,hour,2,0,Inf,had,2025-02,high\nr,S,b,hour,3,0,Inf,had,2025-09,high\n")
    new = rows("r,S,a,hour,2.1,0,Inf,new,2025-08,high\nr,S,b,hour,9,0,Inf,new,2025-03,high\n")
    more = rows("r,S,c,hour,1,0,Inf,new,2025-08,high\n")
    made = maker.make(maker.merged(had, [*new, *more]))["prices"]["r"]["S"]
    assert {item: price["tiers"][0][1] for item, price in made.items()} == {
        "a": "2.1",
        "b": "3",
        "c": "1",
    }


def test_the_maker_refuses_a_jump(maker) -> None:  # type: ignore[no-untyped-def]
    had = rows("r,S,a,hour,2,0,Inf,had,2025-02,high\n")
    with pytest.raises(ValueError, match=r"jumped from 2 to 10\.1"):
        maker.merged(had, rows("r,S,a,hour,10.1,0,Inf,new,2025-08,high\n"))


def test_the_maker_refuses_two_units(maker) -> None:  # type: ignore[no-untyped-def]
    table = "r,S,a,hour,2,0,9,x,2025-02,high\nr,S,a,day,2,9,Inf,x,2025-02,high\n"
    with pytest.raises(ValueError, match="two units"):
        maker.make(rows(table))
