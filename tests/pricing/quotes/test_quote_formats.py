"""The formats of a quote: the same figures in each, and nothing that a text could do."""

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import botocore.session
import pytest
from botocore.validate import ParamValidator
from markdown_it import MarkdownIt

from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.pricing.quotes.paper.chart import Series, Words, svg
from solarrally_tui.pricing.quotes.paper.content import Content, Paper, QuoteRefusedError, content
from solarrally_tui.pricing.quotes.paper.documents import FORMATS, QuoteFormat, document
from solarrally_tui.pricing.quotes.paper.ordered import ordered
from solarrally_tui.pricing.quotes.paper.page import page
from solarrally_tui.pricing.quotes.paper.pdf_page import to_pdf
from solarrally_tui.pricing.quotes.paper.quote_toml import loads
from tests.pricing.quotes.quote_setup import DAY, HOSTILE, full, plain, site_of
from tests.pricing.test_incomplete_estimate import without


class Tags(HTMLParser):
    """Keeps which elements a page has, with the names of their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, ...]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, *(name for name, _ in attrs)))


def tags(html: str) -> list[tuple[str, ...]]:
    parser = Tags()
    parser.feed(html)
    return parser.found


def rendered(markdown: str) -> str:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown)


def text_of(of: Content, form: QuoteFormat) -> str:
    return document(of, form).decode()


def named(text: str) -> Content:
    """Return a quote in which everything that a person can type is one text."""
    quoted = json.dumps(text, ensure_ascii=True).replace("/", "\\u002f")
    quoted = re.sub(r"\\ud8[0-9a-f]{2}\\ud[c-f][0-9a-f]{2}", "x", quoted)
    party = f"name = {quoted}\naddress = [{quoted}]\ncontact = {quoted}\nemail = {quoted}\n"
    party += f"phone = {quoted}\nwebsite = {quoted}\ntax_id = {quoted}\n"
    written = f"number = {quoted}\n[customer]\n{party}[seller]\n{party}"
    written += f"[[items]]\nname = {quoted}\namount = 5\n[tax]\nname = {quoted}\npercent = 5\n"
    return replace(plain(), wanted=ordered(loads(written), site_of(), DAY))


@pytest.fixture(scope="module")
def calm() -> Content:
    return named("Calm")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_changes_nothing_but_the_text(text: str, calm: Content) -> None:
    made = named(text)
    assert tags(text_of(made, "html")) == tags(text_of(calm, "html"))
    markdown = text_of(made, "md")
    assert tags(rendered(markdown)) == tags(rendered(text_of(calm, "md")))
    assert "http://" not in markdown.splitlines()[0]
    for row in csv.reader(io.StringIO(text_of(made, "csv"))):
        assert not any(cell.startswith(("=", "+", "@", "\t")) for cell in row)
        assert all(re.fullmatch(r"-?[\d.]+", cell) for cell in row if cell.startswith("-"))
    assert json.loads(text_of(made, "json"))["customer"]["name"]


@pytest.mark.parametrize("text", [HOSTILE[0], HOSTILE[6], HOSTILE[7], HOSTILE[9], "太陽 Łódź שמש"])
def test_a_pdf_takes_any_text(text: str) -> None:
    assert document(named(text), "pdf").startswith(b"%PDF-")


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_quote_is_the_same_bytes(form: QuoteFormat) -> None:
    again = content(full().wanted)
    assert document(full(), form) == document(again, form)


@pytest.mark.parametrize("tag", ["en-US", "de-DE"])
def test_a_page_says_all_that_a_customer_signs(tag: str) -> None:
    for form in ("html", "md"):
        text = text_of(full(tag), form)
        for words in (
            "2026-0117",
            "Autohaus M",
            "SonnenWerk Technik AG",
            "Frau Petra M",
            "Einrichtung und Inbetriebnahme",
            "1 USD = 0",
            "Medium",
            "Fargate",
        ):
            assert words in text
    shown = page(full(tag))
    assert len(shown.assumptions) == 5
    assert [tier.chosen for tier in shown.tiers] == [False, True, False]
    assert len(shown.signatures) == 4
    assert (len(shown.figures), len(shown.dates)) == (4, 3)


def test_what_is_printed_adds_up() -> None:
    shown = page(full("en"))

    def number(text: str) -> int:
        return round(float(text.replace(",", "") or 0) * 100)

    rows = {row.name: (number(row.once), number(row.monthly)) for row in shown.price}
    hosting = rows["Operation on AWS, expected"][1]
    assert sum(number(amount) for _, amount in shown.parts) == hosting
    assert number(shown.annex.sum[1]) == hosting
    for group in shown.annex.groups:
        assert sum(number(row[-1]) for row in group.rows) == number(group.amount)
    items = list(rows.values())[:-3]
    for at in (0, 1):
        assert sum(item[at] for item in items) == rows["Total before tax"][at]
        assert rows["Total before tax"][at] + rows["USt. 19%"][at] == rows["Total"][at]
    # The operation is what the estimate says, at the rate of the quote.
    expected = estimate(full().wanted.site, full().wanted.assume).expected
    assert hosting == round(float(expected) * 0.92 * 100)


def test_unit_prices_stay_in_usd() -> None:
    prices = {row[0]: row[3] for group in page(full("en")).annex.groups for row in group.rows}
    assert prices["ALB hour"] == "0.027"


@pytest.mark.parametrize("of", [plain, partial(full, "en")], ids=["small", "medium"])
def test_the_annex_has_no_row_without_an_amount_and_the_dearest_part_first(
    of: Callable[[], Content],
) -> None:
    shown = page(of()).annex
    amounts = [float(group.amount.replace(",", "")) for group in shown.groups]
    assert amounts == sorted(amounts, reverse=True)
    assert amounts[-1] > 0
    rows = [row for group in shown.groups for row in group.rows]
    assert all(float(row[-1].replace(",", "")) > 0 for row in rows)
    assert "CloudFront Functions invocations" in shown.free
    named = {row[0] for row in rows}
    assert not any(item in named for item in shown.free.partition(": ")[2].rstrip(".").split("; "))


def test_what_is_beyond_an_allowance_is_billed_at_its_price() -> None:
    """Quantity times price is the amount, also where a part of it is free."""
    (alarms,) = (
        row
        for group in page(plain()).annex.groups
        for row in group.rows
        if row[0].startswith("Alarm, standard")
    )
    assert alarms[1:] == ("3", "alarm-metric-month", "0.1", "0.30")


def test_the_page_has_no_empty_places() -> None:
    once = "[[items]]\nname = 'Set-up'\namount = 500\nevery = 'once'\n"
    with_once = plain(f"customer = {{ name = 'Sun' }}\n{once}")
    for form in ("html", "md"):
        assert "Once" not in text_of(plain(), form)
        assert "Once" in text_of(with_once, form)
        assert "From" in text_of(plain(), form)
    assert "unfit" not in text_of(plain(), "html")
    assert (page(plain()).chart_below, page(full()).chart_below) == (True, False)


def test_a_margin_hides_what_it_is_on() -> None:
    given = 'customer = {name = "Sun"}\nhosting = {margin_percent = 20}\nseller = {name = "S"}'
    with_margin, without = plain(given), plain()
    assert page(with_margin).annex.groups == ()
    assert "Fargate" not in text_of(with_margin, "html")
    assert "20" not in [
        cell for row in csv.reader(io.StringIO(text_of(with_margin, "csv"))) for cell in row
    ]
    # In every figure: the total, the parts, the tiers and the chart.
    first, second = page(without).figures[0].amount, page(with_margin).figures[0].amount
    assert float(second.strip("$")) == pytest.approx(float(first.strip("$")) * 1.2, abs=0.01)
    assert page(with_margin).chart != page(without).chart
    assert page(with_margin).tiers[1].amount != page(without).tiers[1].amount
    assert json.loads(text_of(with_margin, "json"))["operation"]["margin_percent"] == 20


def test_a_page_needs_no_network_and_runs_nothing() -> None:
    text = text_of(full(), "html")
    assert "<script" not in text
    assert "default-src 'none'" in text
    assert not re.findall(r'(?:src|href)="(?!data:)', text)
    assert not re.findall(r"url\((?!#)", text)
    for picture in (page(full()).picture, page(full()).chart):
        ET.fromstring(picture)


def test_the_chart_is_well_formed_and_holds_no_code() -> None:
    found = plain(chargers=6).curve
    series = [
        Series(f"<{tier.name}>", tuple((p.chargers, p.expected) for p in tier.points), chosen)
        for tier, chosen in zip(found.tiers, (True, False, False), strict=True)
    ]
    mine = found.chosen.mine.expected
    words = Words("<Kosten> & mehr", "Ladepunkte", "USD", f"${mine:,.0f}")
    root = ET.fromstring(svg(series, (6, mine), words, "{:,.0f}".format))
    texts = [node.text or "" for node in root.iter() if node.tag.endswith("text")]
    assert root.get("aria-label") == "<Kosten> & mehr"
    assert {"<small>", "<medium>", "<large>", "Ladepunkte", "USD"} <= set(texts)
    assert f"${mine:,.0f}" in texts  # at the mark
    assert {node.tag.rpartition("}")[2] for node in root.iter()} == {
        "svg",
        "path",
        "polyline",
        "text",
        "circle",
    }
    width, height = (float(edge) for edge in root.attrib["viewBox"].split()[2:])
    for node in root.iter():
        x, y = float(node.get("x", 0)), float(node.get("y", 0))
        assert 0 <= x <= width
        assert 0 <= y <= height


def test_the_site_name_is_not_the_customers() -> None:
    assert "barn" not in text_of(full(), "html")
    assert "solarrally" not in text_of(plain(), "md")


def test_a_region_without_prices_has_no_quote() -> None:
    somewhere = site_of().model_copy(update={"region": "xx-nowhere-1"})
    with pytest.raises(QuoteRefusedError, match="no prices for xx-nowhere-1"):
        content(ordered(loads('customer = {name = "x"}'), somewhere, DAY))


@pytest.mark.parametrize(
    ("service", "item"),
    [("AmazonRDS", "RDS PostgreSQL db.t4g.micro Single-AZ"), ("AWSELB", "ALB hour")],
)
def test_a_price_that_is_mostly_unknown_is_refused(service: str, item: str) -> None:
    with pytest.raises(QuoteRefusedError, match="Too much of the price is not known") as caught:
        content(plain().wanted, without((service, item)))
    assert item in str(caught.value)


def test_a_small_gap_is_said_wherever_an_amount_is() -> None:
    gap = ("awswaf", "Requests, CloudFront scope (Global-RequestV2)")
    of = content(plain().wanted, without(gap))
    shown = page(of)
    assert shown.figures[0].amount.startswith("at least ")
    assert "Without a known price: Requests" in shown.excluded[0]
    assert dict(shown.parts)["Firewall"].startswith("at least ")
    assert "at least" in shown.picture
    data = json.loads(text_of(of, "json"))
    assert (data["complete"], data["unknown"]) == (False, [gap[1]])
    assert [row for row in csv.reader(io.StringIO(text_of(of, "csv"))) if row[0] == "unknown"]


def test_json_says_what_the_page_says() -> None:
    data = json.loads(text_of(full("en"), "json"))
    shown = page(full("en"))
    assert f"{data['total']['monthly']:.2f}" in shown.figures[0].amount
    assert f"{data['total']['first_year']:,.2f}" in shown.figures[1].amount
    assert f"{data['total']['three_years']:,.2f}" in shown.figures[2].amount
    assert data["exchange_rate"] == {"from": "USD", "to": "EUR", "rate": 0.92, "date": "2026-11-20"}
    assert (data["complete"], data["unknown"]) == (True, [])
    assert {tier["tier"] for tier in data["tiers"]} == {"small", "medium", "large"}


def test_the_rows_of_csv_add_up() -> None:
    rows = list(csv.DictReader(io.StringIO(text_of(plain(), "csv"))))
    lines = sum(float(row["monthly"]) for row in rows if row["kind"] == "line")
    (operation,) = (row for row in rows if row["kind"] == "operation")
    assert lines == pytest.approx(float(operation["monthly"]), abs=0.005)
    assert len({len(row) for row in rows}) == 1


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "sa-east-1"])
def test_awss_calculator_takes_the_batches(region: str) -> None:
    """botocore's own model of the API judges the form, and the amounts price the same."""
    of = content(ordered(loads('customer = {name = "x"}'), site_of("large", region), DAY))
    data = json.loads(document(of, "aws", "123456789012"))
    service = botocore.session.get_session().get_service_model("bcm-pricing-calculator")
    shape = service.operation_model("BatchCreateWorkloadEstimateUsage").input_shape
    for batch in data["batches"]:
        request = {"workloadEstimateId": "0" * 8 + "-0000-0000-0000-" + "0" * 12, "usage": batch}
        assert not ParamValidator().validate(request, shape).generate_report()
        assert 1 <= len(batch) <= 25
        for entry in batch:
            for name, value in entry.items():
                pattern = shape.members["usage"].member.members[name].metadata.get("pattern")
                assert not pattern or re.fullmatch(pattern, value)
    entries = [entry for batch in data["batches"] for entry in batch]
    assert len({entry["key"] for entry in entries}) == len(entries)
    assert {entry["usageAccountId"] for entry in entries} == {"123456789012"}
    usage = {entry["usageType"]: entry["amount"] for entry in entries}
    prefix = {"us-east-1": "USE1-", "eu-central-1": "EUC1-", "sa-east-1": "SAE1-"}[region]
    assert usage[f"{prefix}Messages"] > 1_000_000
    assert usage[f"{'' if region == 'us-east-1' else prefix}LoadBalancerUsage"] == 730
    left_out = sum(one["monthly_usd"] for one in data["left_out"])
    assert left_out < 0.02 * float(of.cost.expected)


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("tag", ["en", "de"])
def test_a_pdf_is_one_page_to_sign_and_one_of_annex(tag: str, paper: Paper) -> None:
    shown = replace(page(full(tag)), paper=paper)
    made = to_pdf(shown, DAY)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", made)) == 2
