"""The workflow of an exported folder: its scripts one by one, as GitHub's runner executes them."""

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from solarrally_tui.site.files import load
from solarrally_tui.terraform.folder import contents
from solarrally_tui.terraform.workflow import PATH
from tests.blueprints.blueprint_setup import EXAMPLES
from tests.terraform.test_workflow import linted

REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/barn-app"
DIGEST = f"sha256:{'a' * 64}"
OUTPUTS = {
    "build_app_repository_uri": REGISTRY,
    "app_cluster_name": "barn",
    "app_service_name": "backend",
    "app_task_definition_arn": "task:2",
}
TERRAFORM = """\
echo "terraform $*" >> calls
case "$1" in
  output) python3 -c 'import json, sys; print(json.load(open("outputs"))[sys.argv[1]])' "$3";;
  show) cat changes;;
esac
"""
AWS = f"""\
echo "aws $*" >> calls
case "$1 $2" in
  "ecr describe-images") [ ! -e pushed ] && cat refusal >&2 && exit 254; echo {DIGEST};;
  "ecr get-login-password") echo secret;;
  "ecs describe-services") cat running;;
esac
"""
DOCKER = """\
echo "docker $*" >> calls
[ "$1" != login ] || grep -q secret
[ "$1" != push ] || touch pushed
"""


@cache
def folder() -> dict[str, bytes]:
    return contents(load(EXAMPLES / "small.toml"), 90, "broker:2", None)


class Runner:
    """A checkout of the folder, in which the scripts of a job run with programs that note calls."""

    def __init__(self, path: Path, *, backend: bool = True) -> None:
        self.path = path
        for name in ("Dockerfile.production", "versions.tf"):
            (path / name).write_bytes(folder()[name])
        (path / "build").mkdir()
        (path / "build" / "fixes.py").write_text("pass\n")
        if backend:
            (path / "state.tf").write_text('terraform {\n  backend "s3" {}\n}\n')
        self.git("init", "-q")
        self.git("add", "Dockerfile.production", "build", "versions.tf")
        self.git("-c", "user.name=x", "-c", "user.email=x@y.z", "commit", "-qm", "x")
        files = {
            "outputs": json.dumps(OUTPUTS),
            "changes": '{"resource_changes": []}',
            "refusal": "ImageNotFoundException",
            "running": "task:2",
        }
        for name, text in files.items():
            (path / name).write_text(text)
        bin_ = path / "bin"
        bin_.mkdir()
        for name, text in {"terraform": TERRAFORM, "aws": AWS, "docker": DOCKER}.items():
            (bin_ / name).write_text(f"#!/bin/bash\nset -e\n{text}\n")
            (bin_ / name).chmod(0o755)

    def git(self, *words: str) -> None:
        subprocess.run(["git", *words], cwd=self.path, check=True, capture_output=True)

    @property
    def calls(self) -> str:
        noted = self.path / "calls"
        return noted.read_text() if noted.exists() else ""

    def run(self, job: str, **inputs: str) -> str:
        """Run a job's scripts; return the name of the one that failed, empty where none did."""
        found: Any = yaml.safe_load(folder()[PATH])["jobs"][job]
        noted = self.path / "github-env"
        noted.write_text("")
        for step in found["steps"]:
            if "run" not in step:
                continue
            given = dict(line.split("=", 1) for line in noted.read_text().splitlines())
            environment = os.environ | given | inputs
            environment |= {
                "PATH": f"{self.path / 'bin'}:{os.environ['PATH']}",
                "GITHUB_ENV": str(noted),
                "GITHUB_STEP_SUMMARY": str(self.path / "summary"),
            }
            done = subprocess.run(
                ["bash", "-eo", "pipefail", "-c", step["run"]],
                cwd=self.path,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            self.said = done.stdout + done.stderr
            if done.returncode:
                return str(step["name"])
        return ""


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def test_actionlint_has_nothing_to_say_and_scripts_have_no_expressions() -> None:
    text = folder()[PATH].decode()
    young = ('label "ubuntu-24.04-arm" is unknown',)
    assert [said for said in linted(text) if not said.startswith(young)] == []
    jobs = yaml.safe_load(text)["jobs"].values()
    steps = [step for job in jobs for step in job["steps"]]
    assert not [step for step in steps if "${{" in step.get("run", "")]
    used = [step["uses"] for step in steps if "uses" in step]
    assert all(len(each.rpartition("@")[2]) == 40 for each in used)
    roles = [s["with"]["role-to-assume"] for s in steps if "role-to-assume" in s.get("with", {})]
    assert roles == ["${{ vars.PLAN_ROLE }}", "${{ vars.DEPLOY_ROLE }}"]


def test_a_push_builds_what_is_new_applies_and_waits(runner: Runner) -> None:
    assert runner.run("deploy") == "", runner.said
    calls = runner.calls
    in_order = [
        "terraform init",
        "docker build --file Dockerfile.production --platform linux/arm64",
        "docker push",
        f"terraform plan -input=false -no-color -var app_image={REGISTRY}@{DIGEST} -out=plan",
        "terraform apply -input=false -no-color plan",
        "aws ecs wait services-stable --cluster barn --services backend",
    ]
    assert sorted(in_order, key=calls.index) == in_order
    (runner.path / "calls").unlink()
    assert runner.run("deploy") == ""
    assert "docker" not in runner.calls


def test_a_tag_says_what_is_in_the_image(runner: Runner) -> None:
    runner.run("deploy")
    first = (runner.path / "github-env").read_text()
    (runner.path / "build" / "fixes.py").write_text("other\n")
    runner.git("-c", "user.name=x", "-c", "user.email=x@y.z", "commit", "-qam", "y")
    runner.run("deploy")
    assert (runner.path / "github-env").read_text() != first


@pytest.mark.parametrize(
    ("type_", "deletes", "fails"),
    [
        ("aws_db_instance", "", "Plan"),
        ("aws_db_instance", "true", ""),
        ("aws_ecs_task_definition", "", ""),
    ],
)
def test_nothing_is_deleted_unasked(runner: Runner, type_: str, deletes: str, fails: str) -> None:
    change = {"address": "module.x", "type": type_, "change": {"actions": ["delete", "create"]}}
    (runner.path / "changes").write_text(json.dumps({"resource_changes": [change]}))
    assert runner.run("deploy", DELETES=deletes) == fails
    assert ("terraform apply" in runner.calls) is not bool(fails)


def test_tasks_that_do_not_stay_fail_the_run(runner: Runner) -> None:
    (runner.path / "running").write_text("task:1")
    assert runner.run("deploy") == "Wait until the tasks are replaced"
    assert "ECS returned to task:1" in runner.said


def test_a_registry_that_refuses_is_no_missing_image(runner: Runner) -> None:
    (runner.path / "refusal").write_text("AccessDeniedException")
    assert runner.run("deploy").startswith("Build and push")
    assert "docker" not in runner.calls


def test_without_a_kept_state_nothing_runs(tmp_path: Path) -> None:
    runner = Runner(tmp_path, backend=False)
    assert runner.run("deploy") == runner.run("plan") == "Check that the state is kept"
    assert runner.calls == ""


def test_a_pull_request_sees_its_plan_and_changes_nothing(runner: Runner) -> None:
    assert runner.run("plan") == "", runner.said
    assert "is built when this is merged" in (runner.path / "summary").read_text()
    (runner.path / "pushed").touch()
    assert runner.run("plan") == ""
    assert f"-var app_image={REGISTRY}@{DIGEST}" in runner.calls
    assert not any(word in runner.calls for word in ("docker", "apply"))
