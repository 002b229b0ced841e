"""The document and the quote in the README say what the estimate says."""

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
    """Written by tools/price_document.py; two percent is what a small change may move."""
    text = (ROOT / "docs" / "prices.md").read_text(encoding="utf-8")
    totals = re.findall(r"\*\*Total\*\* \| \*\*[\d-]+\*\* \| \*\*([\d.]+)\*\*", text)
    assert [float(amount) for amount in totals] == [
        pytest.approx(total(tier), rel=0.02) for tier in ("small", "medium")
    ]
    # Every line of the plan has a figure of ours, and they add up to the total.
    for table, amount in zip(text.split("| line | plan |")[1:], totals, strict=True):
        lines = re.findall(r"^\| (?!\*)[^|]+\| [^|]+\| ([\d.]+) \|", table, re.MULTILINE)
        assert len(lines) > 10
        assert sum(map(float, lines)) == pytest.approx(float(amount), abs=0.05)


def test_the_readme_shows_a_real_quote() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- quote -->(.*?)<!-- /quote -->", text, re.DOTALL)
    assert shown
    said = re.search(r"([\d.]+) USD a month in us-east-1", shown[1])
    assert said
    assert float(said[1]) == pytest.approx(total("small"), rel=0.02)
    assert "Not in the total:" in shown[1]
