"""Refreshing from a local server: genuine files are read, damaged and wrong ones change nothing."""

import copy
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.commands.pricing import price_refresh as command
from solarrally_tui.pricing.price_book import store
from solarrally_tui.pricing.price_book.book import UnknownPriceError, from_data
from solarrally_tui.pricing.price_book.download import DownloadError, Fetcher, client
from solarrally_tui.pricing.price_book.price_list import PriceListError, read_documents, read_file
from solarrally_tui.pricing.price_book.price_list_items import known_regions, price_list_items
from solarrally_tui.pricing.price_book.price_query import PriceQuery
from solarrally_tui.pricing.price_book.refresh import Refresher, RefreshReport
from tests.pricing.prices_setup import (
    INDEX,
    SAMPLES,
    PriceServer,
    csv_of,
    nat_documents,
    path_of,
    price_server,
    query_server,
    region_index,
    rows_of,
)

REGION = "eu-west-1"
FARGATE = "Fargate Linux ARM vCPU-hour"


@pytest.fixture
def served() -> Iterator[PriceServer]:
    with price_server() as server:
        yield server


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """Return the bundled book, with every folder of the user's inside a fresh one."""
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return store.current_data()


async def refreshed(
    served: PriceServer, data: dict[str, Any], tmp_path: Path, largest: int = 10**8
) -> tuple[dict[str, Any], RefreshReport]:
    async with client() as http:
        fetcher = Fetcher(http, served.base, tmp_path / "cache", lambda *_: None, largest)
        refresher = Refresher(data, REGION, fetcher)
        made = await refresher.run()
    return made, refresher.report


def amount(data: dict[str, Any], service: str, item: str, region: str = REGION) -> Decimal:
    return from_data(data).price(region, service, item).amount


def changed(data: dict[str, Any], service: str, item: str, value: str) -> dict[str, Any]:
    """Return a book in which one price has another first tier."""
    other = copy.deepcopy(data)
    other["prices"][REGION][service][item]["tiers"][0][1] = value
    return other


async def test_every_price_is_found_among_decoys(
    served: PriceServer, data: dict[str, Any], tmp_path: Path
) -> None:
    served.put_list(data, REGION)
    made, report = await refreshed(served, data, tmp_path)
    assert report.refused == []
    assert {each.service for each in report.skipped} == {"AmazonEC2"}
    assert {"AmazonRoute53", "AmazonECS"} <= {each.service for each in report.unlisted}
    assert all(each.date[:2] == "20" for each in report.unlisted)
    wanted = [item for item in price_list_items(REGION) if not item.queried]
    assert report.read == len(wanted) > 80
    book = from_data(made)
    for item in wanted:
        before = from_data(data).price(REGION, item.service, item.name)
        after = book.price(REGION, item.service, item.name)
        assert after.amount == before.amount, item
        assert after.amount != 999
        assert [tier.start for tier in after.tiers] == [tier.start for tier in before.tiers]
        assert "AWS Price List" in after.tiers[0].source
        assert after.date == "2026-11-01"
    assert book.versions[REGION]["AmazonECS"] == "20261101120000"
    assert book.as_of == "2026-11"
    assert not any("AmazonEC2" in path for path in served.asked)


async def test_a_price_that_moved_is_taken_and_told(
    served: PriceServer, data: dict[str, Any], tmp_path: Path
) -> None:
    served.put_list(changed(data, "AmazonECS", FARGATE, "0.04"), REGION)
    made, report = await refreshed(served, data, tmp_path)
    assert report.changed == [f"AmazonECS, {FARGATE}, {REGION}: from 0.03238 to 0.04"]
    assert amount(made, "AmazonECS", FARGATE) == Decimal("0.04")
    assert amount(made, "AmazonECS", FARGATE, "us-east-1") == Decimal("0.03238")
    assert amount(data, "AmazonECS", FARGATE) == Decimal("0.03238")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("0.17", "it changed from 0.03238 to 0.17"),
        ("0.006", "it changed"),
        ("0", "it is no longer above zero"),
        ("-1", "it is no longer above zero"),
    ],
)
async def test_a_price_beyond_belief_is_refused_and_named(
    served: PriceServer, data: dict[str, Any], tmp_path: Path, value: str, reason: str
) -> None:
    served.put_list(changed(data, "AmazonECS", FARGATE, value), REGION)
    made, report = await refreshed(served, data, tmp_path)
    (refused,) = report.refused
    assert (refused.item, refused.place) == (FARGATE, REGION)
    assert reason in refused.reason
    assert amount(made, "AmazonECS", FARGATE) == Decimal("0.03238")
    assert amount(made, "AmazonECS", "Fargate Linux ARM GB-hour") == Decimal("0.00356")


async def test_a_price_that_vanished_stays(
    served: PriceServer, data: dict[str, Any], tmp_path: Path
) -> None:
    served.put_list(data, REGION)
    rows = [row for row in rows_of(data, "AmazonECS", REGION) if "ARM-vCPU" not in row[15]]
    served.put(path_of("AmazonECS", REGION), csv_of("AmazonECS", rows))
    made, report = await refreshed(served, data, tmp_path)
    assert [each.reason for each in report.refused] == ["the price list no longer has it"]
    assert amount(made, "AmazonECS", FARGATE) == Decimal("0.03238")


async def test_two_products_with_different_prices_are_refused(
    served: PriceServer, data: dict[str, Any], tmp_path: Path
) -> None:
    served.put_list(data, REGION)
    rows = rows_of(data, "AmazonECR", REGION)
    rows.append(["OTHER", *rows[0][1:]])
    served.put(path_of("AmazonECR", REGION), csv_of("AmazonECR", rows))
    _, report = await refreshed(served, data, tmp_path)
    assert report.refused == []  # the same price twice is no doubt
    rows[-1][9] = "0.2"
    served.put(path_of("AmazonECR", REGION), csv_of("AmazonECR", rows))
    _, report = await refreshed(served, data, tmp_path)
    assert "different prices" in report.refused[0].reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda text: text[: text.rindex(",")], "incomplete"),
        (
            lambda text: text.replace('"OfferCode","AmazonECS"', '"OfferCode","AmazonEC2"'),
            "is of AmazonEC2",
        ),
        (lambda text: text.replace("usageType", "usage"), "no column usageType"),
        (lambda text: "<html>Not found</html>", "does not look like a price list"),
        (lambda text: "", "does not look like a price list"),
        (lambda text: text.replace("2026-11-01T12:00:00Z", "yesterday"), "not a date"),
        (lambda text: text.replace('"0","Inf"', '"0","5"'), "do not cover every quantity"),
        (lambda text: text.replace('"0.0', '"much0.0'), "is not a number"),
        (lambda text: text.replace('"SKU0', '"SKU"0'), "damaged"),
    ],
)
async def test_a_wrong_file_changes_nothing_of_its_service(
    served: PriceServer, data: dict[str, Any], tmp_path: Path, change: Any, reason: str
) -> None:
    other = changed(data, "AmazonECS", FARGATE, "0.04")
    served.put_list(other, REGION)
    text = served.files[path_of("AmazonECS", REGION)].body.decode()
    served.put(path_of("AmazonECS", REGION), change(text))
    made, report = await refreshed(served, data, tmp_path)
    assert {each.service for each in report.refused} == {"AmazonECS"}
    assert all(reason in each.reason for each in report.refused), report.refused
    assert made["prices"][REGION]["AmazonECS"][FARGATE]["tiers"][0][1] == "0.03238"
    assert report.read > 70


async def test_a_file_cut_off_on_the_way_is_refused(
    served: PriceServer, data: dict[str, Any], tmp_path: Path
) -> None:
    served.put_list(data, REGION)
    whole = served.files[path_of("AmazonS3", REGION)].body
    served.put(path_of("AmazonS3", REGION), whole[:600], says=len(whole))
    _, report = await refreshed(served, data, tmp_path)
    assert {each.service for each in report.refused} == {"AmazonS3"}
    assert list((tmp_path / "cache").glob("*.part")) == []


@pytest.mark.parametrize("says", [None, 10**9])
async def test_a_huge_file_is_not_read(
    served: PriceServer, data: dict[str, Any], tmp_path: Path, says: int | None
) -> None:
    served.put_list(data, REGION)
    served.put(path_of("AmazonS3", REGION), b"x" * 3_000_000, says)
    _, report = await refreshed(served, data, tmp_path, largest=1_000_000)
    assert {each.service for each in report.refused} == {"AmazonS3"}
    assert "larger than expected" in report.refused[0].reason


async def test_renamed_offers_files_and_regions_are_named(
    served: PriceServer, data: dict[str, Any], tmp_path: Path
) -> None:
    served.put_list(data, REGION)
    index = json.loads(served.files[INDEX].body)
    index["offers"]["AmazonKubernetes"] = index["offers"].pop("AmazonECS")
    served.put(INDEX, json.dumps(index))
    elsewhere = json.dumps({"regions": {REGION: {"currentVersionUrl": "https://evil.example/x"}}})
    served.put(region_index("AmazonS3"), elsewhere)
    served.put(region_index("AWSIoT"), json.dumps({"regions": {}}))
    del served.files[path_of("AmazonECR", REGION)]
    _, report = await refreshed(served, data, tmp_path)
    reasons = {each.service: each.reason for each in report.refused}
    assert "no longer has the offer AmazonECS" in reasons["AmazonECS"]
    assert "points outside its folder" in reasons["AmazonS3"]
    assert "no prices for eu-west-1" in reasons["AWSIoT"]
    assert "status 404" in reasons["AmazonECR"]
    assert len(reasons) == 4


async def test_files_that_did_not_change_are_not_sent_again(
    served: PriceServer, data: dict[str, Any], tmp_path: Path
) -> None:
    served.put_list(data, REGION)
    await refreshed(served, data, tmp_path)
    assert served.unchanged == []
    _, report = await refreshed(served, data, tmp_path)
    assert report.read > 80
    assert set(served.unchanged) == set(served.files)


async def test_without_an_index_there_is_no_refresh(
    served: PriceServer, data: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(DownloadError, match="status 404"):
        await refreshed(served, data, tmp_path)
    served.put(INDEX, "[]")
    with pytest.raises(DownloadError, match="not a JSON object"):
        await refreshed(served, data, tmp_path)


async def test_a_region_that_the_book_lacks_is_added(
    served: PriceServer, data: dict[str, Any], tmp_path: Path
) -> None:
    less = copy.deepcopy(data)
    del less["prices"][REGION]
    served.put_list(data, REGION)
    made, report = await refreshed(served, less, tmp_path)
    assert report.refused == []
    assert REGION in from_data(made).regions
    assert amount(made, "AmazonRDS", "RDS PostgreSQL db.t4g.micro Single-AZ") == amount(
        data, "AmazonRDS", "RDS PostgreSQL db.t4g.micro Single-AZ"
    )


async def test_only_a_class_may_be_missing_in_a_region_without_a_word(
    served: PriceServer, data: dict[str, Any], tmp_path: Path
) -> None:
    """AWS does not have every class everywhere, but a Region without AWS IoT has no site."""
    less = copy.deepcopy(data)
    del less["prices"][REGION]
    served.put_list(data, REGION)
    for code, gone in (("AmazonRDS", "db.r7g.large"), ("AWSIoT", "ConnectionMinutes")):
        rows = [row for row in rows_of(data, code, REGION) if gone not in row[15]]
        served.put(path_of(code, REGION), csv_of(code, rows))
    made, report = await refreshed(served, less, tmp_path)
    assert [each.item for each in report.refused] == ["Connectivity (connection minutes)"]
    with pytest.raises(UnknownPriceError):
        amount(made, "AmazonRDS", "RDS PostgreSQL db.r7g.large Single-AZ")


# The genuine samples


def fargate(region: str) -> list[Any]:
    return [item for item in price_list_items(region) if item.offer == "AmazonECS"]


def genuine_ecs(tmp_path: Path, *, whole: bool = True) -> Path:
    """Write the genuine bulk file without the two lines that its collector added."""
    lines = (SAMPLES / "bulk_AmazonECS_eu-west-1_2022.csv").read_text().splitlines(keepends=True)
    file = tmp_path / "ecs.csv"
    file.write_text("".join(lines[1:-1] if whole else lines), encoding="utf-8")
    return file


def test_the_genuine_bulk_file_is_read(tmp_path: Path) -> None:
    offer = read_file(genuine_ecs(tmp_path), "AmazonECS", fargate("eu-west-1"))
    assert (offer.version, offer.date) == ("20201214223755", "2020-12-14")
    found = {item.name: products[0] for item, products in offer.products.items()}
    amounts = {item: product.rates[0].amount for item, product in found.items()}
    assert amounts == {
        "Fargate Linux x86 vCPU-hour": Decimal("0.04048"),
        "Fargate Linux x86 GB-hour": Decimal("0.004445"),
        "Fargate Linux ARM vCPU-hour": Decimal("0.03238"),
        "Fargate Linux ARM GB-hour": Decimal("0.00356"),
        "Fargate ephemeral storage above 20 GB": Decimal("0.000122"),
    }
    assert found[FARGATE].sku == "KXC9CEUQGJQPNZPY"


def test_the_genuine_file_with_a_broken_row_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PriceListError, match="1 columns instead of 27"):
        read_file(genuine_ecs(tmp_path, whole=False), "AmazonECS", fargate("eu-west-1"))


def test_a_genuine_file_of_another_offer_is_refused() -> None:
    file = SAMPLES / "bulk_service-comprehend-ap-south-1-20260116160258.head.csv"
    with pytest.raises(PriceListError, match="is of comprehend, not of AmazonECS"):
        read_file(file, "AmazonECS", fargate("ap-south-1"))


def test_genuine_documents_of_the_query_api_are_read() -> None:
    documents = json.loads(
        (SAMPLES / "getproducts_AmazonVPC_PublicIPv4_2026-07-24.json").read_text()
    )
    texts = [json.dumps(document) for document in documents]
    wanted = [item for item in price_list_items("us-east-1") if item.offer == "AmazonVPC"]
    offer = read_documents(texts, "AmazonVPC", wanted)
    amounts = {item.name: each[0].rates[0].amount for item, each in offer.products.items()}
    assert amounts == {
        "Public IPv4 in use": Decimal("0.005"),
        "Public IPv4 idle": Decimal("0.005"),
    }  # 0.008 for an address in a contiguous block is another thing
    assert offer.version == "20260724154225"
    answer = json.loads((SAMPLES / "getproducts_AmazonECS_us-east-1_2022-11-21.json").read_text())
    offer = read_documents(answer["PriceList"], "AmazonECS", fargate("us-east-1"))
    amounts = {item.name: each[0].rates[0].amount for item, each in offer.products.items()}
    assert amounts["Fargate Linux x86 vCPU-hour"] == Decimal("0.04048")
    with pytest.raises(PriceListError, match="damaged"):
        read_documents(["{"], "AmazonECS", fargate("us-east-1"))


async def test_the_query_api_tells_what_stands_in_no_small_file(
    served: PriceServer,
    data: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    served.put_list(data, REGION)
    with query_server(nat_documents(REGION, "0.049", "0.049")) as (url, questions):
        for name, value in (
            ("ENDPOINT_URL", url),
            ("ACCESS_KEY_ID", "a"),
            ("SECRET_ACCESS_KEY", "b"),
        ):
            monkeypatch.setenv(f"AWS_{name}", value)
        async with (
            await Door.open("us-east-1", read_only=True) as door,
            client() as http,
        ):
            fetcher = Fetcher(http, served.base, tmp_path / "cache", lambda *_: None)
            refresher = Refresher(data, REGION, fetcher, PriceQuery(door))
            made = await refresher.run()
            # With the files out of reach everything is asked for; what is not told stays.
            served.files.clear()
            alone = Refresher(data, REGION, fetcher, PriceQuery(door))
            await alone.run()
    assert refresher.report.skipped == refresher.report.refused == []
    assert amount(made, "AmazonEC2", "NAT gateway hour") == Decimal("0.049")
    assert alone.report.read == 2
    assert {each.reason for each in alone.report.refused} == {"the price list no longer has it"}
    asked = questions[0]
    assert asked["ServiceCode"] == "AmazonEC2"
    assert {"Type": "TERM_MATCH", "Field": "regionCode", "Value": REGION} in asked["Filters"]


async def test_a_query_api_that_says_no_changes_nothing(
    served: PriceServer,
    data: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    served.put_list(data, REGION)
    monkeypatch.setenv("AWS_ENDPOINT_URL", served.base)  # knows no POST
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    async with await Door.open("us-east-1", read_only=True) as door, client() as http:
        fetcher = Fetcher(http, served.base, tmp_path / "cache", lambda *_: None)
        refresher = Refresher(data, REGION, fetcher, PriceQuery(door))
        await refresher.run()
    assert {each.service for each in refresher.report.skipped} == {"AmazonEC2"}
    assert refresher.report.read > 80


def test_every_wanted_price_stands_in_the_bundled_book(data: dict[str, Any]) -> None:
    book = from_data(data)
    assert set(book.regions) <= set(known_regions())
    for region in book.regions:
        for item in price_list_items(region):
            if item.name not in SOMEWHERE:
                assert book.price(region, item.service, item.name).amount > 0
    for name in SOMEWHERE:
        assert book.price("us-east-1", "AmazonRDS", name).amount > 0


SOMEWHERE = {
    f"RDS PostgreSQL db.{family}.{size} {zones}"
    for family in ("m6i", "m7g", "r6i", "r7g")
    for size in ("large", "xlarge", "2xlarge")
    for zones in ("Single-AZ", "Multi-AZ")
}
"""Newer classes that some Regions do not have yet."""


# The command and the store


async def test_the_command_replaces_the_book_and_keeps_the_one_before(
    served: PriceServer, data: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    served.put_list(changed(data, "AmazonECS", FARGATE, "0.04"), REGION)
    assert await command.refresh(REGION, served.base) == 0
    told = capsys.readouterr().err
    assert f"{FARGATE}, {REGION}: from 0.03238 to 0.04" in told
    assert "NAT gateway hour" in told  # kept, and named
    assert "Not refreshed, because AWS's price list files do not have them:" in told
    for service in ("AmazonRoute53", "AmazonECS"):
        assert f"  {service}, of 20" in told
    assert amount(store.current_data(), "AmazonECS", FARGATE) == Decimal("0.04")
    first = store.book_file().read_bytes()
    assert store.book_file().stat().st_mode & 0o777 == 0o600

    served.put_list(changed(data, "AmazonECS", FARGATE, "0.05"), REGION)
    assert await command.refresh(REGION, served.base) == 0
    assert store.book_file().with_name("prices.previous.json").read_bytes() == first
    assert amount(store.current_data(), "AmazonECS", FARGATE) == Decimal("0.05")


async def test_the_command_says_what_it_refused(
    served: PriceServer, data: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    served.put_list(changed(data, "AmazonECS", FARGATE, "9"), REGION)
    assert await command.refresh(REGION, served.base) == 5
    told = capsys.readouterr().err
    assert "Refused, the old price stays: it changed from 0.03238 to 9." in told
    assert FARGATE in told


async def test_the_command_leaves_the_book_when_nothing_is_reached(
    served: PriceServer, data: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert await command.refresh(REGION, served.base) == 8
    assert "cannot be reached" in capsys.readouterr().err
    served.put(INDEX, json.dumps({"offers": {}}))
    assert await command.refresh(REGION, served.base) == 6
    assert not store.book_file().exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema":1}', '{"schema":2,"prices":{}}'])
def test_a_broken_book_is_left_aside_and_told(data: dict[str, Any], text: str) -> None:
    store.book_file().parent.mkdir(parents=True)
    store.book_file().write_text(text)
    assert store.current_data() == data
    assert "cannot be read" in store.problem()


def test_a_book_older_than_the_bundled_one_is_left_aside(data: dict[str, Any]) -> None:
    store.save(data | {"as_of": "2020-01", "refreshed": "2020-01-01"})
    assert store.current_data() == data
    assert "older" in store.problem()
    store.save(data | {"refreshed": "2026-11-20"})
    assert from_data(store.current_data()).origin == "2026-11-20"
    assert store.problem() == ""
