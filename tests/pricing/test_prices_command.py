"""`solarrally prices show`: age, source and versions of the book, bundled or refreshed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from solarrally_tui.pricing.price_book import store


def prices(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SOLAR"))
    }
    return subprocess.run(
        [sys.executable, "-m", "solarrally_tui.cli", "prices", *words],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        env=kept | {"XDG_DATA_HOME": str(home), "XDG_CACHE_HOME": str(home)},
    )


def test_the_bundled_book_tells_its_age_and_sources(tmp_path: Path) -> None:
    done = prices(tmp_path, "show")
    assert done.returncode == 0
    assert done.stdout.startswith("Price book: bundled with the program.")
    for words in ("2021-07 to 2026-10", "20 Regions", "sa-east-1", "AmazonRDS", "AWSIoT"):
        assert words in done.stdout
    assert "in us-east-1 is of 2025-07" in " ".join(done.stdout.split())
    assert max(map(len, done.stdout.splitlines())) <= 80
    told = json.loads(prices(tmp_path, "show", "--json").stdout)
    assert (told["source"], told["as_of"], told["problem"]) == ("bundled", "2026-10", None)
    assert told["services"]["AWSIoT"] == {
        "prices": 160,
        "oldest": "2025-07-29",
        "newest": "2025-07-29",
    }


def test_a_refreshed_book_tells_its_day_and_versions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    versions = {"eu-west-1": {"AmazonECS": "20261101120000"}}
    store.save(store.current_data() | {"refreshed": "2026-11-20", "versions": versions})
    done = prices(tmp_path, "show")
    assert "refreshed on 2026-11-20" in done.stdout
    assert "AmazonECS  20261101120000" in done.stdout


def test_a_broken_book_is_told(tmp_path: Path) -> None:
    (tmp_path / "solarrally").mkdir()
    (tmp_path / "solarrally" / "prices.json").write_text("{", encoding="utf-8")
    done = prices(tmp_path, "show")
    assert done.stdout.startswith("Price book: bundled with the program.")
    assert "cannot be read" in done.stdout


def test_a_region_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    done = prices(tmp_path, "refresh", "--region", "eu-wst-1")
    assert done.returncode == 2
    assert "Did you mean eu-west-1?" in done.stderr
    done = prices(tmp_path, "refresh", "--region", "eu-central-2")
    assert done.returncode == 2
    assert "Known Regions:\nus-east-1" in done.stderr
