"""solarrally export: the folder of a site file, and that of a deployed site."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from solarrally_tui.blueprints import CATALOGUE, of_shape
from solarrally_tui.site.files import load
from solarrally_tui.site.tiers import Shape
from solarrally_tui.stacks.template import read
from solarrally_tui.terraform.folder import contents
from solarrally_tui.terraform.hcl import Expression, Template, text
from solarrally_tui.terraform.root import TERRAFORM
from solarrally_tui.terraform.workflow import PATH
from tests.blueprints.blueprint_setup import EXAMPLES
from tests.iam_engine.engine import FOLDER as NODE
from tests.terraform.hcl_reader import Parser

FORMATTER = Path(__file__).with_name("format.mjs")


@cache
def exported() -> dict[str, str]:
    written = contents(load(EXAMPLES / "small.toml"), 90, "broker:2", None)
    return {path: content.decode() for path, content in written.items()}


def test_hashicorp_reads_every_file_and_would_format_none() -> None:
    """What `terraform fmt` runs, compiled from HashiCorp's source."""
    files = {path: found for path, found in exported().items() if path.endswith((".tf", ".tfvars"))}
    assert len(files) > len(CATALOGUE) * 4
    done = subprocess.run(
        ["node", FORMATTER],
        input=json.dumps(files),
        capture_output=True,
        text=True,
        cwd=NODE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == files


def test_a_folder_of_functions_builds_their_programs_and_waits_for_no_tasks() -> None:
    site = load(EXAMPLES / "small.toml")
    size = site.size.model_copy(update={"shape": Shape.FUNCTIONS})
    written = contents(site.model_copy(update={"size": size}), 90, "broker:2", None)
    assert {path.split("/")[1] for path in written if path.startswith("modules/")} == {
        item.id for item in of_shape("functions")
    }
    told = {path: written[path].decode() for path in ("Dockerfile.production", "README.md", PATH)}
    assert "-m fixes /source functions" in told["Dockerfile.production"]
    assert "-m fixes /source functions" not in exported()["Dockerfile.production"]
    assert "aws ecs wait" not in told[PATH]
    assert "aws ecs wait" in exported()[PATH]
    assert "MQTT bridge" not in told["README.md"]


def test_modules_get_every_variable_that_has_no_default() -> None:
    """And nothing that they do not declare."""
    calls = {labels[0]: arguments for _, labels, arguments, _ in blocks("main.tf")}
    assert list(calls) == [item.id for item in of_shape("tasks")]
    own = {"source", "providers"}
    for name, arguments in calls.items():
        declared = {b[1][0]: b[2] for b in blocks(f"modules/{name}/variables.tf")}
        assert arguments.keys() - own <= declared.keys()
        assert {
            each for each, body in declared.items() if "default" not in body
        } <= arguments.keys()
        known = read(next(item for item in CATALOGUE if item.id == name).template())
        assert len(declared) == len(known["Parameters"]) + 3


def test_values_are_there_or_named_as_missing() -> None:
    declared = {b[1][0] for b in blocks("variables.tf")}
    lines = exported()["site.auto.tfvars"].splitlines()
    given = {line.split()[0] for line in lines if " = " in line and not line.startswith("#")}
    missing = {line.split()[1] for line in lines if line.startswith("# ") and " = " in line}
    assert given | missing == declared
    assert missing == {
        "app_image",
        "app_repository_arn",
        "availability_zones",
        "broker_image",
        "build_source_key",
        "cloudfront_prefix_list_id",
        "engine_version",
        "iot_endpoint",
    }
    assert all(name in exported()["README.md"] for name in missing)


def blocks(path: str) -> list[tuple[str, tuple[str, ...], dict[str, object], list[object]]]:
    return Parser(exported()[path]).body()[1]


@pytest.mark.parametrize(
    "value", ["plain", 'a "b"', "$5", "${a}", "%{if}", "a\\b", "é\n\tx", "$${a}", "}"]
)
def test_text_is_read_as_it_was(value: str) -> None:
    assert Parser(text(value)).expression()({}) == value
    joined = Template((value, Expression("var.x"), value))
    assert Parser(text(joined)).expression()({"var": {"x": "-"}}) == f"{value}-{value}"


def test_a_folder_is_never_merged_into(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "solarrally_tui", "export", str(EXAMPLES / "small.toml")]
    run = [*command, "--to", str(tmp_path / "new")]
    home = os.environ | {"HOME": str(tmp_path)}
    first = subprocess.run(run, capture_output=True, text=True, env=home, check=False)
    assert first.returncode == 0, first.stderr
    assert "README.md" in first.stdout
    assert TERRAFORM in (tmp_path / "new" / "versions.tf").read_text()
    again = subprocess.run(run, capture_output=True, text=True, env=home, check=False)
    assert again.returncode == 2
    assert "is not empty" in again.stderr
