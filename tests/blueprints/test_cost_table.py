"""The table of costs in docs/blueprints.md says what the estimate says."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from solarrally_tui.blueprints import of_shape
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.pricing.metering.resources import ACCOUNT
from tests.blueprints.blueprint_setup import example

DOCUMENT = Path(__file__).parents[2] / "docs/blueprints.md"
TIERS = ("small", "medium", "large")
CENT = Decimal("0.01")
AGAIN = "run make generated"


def written() -> dict[str, list[Decimal]]:
    text = DOCUMENT.read_text(encoding="utf-8")
    amount = r"\| \**([0-9.-]+)\** "
    rows = re.findall(rf"^\| \**([a-z ]+)\** {amount * 3}\|", text, re.MULTILINE)
    return {name: [Decimal(each) for each in amounts] for name, *amounts in rows}


def test_every_stack_has_its_row_and_the_rows_make_the_sum() -> None:
    rows = written()
    assert list(rows) == [
        "bootstrap",
        "global",
        "network",
        "balancer",
        "iot",
        "build",
        "budget",
        "trail",
        "governance",
        "edge",
        "data",
        "app",
        "observe",
        ACCOUNT,
        "always free",
        "sum",
    ]
    assert {item.id for item in of_shape("tasks")} == rows.keys() - {"sum", "always free", ACCOUNT}
    for column in range(len(TIERS)):
        amounts = [amounts[column] for name, amounts in rows.items() if name != "sum"]
        assert abs(sum(amounts) - rows["sum"][column]) <= len(amounts) * CENT / 2


@pytest.mark.parametrize("tier", TIERS)
def test_the_table_is_what_the_estimate_says(tier: str) -> None:
    cost = estimate(example(tier, {}).model_copy(update={"region": "us-east-1"}))
    column = TIERS.index(tier)
    told = {name: amounts[column] for name, amounts in written().items()}
    listed = [line for line in cost.lines if not line.is_allowance]
    for stack in (*(item.id for item in of_shape("tasks")), ACCOUNT):
        amount = sum((line.monthly for line in listed if line.stack == stack), Decimal(0))
        assert abs(told[stack] - amount) <= CENT, (stack, amount, AGAIN)
    assert abs(told["always free"] - cost.always_free) <= CENT, AGAIN
    assert abs(told["sum"] - cost.expected) <= CENT, AGAIN


def test_a_small_site_keeps_within_its_goal() -> None:
    assert estimate(example("small", {})).expected <= 75
