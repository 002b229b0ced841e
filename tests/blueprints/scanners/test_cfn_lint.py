"""cfn-lint, from a tool environment of its own, finds nothing in any template, not even a hint."""

import os
import subprocess
from pathlib import Path

import pytest

from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.interview.regions import REGIONS

ROOT = Path(__file__).parents[3]
LINTER = Path(os.environ.get("SOLARRALLY_CFN_LINT", ROOT / ".venv-tools/bin/cfn-lint"))


def findings(regions: list[str], *templates: Path) -> list[str]:
    assert LINTER.is_file(), f"{LINTER} is missing. make test installs it."
    options = ["--include-checks", "I", "--format", "parseable", "--regions", *regions]
    command = [LINTER, *options, "--template", *templates]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=110)
    lines = f"{ended.stdout}{ended.stderr}".splitlines()
    return lines or ([] if ended.returncode == 0 else ["no reason given"])


def templates(*, home: bool) -> list[Path]:
    of_home = [item.id for item in CATALOGUE if (item.region == "home") is home]
    return [ROOT / "blueprints" / stack / "template.yaml" for stack in of_home]


@pytest.mark.parametrize(
    "regions",
    [
        pytest.param(["us-east-1", "eu-central-1", list(REGIONS)[-1]], id="three"),
        pytest.param(list(REGIONS), id="all", marks=pytest.mark.torture),
    ],
)
def test_no_finding_in_regions_that_a_site_may_choose(regions: list[str]) -> None:
    assert set(regions) <= set(REGIONS)
    assert findings(regions, *templates(home=True)) == []


def test_no_finding_in_us_east_1_but_a_mistake_that_was_made_for_it(tmp_path: Path) -> None:
    good = (ROOT / "blueprints/network/template.yaml").read_text()
    mistaken = tmp_path / "template.yaml"
    mistaken.write_text(good.replace("MapPublicIpOnLaunch", "MapPublicIpOnLunch"))
    found = findings(["us-east-1"], *templates(home=False), mistaken)
    assert any("MapPublicIpOnLunch" in line for line in found)
    assert [line for line in found if not line.startswith(str(mistaken))] == []
