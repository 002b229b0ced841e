"""The command `solarrally estimate`, without network and credentials."""

import csv
import io
import json
import os
import re
import subprocess
import xml.etree.ElementTree as ET
from contextlib import redirect_stderr, redirect_stdout
from decimal import Decimal
from pathlib import Path

import pytest

from solarrally_tui.cli import main

ROOT = Path(__file__).parents[2]
SMALL = str(ROOT / "examples" / "small.toml")


def estimate(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the command where every connection and every credential is missing.

    In this process: tests/text runs it in one of its own.
    """
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name in [name for name in os.environ if name.startswith(("AWS_", "SOLAR"))]:
            patch.delenv(name)
        for name in ("HTTPS_PROXY", "HTTP_PROXY"):
            patch.setenv(name, "http://127.0.0.1:9")
        patch.setenv("HOME", "/nonexistent")
        with pytest.raises(SystemExit) as ended:
            main(["estimate", *words])
    code = int(ended.value.code or 0)
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())


def data(*words: str) -> dict:  # type: ignore[type-arg]
    done = estimate(*words)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_json_is_exactly_what_was_agreed() -> None:
    told = data(SMALL, "--json")
    assert list(told) == [
        "schema",
        "currency",
        "region",
        "prices_as_of",
        "monthly",
        "complete",
        "sellable",
        "unknown",
        "lines",
        "excluded",
        "assumptions",
        "type",
        "exit_code",
    ]
    assert (told["type"], told["exit_code"]) == ("result", 0)
    assert list(told["monthly"]) == ["low", "expected", "high"]
    for line in told["lines"]:
        assert list(line) == [
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
        ]
    total = sum(line["monthly"] for line in told["lines"])
    assert total == pytest.approx(told["monthly"]["expected"], abs=1e-6)
    assert told["currency"] == "USD"
    assert any("Tax" in words for words in told["excluded"])
    assert (told["complete"], told["sellable"], told["unknown"]) == (True, True, [])
    assert told["assumptions"]["viewers"]["reason"]
    assert told["assumptions"]["size"]["chargers"] == 10


def test_options_describe_a_site_without_a_file() -> None:
    words = ("--tier", "medium", "--chargers", "40", "--interval", "20")
    told = data(*words, "--region", "eu-central-1", "--format", "json")
    size = told["assumptions"]["size"]
    assert (size["chargers"], size["interval_seconds"], size["multi_az"]) == (40, 20, True)
    assert told["region"] == "eu-central-1"


def test_options_change_a_file() -> None:
    told = data(SMALL, "--tier", "medium", "--region", "sa-east-1", "--json")
    size = told["assumptions"]["size"]
    assert told["assumptions"]["tier"] == "medium"
    assert (size["chargers"], size["min_tasks"], size["database_class"]) == (10, 2, "db.t4g.small")
    assert told["region"] == "sa-east-1"


def test_another_currency_at_the_users_rate() -> None:
    usd = data(SMALL, "--json")
    eur = data(SMALL, "--json", "--currency", "eur", "--rate", "0.92", "--rate-date", "2026-11-20")
    assert eur["currency"] == "EUR"
    assert eur["monthly"]["expected"] == pytest.approx(0.92 * usd["monthly"]["expected"])
    assert eur["assumptions"]["exchange_rate"] == {
        "from": "USD",
        "to": "EUR",
        "rate": 0.92,
        "date": "2026-11-20",
    }
    shown = estimate(SMALL, "--currency", "EUR", "--rate", "0.92").stdout
    assert re.search(r"1 USD =\s0\.92 EUR", shown)


def test_a_region_without_prices_is_null_never_a_small_number() -> None:
    told = data("--region", "af-south-1", "--json")
    assert set(told["monthly"].values()) == {None}
    assert told["lines"] == []
    shown = estimate("--region", "af-south-1")
    assert shown.stdout.startswith("Unknown. AWS does not offer AWS IoT Core in af-south-1")


def test_a_price_that_is_missing_makes_it_at_least(tmp_path: Path) -> None:
    text = Path(SMALL).read_text(encoding="utf-8").replace("db.t4g.micro", "db.x2g.large")
    file = tmp_path / "site.toml"
    file.write_text(text, encoding="utf-8")
    shown = estimate(str(file)).stdout
    assert "At least " in shown
    assert "Unknown, RDS PostgreSQL db.x2g.large Single-AZ" in " ".join(shown.split())


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("--currency", "EUR"), 2, "needs --rate"),
        (("--rate", "0.9"), 2, "--currency EUR"),
        (("--currency", "EUR", "--rate", "zero"), 2, "not an exchange rate"),
        (("--currency", "EUR", "--rate", "1", "--rate-date", "today"), 2, "not a date"),
        (("--assume", "viewers"), 2, "needs a value"),
        (("--assume", "nothing=1"), 2, "no assumption is called nothing"),
        (("--credits", "much"), 2, "not an amount"),
        (("--chargers", "1000", "--interval", "1"), 3, "Try interval_seconds"),
        (("--tier", "huge"), 2, "--tier cannot be huge"),
        (("/nonexistent.toml",), 2, "There is no file /nonexistent.toml."),
        (("/",), 3, "cannot be read"),
    ],
)
def test_wrong_options_are_explained(words: tuple[str, ...], status: int, told: str) -> None:
    done = estimate(*words)
    assert done.returncode == status
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_an_assumption_moves_the_total() -> None:
    few, many = (
        data("--json", "--assume", f"extra_subscribers={count}")["monthly"]["expected"]
        for count in (0, 2)
    )
    # Two more copies of 2.628 million messages at 1.00, and two connections.
    assert many - few == pytest.approx(2 * 2.628, rel=0.01)


def test_the_table_fits_eighty_columns() -> None:
    for words in ((SMALL,), (SMALL, "--compare"), ("--tier", "large", "--credits", "100")):
        lines = estimate(*words).stdout.splitlines()
        assert max(map(len, lines)) <= 80
    shown = " ".join(estimate(SMALL, "--compare", "--credits", "100").stdout.split())
    for words in (
        "For 10 chargers, in USD a month.",
        "Cheapest recommended variant: ",
        "Fargate Spot",
        "sa-east-1",
        "You give up:",
        "Credits of 100 USD",
        "Not in the total: tax and VAT, AWS support plan, credits",
    ):
        assert words in shown


def test_a_comparison_prices_what_is_done_to_a_running_site() -> None:
    shown = json.loads(estimate(SMALL, "--compare", "--json").stdout)
    priced = {one["command"]: one["price"] for one in shown["comparison"]["operations"]}
    assert priced["export"] == 0
    # 20 GB of snapshot at 0.095, and an hour of db.t4g.micro at 0.016 with gp3 at 0.115.
    assert priced["maintain"] == pytest.approx(1.90)
    assert priced["drill"] == pytest.approx(0.016 + 20 * 0.115 / 730, abs=0.0001)
    # 15 minutes on arm1.small at 0.0034 and 15 on general1.small at 0.005.
    assert priced["ci"] == pytest.approx(15 * (0.0034 + 0.005), abs=0.0001)


def test_a_comparison_is_four_short_tables_each_the_cheapest_first() -> None:
    shown = estimate(SMALL, "--compare").stdout
    changes = re.findall(r"(?m)^[\w-]+ +([\d.]+) +([+-][\d.]+)", shown)
    assert changes
    # What is shown can be checked by whoever subtracts it.
    assert all(float(more) == round(float(total) - 66.76, 2) for total, more in changes)
    blocks = [block.splitlines() for block in shown.split("\n\n")]
    tables = {
        re.split(r"\s\s+", block[0])[0]: [
            Decimal(amount.replace(",", ""))
            for amount in re.findall(
                r"^\S.*?\s\s+([\d,]+\.\d\d)", "\n".join(block[1:]), re.MULTILINE
            )
        ]
        for block in blocks
        if block[0].rstrip().endswith("change")
    }
    assert list(tables) == ["Tier", "Shape", "Outbound access", "Region"]
    assert all(amounts == sorted(amounts) for amounts in tables.values())
    assert len(shown.splitlines()) < 60
    for essay in ("broker", "interface endpoints", "MQTT"):
        assert essay not in shown


def test_what_it_depends_on_is_said_only_where_it_is_so() -> None:
    shown = " ".join(estimate(SMALL).stdout.split())
    assert "It depends most on how long extra tasks run" not in shown
    assert re.search(r"The high amount includes \d+\.\d\d for how long extra tasks run;", shown)


def test_a_year_is_twelve_times_the_month_that_is_shown() -> None:
    for words in ((SMALL,), (SMALL, "--curve"), (SMALL, "--currency", "EUR", "--rate", "0.92")):
        shown = " ".join(estimate(*words).stdout.replace(",", "").split())
        month = re.search(r"(\d+\.\d\d)(?: USD| EUR)? a month", shown)
        year = re.search(r"(\d+\.\d\d) a year (\d+\.\d\d) in three years", shown)
        assert month
        assert year
        assert Decimal(year[1]) == 12 * Decimal(month[1])


def test_it_says_why_there_is_a_hub_or_none() -> None:
    def said(*words: str) -> str:
        return " ".join(estimate(*words).stdout.split())

    assert "hub" not in said(SMALL), "nobody expects one of a single task"
    many = ("--tier", "medium", "--chargers", "100")
    assert "It has a hub, because 2 tasks would each get a copy." in said(*many)
    assert "It has no hub: sending each message to 2 tasks" in said(
        "--tier", "medium", "--chargers", "10"
    )


def test_csv_has_a_row_a_line_and_adds_up() -> None:
    rows = list(csv.DictReader(io.StringIO(estimate(SMALL, "--format", "csv").stdout)))
    total = sum(Decimal(row["monthly"]) for row in rows if row["record"] == "line")
    assert float(total) == pytest.approx(data(SMALL, "--json")["monthly"]["expected"], abs=1e-5)
    compared = estimate(SMALL, "--compare", "--format", "csv").stdout
    names = {row["name"] for row in csv.DictReader(io.StringIO(compared))}
    assert {"small (chosen)", "medium", "large", "nat-single", "Cheapest"} <= names


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("--assume", "hours=0"), 2, "hours must be from 1 to 744 (hours a month), not 0."),
        (("--rate", "1e-30", "--currency", "EUR"), 2, "1e-30 is not an exchange rate."),
        (("--credits", "1e400"), 2, "1e400 is not an amount in USD."),
        (("--compare", "--region", "af-south-1"), 3, "has no prices for af-south-1"),
        (("--curve", "--region", "af-south-1"), 3, "choose one of us-east-1"),
    ],
)
def test_bad_input_is_one_clear_sentence(words: tuple[str, ...], status: int, says: str) -> None:
    done = estimate(*words)
    assert done.returncode == status
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_markdown_quote_for_a_customer() -> None:
    shown = estimate(SMALL, "--format", "md", "--compare").stdout
    assert shown.startswith("# SolarRally on AWS: what it costs")
    for words in ("USD a month**", "| stack |", "## Assumptions", "## What if", "Tax and VAT"):
        assert words in shown
    width = {}
    for line in shown.splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line))
        if line.startswith("| --- "):
            width["now"] = cells
        elif line.startswith("|") and width.get("now"):
            assert cells == width["now"], line
        elif not line.startswith("|"):
            width.clear()


def test_an_html_quote_is_one_file_with_a_chart() -> None:
    shown = estimate(SMALL, "--format", "html", "--compare").stdout
    assert "<script" not in shown
    assert "http://" not in shown.replace("http://www.w3.org", "")
    chart = shown[shown.index("<svg") : shown.index("</svg>") + 6]
    bars = list(ET.fromstring(chart))
    assert len(bars) > 8
    assert bars[0][0].text == "Load balancer"
    assert int(bars[0][1].attrib["width"]) > 300
    body = shown[shown.index("<body>") : shown.index("</body>") + 7]
    ET.fromstring(body)  # well formed: every value was escaped
    for words in ("Assumptions", "Not in the total", "Tiers side by side", "Break-even"):
        assert f"<h2>{words}</h2>" in body


def test_a_quote_escapes_what_it_is_given() -> None:
    from solarrally_tui.pricing.money import Money
    from solarrally_tui.pricing.quotes.documents import to_html, to_markdown
    from solarrally_tui.pricing.quotes.quote import QuoteOptions, quote
    from solarrally_tui.site.files import load

    money = Money("EUR", Decimal(1), "<script>|</script>")
    made = quote(load(Path(SMALL)), "2026-11-22", QuoteOptions(money))
    assert "<script>" not in to_html(made)
    assert "<script>" not in to_markdown(made)


def test_the_number_comes_first_and_lines_on_request() -> None:
    told = data(SMALL, "--json")
    first, *_ = estimate(SMALL).stdout.splitlines()
    assert first.startswith(f"{told['monthly']['expected']:,.2f} USD a month in us-east-1")
    shown = " ".join(estimate(SMALL, "--lines").stdout.split())
    assert "One charger more costs 0.53 a month." in shown
    assert "ALB hour" in shown
    assert "ALB hour" not in estimate(SMALL).stdout
    alone = " ".join(estimate(SMALL, "--chargers", "1").stdout.split())
    assert "One charger more costs 0.53 a month." in alone
    assert "Divided by" not in alone


def test_a_curve_in_three_formats() -> None:
    words = (SMALL, "--chargers", "6", "--curve")
    found = data(*words, "--json")["curve"]
    small = found["shapes"][0]
    mine = next(point for point in small["points"] if point["chargers"] == 6)
    six = data(SMALL, "--chargers", "6", "--json")["monthly"]["expected"]
    assert mine["expected"] == pytest.approx(six)
    assert (small["name"], small["chosen"], small["for_chargers"]) == ("small", True, [1, 10])
    assert {"above": 10, "shape": "medium"}.items() <= found["breaks"][0].items()
    rows = list(csv.DictReader(io.StringIO(estimate(*words, "--format", "csv").stdout)))
    assert {row["shape"] for row in rows} == {"small", "medium", "large", "cheapest"}
    shown = estimate(*words).stdout
    assert max(map(len, shown.splitlines())) <= 80
    assert "Above 10 chargers, Medium is recommended" in shown
    euros = estimate(*words, "--currency", "EUR", "--rate", "0.5").stdout
    assert f"{six / 2:,.2f}" in euros
    for status, wrong in (
        (2, ("--format", "html")),
        (2, ("--compare",)),
        (3, ("--region", "af-south-1")),
    ):
        assert estimate(*words, *wrong).returncode == status
