"""The table of costs in docs/blueprints.md says what the estimate says."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from blueprint_bench import example

from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.pricing.estimate import estimate

DOCUMENT = Path(__file__).parents[2] / "docs/blueprints.md"
TIERS = ("small", "medium", "large")
LEEWAY = Decimal("0.05")


def written() -> dict[str, list[Decimal]]:
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = re.findall(r"^\| \**([a-z]+)\** \| \**([0-9.]+)\** \| \**([0-9.]+)\** \| \**([0-9.]+)",
                      text, re.MULTILINE)  # fmt: skip
    return {name: [Decimal(each) for each in amounts] for name, *amounts in rows}


def test_every_stack_has_its_row_and_the_rows_make_the_sum() -> None:
    rows = written()
    assert list(rows) == [
        "bootstrap", "global", "network", "iot", "build", "governance", "data", "app", "edge",
        "observe", "sum",
    ]  # fmt: skip
    assert {item.id for item in CATALOGUE} == rows.keys() - {"sum"}
    for column in range(len(TIERS)):
        amounts = [rows[item.id][column] for item in CATALOGUE]
        assert abs(sum(amounts) - rows["sum"][column]) <= Decimal("0.05")


@pytest.mark.parametrize("tier", TIERS)
def test_the_table_is_what_the_estimate_says(tier: str) -> None:
    cost = estimate(example(tier, {}).model_copy(update={"region": "us-east-1"}))
    column = TIERS.index(tier)
    for item in CATALOGUE:
        amount = sum((line.monthly for line in cost.lines if line.stack == item.id), Decimal(0))
        told = written()[item.id][column]
        assert abs(told - amount) <= max(LEEWAY * amount, Decimal("0.1")), (item.id, amount)


def test_a_small_site_keeps_within_its_goal() -> None:
    assert estimate(example("small", {})).expected <= 75
