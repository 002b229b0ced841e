"""docs/prices.md and the README say what the estimate says."""

import re
from pathlib import Path

import pytest

from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.site.files import from_answers

ROOT = Path(__file__).parents[2]


def total(tier: str) -> float:
    answers = {"name": "one", "region": "us-east-1", "tier": tier}
    return float(estimate(from_answers(answers | {"alerts": {"email": "a@example.com"}})).expected)


def test_the_document_is_of_the_estimate() -> None:
    """make generated writes it; two percent is what a small change may move."""
    text = (ROOT / "docs" / "prices.md").read_text(encoding="utf-8")
    totals = re.findall(r"\*\*Total\*\* \| \*\*[\d-]+\*\* \| \*\*([\d.]+)\*\*", text)
    assert [float(amount) for amount in totals] == [
        pytest.approx(total(tier), rel=0.02) for tier in ("small", "medium")
    ]
    # Every line of the plan has a figure of ours, and they add up to the total.
    tables = [part.partition("\n\n")[0] for part in text.split("| line | plan |")[1:]]
    for table, amount in zip(tables, totals, strict=True):
        lines = re.findall(r"^\| (?!\*)[^|]+\| [^|]+\| ([\d.]+) \|", table, re.MULTILINE)
        assert len(lines) > 10
        assert sum(map(float, lines)) == pytest.approx(float(amount), abs=0.05)


def test_the_document_shows_a_real_quote() -> None:
    text = (ROOT / "docs" / "prices.md").read_text(encoding="utf-8")
    quote = re.search(r"^## A whole quote$.*?^```text$(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert quote
    amount = re.search(r"([\d.]+) USD a month in us-east-1", quote[1])
    assert amount
    assert float(amount[1]) == pytest.approx(total("small"), rel=0.02)
    assert "Not in the total:" in quote[1]


def test_the_readme_has_the_price_of_each_tier() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (small|medium|large) \| .* \| (\d+) \|$", text, re.MULTILINE)
    assert [name for name, _ in rows] == ["small", "medium", "large"]
    for tier, amount in rows:
        assert float(amount) == pytest.approx(total(tier), rel=0.02), "run make generated"
