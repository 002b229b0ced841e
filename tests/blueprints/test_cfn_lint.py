"""cfn-lint, from a tool environment of its own, finds nothing in any template, not even a hint."""

import os
import subprocess
from pathlib import Path

import pytest

from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.interview.regions import REGIONS

ROOT = Path(__file__).parents[2]
LINTER = Path(os.environ.get("SOLARRALLY_CFN_LINT", ROOT / ".venv-tools/bin/cfn-lint"))


def findings(regions: list[str], *templates: Path) -> str:
    assert LINTER.is_file(), f"{LINTER} is missing. make test installs it."
    command = [LINTER, "--include-checks", "I", "--regions", *regions, "--template", *templates]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=110)
    return f"{ended.stdout}{ended.stderr}" or ("" if ended.returncode == 0 else "no reason given")


@pytest.mark.parametrize("home", [True, False])
def test_no_finding_in_any_region_that_a_site_may_choose(home: bool) -> None:
    of_home = [item.id for item in CATALOGUE if (item.region == "home") is home]
    regions = list(REGIONS) if home else ["us-east-1"]
    templates = [ROOT / "blueprints" / stack / "template.yaml" for stack in of_home]
    assert findings(regions, *templates) == ""


def test_the_linter_does_find_mistakes(tmp_path: Path) -> None:
    good = (ROOT / "blueprints/network/template.yaml").read_text()
    template = tmp_path / "template.yaml"
    template.write_text(good.replace("MapPublicIpOnLaunch", "MapPublicIpOnLunch"))
    assert "MapPublicIpOnLunch" in findings(["eu-central-1"], template)
