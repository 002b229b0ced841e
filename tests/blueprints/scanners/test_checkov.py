"""checkov, from a tool environment of its own, fails nothing in any template of any option set.

It is run over the templates as they are written and as they resolve: it does not evaluate Fn::If,
so that the first alone would hide findings and invent others.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.stacks.template import read
from tests.blueprints.blueprint_setup import deployed
from tests.blueprints.option_sets import SETS, SLICE, site

ROOT = Path(__file__).parents[3]
SCANNER = Path(os.environ.get("SOLARRALLY_CHECKOV", ROOT / ".venv-checkov/bin/checkov"))
MOST_SUPPRESSIONS = 30
MISTAKEN = "mistaken"
"""A template that must be found fault with, beside those that must not."""
SHORTEST_REASON = 20


def scan(folder: Path) -> dict[str, Any]:
    """Scan every template in a folder; returns checkov's report."""
    assert SCANNER.is_file(), f"{SCANNER} is missing. make test installs it."
    options = ["--framework", "cloudformation", "--skip-download", "--compact", "--output", "json"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LOG_LEVEL": "ERROR"}
    ended = subprocess.run(
        [SCANNER, "--directory", folder, *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
        env=environment,
    )
    assert ended.returncode in (0, 1), ended.stderr
    report: dict[str, Any] = json.loads(ended.stdout)
    return report


def failed(report: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {
        (check["check_id"], stack_of(check), check["resource"])
        for check in report["results"]["failed_checks"]
    }


def stack_of(check: dict[str, Any]) -> str:
    stack: str = check["file_path"].strip("/").partition("-")[0]
    return stack


def skips() -> list[tuple[str, str, str, str]]:
    """Return every suppression of the templates: stack, resource, check, reason."""
    return [
        (item.id, name, skip["id"], skip["comment"])
        for item in CATALOGUE
        for name, body in read(item.template())["Resources"].items()
        for skip in body.get("Metadata", {}).get("checkov", {}).get("skip", [])
    ]


def mistaken() -> str:
    text = next(item for item in CATALOGUE if item.id == "data").template()
    return text.replace("StorageEncrypted: true", "StorageEncrypted: false")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("checkov")
    for item in CATALOGUE:
        (folder / f"{item.id}-raw.yaml").write_text(item.template())
    # One scan for all: starting the scanner takes longer than scanning.
    (folder / f"{MISTAKEN}-raw.yaml").write_text(mistaken())
    seen: set[str] = set()
    # Every choice; in make torture, where every pair of them is deployed, every pair.
    for number, picks in enumerate(SETS if "SOLARRALLY_TORTURE" in os.environ else SLICE):
        for stack, template in deployed(site(picks)).items():
            bodies = {f"{stack} {json.dumps(each)}" for each in template["Resources"].items()}
            # A template is of interest when a resource in it has not been seen like this before.
            if not bodies <= seen:
                seen |= bodies
                (folder / f"{stack}-{number}.json").write_text(json.dumps(template, indent=1))
    return scan(folder)


def test_nothing_fails(report: dict[str, Any]) -> None:
    assert report["summary"]["parsing_errors"] == 0
    assert report["summary"]["passed"] > 500
    assert {finding for finding in failed(report) if finding[1] != MISTAKEN} == set()


def test_every_suppression_is_needed_and_has_a_reason(report: dict[str, Any]) -> None:
    assert len(skips()) <= MOST_SUPPRESSIONS
    assert all(len(reason) >= SHORTEST_REASON for *_, reason in skips())
    used = {
        (stack_of(check), check["resource"].rpartition(".")[2], check["check_id"])
        for check in report["results"]["skipped_checks"]
        if stack_of(check) != MISTAKEN
    }
    assert used == {(stack, name, check) for stack, name, check, _ in skips()}


def test_checkov_does_find_mistakes(report: dict[str, Any]) -> None:
    assert {check for check, stack, _ in failed(report) if stack == MISTAKEN} == {"CKV_AWS_16"}
