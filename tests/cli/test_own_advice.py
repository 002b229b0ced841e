"""The advice of `solarrally diagnose`, with the file and the answers of the very site."""

from pathlib import Path

import pytest

from solarrally_tui.commands.support.own_advice import own_advice
from solarrally_tui.findings.reasons.places import ANOTHER_CLASS
from solarrally_tui.site.files import loads

EXAMPLE = Path(__file__).parents[2] / "examples" / "small.toml"
ANSWERS = EXAMPLE.read_text(encoding="utf-8").replace('"small"', '"barn"', 1)
AGAIN = "Run solarrally deploy FILE again."


def test_it_names_the_sites_file_where_one_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "FILE is the site's file." in own_advice(AGAIN, "barn", None)
    Path("other.toml").write_text("name = [", encoding="utf-8")
    Path("my barn.toml").write_text(ANSWERS, encoding="utf-8")
    assert own_advice(AGAIN, "barn", None) == "Run solarrally deploy 'my barn.toml' again."
    # Which of two is deployed, only the person knows.
    Path("barn.toml").write_text(ANSWERS, encoding="utf-8")
    assert "deploy FILE again" in own_advice(AGAIN, "barn", None)


def test_it_names_a_class_of_database_like_the_present_one_with_its_price() -> None:
    advice = own_advice(f"Try later. {ANOTHER_CLASS}", "barn", loads(ANSWERS))
    assert 'size.database_class = "db.t3.micro" in the site file (+1.46 USD a month).' in advice
    assert own_advice(ANOTHER_CLASS, "barn", None) == ANOTHER_CLASS
