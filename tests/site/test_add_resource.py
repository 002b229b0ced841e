"""`make resource` knows what a type still needs: nothing for ours, everything for a new one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, add_resource
from solarrally_tui.policy import blueprint_needs
kinds = sorted(blueprint_needs.types()) + ["AWS::SSM::Document"]
print(json.dumps({kind: list(add_resource.missing(kind)) for kind in kinds}))
"""


@pytest.fixture(scope="module")
def missing() -> dict[str, list[str]]:
    """From a process of its own, because the tool imports the simulated account."""
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tools")])
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        check=True,
        text=True,
    )
    return dict(json.loads(ended.stdout))


def test_nothing_is_missing_for_a_type_of_the_blueprints(missing: dict[str, list[str]]) -> None:
    assert {kind: wanted for kind, wanted in missing.items() if wanted}.keys() == {
        "AWS::SSM::Document"
    }


def test_a_new_type_needs_a_template_a_price_a_name_and_a_handler(
    missing: dict[str, list[str]],
) -> None:
    files = [line.partition(":")[0] for line in missing["AWS::SSM::Document"]]
    assert files == [
        "blueprints/STACK/template.yaml",
        "solarrally_tui/pricing/metering/",
        "solarrally_tui/provisioning/change/wording.py",
        "solarrally_tui/simulator/resources/ssm.py",
    ]
