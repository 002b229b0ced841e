"""GitHub Actions: the workflow's steps one by one, with the tokens that GitHub would give them."""

import asyncio
import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

from solarrally_tui.aws.door import Door
from solarrally_tui.cli import parser
from solarrally_tui.commands import update
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.provisioning.deployment.deploy import roll_back
from solarrally_tui.provisioning.deployment.releases import returning, service_image
from solarrally_tui.provisioning.deployment.releases.bringing_out import bring_out, look_up
from solarrally_tui.provisioning.deployment.releases.updating import Wish
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.model import Site
from tests.clients import client, seen_with
from tests.provisioning.engine_setup import (
    Heard,
    StandingSite,
    deployed,
    environment,
    fault,
    opened,
)

REPOSITORY = "FreeBandoLano/SolarRally"
GITHUB = "token.actions.githubusercontent.com"
PUSH = f"repo:{REPOSITORY}:ref:refs/heads/main"
PULL = f"repo:{REPOSITORY}:pull_request"
NEW, BROKEN = "a1" * 20, "b2" * 20
SECRET = "AWS_SECRET_ACCESS_KEY"


@pytest.fixture(scope="module")
def site(standing: StandingSite, account: Account) -> Iterator[Site]:
    """The standing site, with the roles for GitHub for as long as this module runs."""
    governance = standing.site.governance.model_copy(update={"github_repository": REPOSITORY})
    with_roles = standing.site.model_copy(update={"governance": governance})

    async def bring(wanted: Site) -> None:
        async with opened(account) as door:
            outcome, _ = await deployed(wanted, door)
        assert outcome.exit_code is Exit.OK, outcome.cause

    asyncio.run(bring(with_roles))
    yield with_roles
    asyncio.run(bring(standing.site))


@pytest.fixture(scope="module")
def workflow(site: Site, account: Account, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What `solarrally ci write` writes into a checkout."""
    folder = tmp_path_factory.mktemp("fork")
    with environment(account):
        parsed = parser().parse_args(["ci", "write", site.name, "--to", str(folder)])
        assert parsed.run(parsed) == 0
    return yaml.safe_load((folder / ".github/workflows/deploy.yml").read_text())


def token(sub: str) -> str:
    """A token as GitHub Actions gets it, without a signature."""
    claims = {"iss": f"https://{GITHUB}", "aud": "sts.amazonaws.com", "sub": sub}
    texts = (base64.urlsafe_b64encode(json.dumps(p).encode()) for p in ({"alg": "none"}, claims))
    return ".".join(text.decode().rstrip("=") for text in (*texts, b""))


def taken(account: Account, role: str, sub: str) -> Account:
    """The account as it is seen with a role, as aws-actions/configure-aws-credentials gets it."""
    keys = client(account, "sts").assume_role_with_web_identity(
        RoleArn=role, RoleSessionName="GitHubActions", WebIdentityToken=token(sub)
    )["Credentials"]
    return seen_with(account, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])


def roles(workflow: Any) -> dict[str, str]:
    return {
        name: next(
            step["with"]["role-to-assume"]
            for step in job["steps"]
            if "configure-aws-credentials" in step.get("uses", "")
        )
        for name, job in workflow["jobs"].items()
    }


@dataclass
class Runner:
    """Executes the steps of a job as GitHub's runner does, in a folder of their own."""

    account: Account
    folder: Path
    sub: str
    context: dict[str, str]
    """Values of the expressions that the workflow uses."""

    def __post_init__(self) -> None:
        self.environment = dict(os.environ) | {
            "GITHUB_REPOSITORY": REPOSITORY,
            "PATH": f"{self.folder}:{os.environ['PATH']}",
            "AWS_ENDPOINT_URL": self.account.endpoint_url,
            # Nothing is fetched from GitHub.
            "HTTPS_PROXY": "http://127.0.0.1:9",
            "NO_PROXY": "127.0.0.1,localhost",
        }
        for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", SECRET, "AWS_SESSION_TOKEN"):
            self.environment.pop(name, None)
        own = f'exec {sys.executable} -m solarrally_tui "$@"'
        self.program("solarrally", own)
        self.program("python", 'echo "$@" >> installed')
        self.program("gh", 'echo "$@" >> said; [ "$2" != "--paginate" ] || cat comments')
        (self.folder / "comments").touch()

    def program(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def run(self, workflow: Any, job: str) -> list[int]:
        """Return the exit status of each step with a script."""
        found = workflow["jobs"][job]
        given = self._filled(workflow["env"] | found["env"])
        statuses: list[int] = []
        for step in found["steps"]:
            if any(statuses) and "failure()" not in step.get("if", ""):
                continue
            if "configure-aws-credentials" in step.get("uses", ""):
                assert found["permissions"]["id-token"] == "write"
                seen = taken(self.account, step["with"]["role-to-assume"], self.sub)
                given |= {k: v for k, v in seen.environment.items() if k.startswith("AWS_")}
            if script := step.get("run"):
                values = self.environment | given | self._filled(step.get("env", {}))
                done = subprocess.run(
                    ["bash", "-eo", "pipefail", "-c", script],
                    env=values,
                    cwd=self.folder,
                    capture_output=True,
                    text=True,
                    timeout=120,
                    check=False,
                )
                self.last = done.stdout + done.stderr
                statuses.append(done.returncode)
        return statuses

    def _filled(self, values: dict[str, str]) -> dict[str, str]:
        return {k: self.context.get(v, v) for k, v in values.items()}


async def running(site: Site, door: Door) -> tuple[str, str]:
    """The image that the tasks run, and the commit beside the stack."""
    known = await DeployedSite.open(door, site.name)
    app = await known.stacks.find("app")
    assert app
    image = app.parameters["AppImage"]
    return (
        await service_image.running_image(door, app.outputs, image),
        await service_image.commit_beside_stack(known),
    )


async def test_a_push_brings_its_commit_out_and_an_operator_takes_it_back_or_over(
    site: Site,
    workflow: Any,
    account: Account,
    door: Door,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before, beside = await running(site, door)
    assert beside == ""
    context = {
        "${{ inputs.commit || github.sha }}": NEW,
        "${{ vars.SOLARRALLY }}": "solarrally_tui-0.3.0-py3-none-any.whl",
    }
    runner = Runner(account, tmp_path, PUSH, context)
    assert runner.run(workflow, "deploy") == [0, 0], runner.last
    assert "solarrally_tui-0.3.0-py3-none-any.whl" in (tmp_path / "installed").read_text()
    image, beside = await running(site, door)
    assert image != before
    assert beside == NEW
    known = await DeployedSite.open(door, site.name)
    assert known.site == site
    # Again: nothing is built, and no task is replaced.
    same = await bring_out(await look_up(known, NEW), lambda _: None)
    assert (same.exit_code, same.changed) == (Exit.OK, False), same.cause
    # An update keeps it, and says so.
    options = update.Options.of(parser().parse_args(["update", site.name, "--tier", "medium"]))
    assert await update.wish(options, known) == Wish(NEW, tier="medium")
    assert f"brought out commit {NEW[:12]}. It stays." in capsys.readouterr().err
    # A rollback returns to the release, which the tasks then run by the stack's own definition.
    kept = await returning.look_up(known)
    assert (kept.is_complete, kept.target) == (False, kept.releases[0])
    outcome = await roll_back(kept.releases[0], door, lambda _: None)
    assert outcome.exit_code is Exit.OK, outcome.cause
    assert await running(site, door) == (before, "")


async def test_a_commit_that_does_not_run_is_taken_back_by_ecs(
    site: Site, workflow: Any, account: Account, door: Door
) -> None:
    pusher = taken(account, roles(workflow)["deploy"], PUSH)
    before = await running(site, door)
    broken = fault(account, kind="task", target=f"solarrally-{site.name}-app", message="no dialect")
    heard = Heard()
    async with opened(pusher) as pushing:
        wanted = await look_up(await DeployedSite.open(pushing, site.name), BROKEN)
        with broken:
            outcome = await bring_out(wanted, heard.append)
    assert outcome.exit_code is Exit.FAILED
    assert outcome.cause
    assert "ECS took the new image back." in outcome.cause.what
    assert f"solarrally logs {site.name}" in outcome.cause.next
    assert (await running(site, door))[0] == before[0]
    assert heard.last("publish").state is State.WAITING
    # The next deployment needs no help.
    again, _ = await deployed(site, door)
    assert again.exit_code is Exit.OK, again.cause


def test_a_pull_request_gets_its_plan_as_one_comment(
    site: Site, workflow: Any, account: Account, tmp_path: Path
) -> None:
    context = {
        "${{ github.event.pull_request.head.sha }}": BROKEN[::-1],
        "${{ github.event.pull_request.number }}": "7",
        "${{ vars.SOLARRALLY }}": "any",
    }
    runner = Runner(account, tmp_path, PULL, context)
    assert runner.run(workflow, "plan") == [0, 0, 0], runner.last
    plan = (tmp_path / "plan.md").read_text()
    assert plan.startswith(f"<!-- solarrally {site.name} -->\n### {site.name}: commit 2b2b")
    assert "| Image | is built in the account |" in plan
    assert "1 task replaced" in plan
    assert "**Check of the source:** not done." in plan
    said = (tmp_path / "said").read_text()
    assert f"--method POST repos/{REPOSITORY}/issues/7/comments --field body=@plan.md" in said
    (tmp_path / "comments").write_text("31\n")
    runner.program("solarrally", "echo another plan")
    assert runner.run(workflow, "plan") == [0, 0, 0], runner.last
    said = (tmp_path / "said").read_text()
    assert f"--method PATCH repos/{REPOSITORY}/issues/comments/31" in said
    # Without the variable, the job stops before it asks for a token.
    context["${{ vars.SOLARRALLY }}"] = ""
    assert Runner(account, tmp_path, PULL, context).run(workflow, "plan")[0] == 1


@pytest.mark.parametrize(
    ("job", "sub"),
    [
        ("deploy", PULL),
        ("deploy", f"repo:{REPOSITORY}:ref:refs/heads/next"),
        ("deploy", "repo:somebody/SolarRally:ref:refs/heads/main"),
        ("plan", PUSH),
        ("plan", "repo:somebody/SolarRally:pull_request"),
    ],
)
def test_no_other_event_ref_or_repository_takes_a_role(
    workflow: Any, account: Account, job: str, sub: str
) -> None:
    with pytest.raises(ClientError, match="Not authorized to perform sts:AssumeRoleWithWeb"):
        taken(account, roles(workflow)[job], sub)


async def test_neither_role_can_do_anything_else(
    site: Site, workflow: Any, account: Account, door: Door
) -> None:
    known = await DeployedSite.open(door, site.name)
    outputs = await known.stacks.outputs("bootstrap", "build", "data", "app", "edge")
    own = await service_image.definition_of(door, outputs["TaskDefinitionArn"])
    wanted = service_image.with_image(own, "", "")
    tag = [{"key": "solarrally:site", "value": site.name}]
    service = {"cluster": outputs["ClusterName"], "service": outputs["ServiceName"]}
    stack, project = f"solarrally-{site.name}-app", outputs["ImageProjectName"]
    here = {"name": "SOURCE_REPOSITORY", "value": f"https://github.com/{REPOSITORY}"}
    bucket = outputs["ArtifactBucketName"]
    record = {"Name": f"/solarrally/sites/{site.name}", "Value": "{}", "Overwrite": True}
    other = wanted | {"family": "solarrally-other-app"}
    role = own["executionRoleArn"]
    foreign = wanted | {"executionRoleArn": role.replace("-app-ExecutionRole", "-build-ImageRole")}
    change = {
        "StackName": stack,
        "ChangeSetName": "mine",
        "UsePreviousTemplate": True,
        "Capabilities": ["CAPABILITY_IAM"],
    }
    others: list[tuple[str, str, dict[str, Any]]] = [
        ("secretsmanager", "get_secret_value", {"SecretId": outputs["AdminSecretArn"]}),
        ("cloudformation", "create_change_set", change),
        ("cloudformation", "delete_stack", {"StackName": stack}),
        ("iam", "put_role_policy", {"RoleName": "x", "PolicyName": "x", "PolicyDocument": "{}"}),
        ("ssm", "put_parameter", record),
        ("s3", "put_object", {"Bucket": bucket, "Key": "releases/000009.json", "Body": b"{}"}),
        ("s3", "put_object", {"Bucket": bucket, "Key": "build-source/x.zip", "Body": b""}),
        ("ecs", "register_task_definition", other | {"tags": tag}),
        ("ecs", "register_task_definition", foreign | {"tags": tag}),
        ("ecs", "register_task_definition", wanted),
        ("ecs", "run_task", {"cluster": service["cluster"], "taskDefinition": stack}),
        ("ecs", "update_service", {**service, "enableExecuteCommand": True}),
        ("ecs", "delete_service", {**service, "force": True}),
        (
            "codebuild",
            "start_build",
            {
                "projectName": project,
                "buildspecOverride": "version: 0.2",
                "environmentVariablesOverride": [here],
            },
        ),
        (
            "codebuild",
            "start_build",
            {
                "projectName": project,
                "environmentVariablesOverride": [here | {"value": "https://x"}],
            },
        ),
        ("rds", "delete_db_instance", {"DBInstanceIdentifier": outputs["DbInstanceId"]}),
    ]
    may_push = [
        ("ecs", "register_task_definition", wanted | {"tags": tag}),
        ("ssm", "put_parameter", {"Name": f"/solarrally/runs/{site.name}", "Value": "{}"}),
    ]
    everybody = {"deploy": (PUSH, others), "plan": (PULL, [*others, *may_push])}
    for job, (sub, forbidden) in everybody.items():
        seen = taken(account, roles(workflow)[job], sub)
        answers = [
            (name, call, answered(seen, name, call, given)) for name, call, given in forbidden
        ]
        assert [
            (*each, g)
            for each, (*_, g) in zip(answers, forbidden, strict=True)
            if each[2] not in DENIED
        ] == [], job


DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}


def answered(account: Account, service: str, operation: str, given: dict[str, Any]) -> str:
    try:
        getattr(client(account, service), operation)(**given)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "allowed"


async def test_what_must_not_be_brought_out_is_refused_before_anything_changes(
    site: Site, standing: StandingSite, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = await DeployedSite.open(door, site.name)
    module = "solarrally_tui.provisioning.deployment.releases.bringing_out"
    monkeypatch.setattr(f"{module}.source_key", lambda: "build-source/other.zip")
    with pytest.raises(StepError) as refused:
        await look_up(known, NEW)
    assert "is not the one that deployed" in refused.value.plain.what
    assert refused.value.exit_code is Exit.REFUSED
