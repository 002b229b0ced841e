"""Reading copies of the pricing pages' files: the newest wins, and each price keeps its source."""

import json
import sys
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

TOOLS = Path(__file__).parents[2] / "tools"
ALB = "Application Load Balancer Hours"


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(TOOLS))
    sys.modules.pop("read_price_feed", None)
    import read_price_feed

    return read_price_feed


def keep(folder: Path, file: str, data: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{file}.json").write_text(json.dumps(data), encoding="utf-8")


def published(day: str, location: str, **rates: str) -> dict[str, Any]:
    """Return a file in AWS's own form, with spaces for underscores in the names of rates."""
    named = {name.replace("_", " "): price for name, price in rates.items()}
    return {
        "manifest": {"hawkFilePublicationDate": f"{day}T10:00:00Z"},
        "regions": {location: {n: {"price": p, "rateCode": f"{n}.X"} for n, p in named.items()}},
    }


def table(feed: ModuleType, tmp_path: Path) -> dict[tuple[str, str, str], dict[str, str]]:
    copies = (
        feed.Copy("newer/copy", "2025-12-06", tmp_path / "newer"),
        feed.Copy("older/copy", "2025-06-18", tmp_path / "older"),
    )
    keep(tmp_path / "newer" / "processed", "datatransfer", {"none": {"EU (Paris)": "1"}})
    return {
        (row["region"], row["usage_item"], row["tier_from"]): row
        for row in feed.Feed(copies).rows()
    }


def test_the_newest_copy_wins_and_a_disagreement_is_printed(
    feed: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, day, price in (("older", "2025-06-05", "0.0250"), ("newer", "2025-11-03", "0.0260")):
        data = published(day, "EU (Paris)", Application_Load_Balancer_Hours=price)
        keep(tmp_path / name / "raw", "elb", data)
    row = table(feed, tmp_path)["eu-west-3", "ALB hour", "0"]
    assert row["price_usd"] == "0.026"
    assert row["source"] == f"AWS meteredUnitMaps/elb (newer/copy raw/elb.json; rateCode {ALB}.X)"
    assert row["source_date"] == "2025-11-03 (fetched 2025-12-06)"
    assert "eu-west-3, Application Load Balancer Hours: 0.0260 (2025-11-03" in (
        capsys.readouterr().err
    )


def test_a_file_of_aws_wins_over_one_that_was_processed(feed: ModuleType, tmp_path: Path) -> None:
    keep(tmp_path / "newer" / "processed", "elb", {ALB: {"EU (Paris)": "0.99"}})
    data = published("2025-06-05", "EU (Paris)", Application_Load_Balancer_Hours="0.0250")
    keep(tmp_path / "older" / "raw", "elb", data)
    assert table(feed, tmp_path)["eu-west-3", "ALB hour", "0"]["price_usd"] == "0.025"


def test_prices_of_a_million_and_tiers_are_those_of_the_table(
    feed: ModuleType, tmp_path: Path
) -> None:
    rates = {"Messages_Up_to_1B": "0.0000012", "Messages_Next_4B": "0.000001"}
    data = published("2025-07-29", "EU (Spain)", **rates, Messages_Over_5B="0.0000008")
    keep(tmp_path / "newer" / "raw", "iot", data)
    found = table(feed, tmp_path)
    messages = "Messages (5 KB metering), MQTT/HTTP"
    assert [
        (found["eu-south-2", messages, start]["price_usd"], start)
        for start in ("0", "1000M", "5000M")
    ] == [("1.2", "0"), ("1", "1000M"), ("0.8", "5000M")]
    assert found["eu-south-2", messages, "5000M"]["tier_to"] == "Inf"


def test_a_price_that_lacks_a_tier_is_an_error(feed: ModuleType, tmp_path: Path) -> None:
    data = published("2025-07-29", "EU (Spain)", Messages_Up_to_1B="0.0000012")
    keep(tmp_path / "newer" / "raw", "iot", data)
    with pytest.raises(ValueError, match="eu-south-2: the feed has only some tiers"):
        table(feed, tmp_path)


def test_the_dearest_way_to_another_region_is_taken(feed: ModuleType, tmp_path: Path) -> None:
    ways = {
        "DataTransfer InterRegion Outbound to US East Ohio": {
            "EU (Paris) (To Location: US East (Ohio))": "0.02"
        },
        "DataTransfer InterRegion Outbound to EU Frankfurt": {
            "EU (Paris) (To Location: EU (Frankfurt))": "0.03"
        },
        "DataTransfer InterRegion Outbound to AWS GovCloud US": {
            "EU (Paris) (To Location: AWS GovCloud (US))": "0.9"
        },
    }
    copy = feed.Copy("a/copy", "2025-12-06", tmp_path)
    keep(tmp_path / "processed", "datatransfer", ways)
    (row,) = feed.Feed((copy,)).rows()
    assert (row["region"], row["price_usd"]) == ("eu-west-3", "0.03")


def test_the_table_and_the_book_agree(feed: ModuleType) -> None:
    """The bundled book has what the table says, wherever the table has the newest source."""
    import csv

    from solarrally_tui.pricing.price_book.store import book

    with (TOOLS / "feed-prices.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["region"] != feed.GLOBAL]
    assert {row["region"] for row in rows} == set(feed.REGIONS) == set(book().regions)
    for row in rows:
        price = book().price(row["region"], row["service"], row["usage_item"])
        if row["tier_from"] == "0":
            assert price.amount == Decimal(row["price_usd"])
