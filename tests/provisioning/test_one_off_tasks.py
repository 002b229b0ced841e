"""What goes through a one-off task, on the embedded account: a dump, and changes of users."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.deployed.dashboard import viewer_login
from solarrally_tui.deployed.moving_in import imported_dump
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.health.probes.upkeep import changed_at
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.provisioning.operations.dump_import import import_dump
from solarrally_tui.provisioning.operations.users import Request, User, carry_out
from solarrally_tui.simulator.child import Account
from tests.provisioning.engine_setup import DUMP, Heard, StandingSite, fault


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "dump.sql"
    path.write_text(DUMP)
    return path


async def left(door: Door, standing: StandingSite, folder: str = "import/") -> list[str]:
    bucket = standing.outcome.outputs["bootstrap"]["ArtifactBucketName"]
    response = await door.pages("s3", "list_object_versions", "Versions", Bucket=bucket)
    return [version["Key"] for version in response if version["Key"].startswith(folder)]


async def tasks_of(door: Door, standing: StandingSite) -> list[dict[str, Any]]:
    cluster = standing.outcome.outputs["app"]["ClusterName"]
    arns = await door.pages(
        "ecs", "list_tasks", "taskArns", cluster=cluster, desiredStatus="STOPPED"
    )
    described = await door.call("ecs", "describe_tasks", cluster=cluster, tasks=arns[-100:])
    return list(described["tasks"])


async def told(door: Door, standing: StandingSite, earlier: set[str]) -> dict[str, Any]:
    """Return what the one task was told that has stopped since: its container's overrides."""
    tasks = [task for task in await tasks_of(door, standing) if task["taskArn"] not in earlier]
    overrides = [task["overrides"].get("containerOverrides") or [] for task in tasks]
    (mine,) = [containers[0] for containers in overrides if containers]
    return dict(mine)


async def test_a_dump_goes_in_through_a_task_and_leaves_nothing(
    standing: StandingSite, door: Door, dump: Path
) -> None:
    heard = Heard()
    earlier = {task["taskArn"] for task in await tasks_of(door, standing)}
    outcome = await import_dump("engine-home", dump, door, heard.append)
    assert outcome.exit_code is Exit.OK, outcome.cause
    assert heard.states() == {
        "upload": State.DONE,
        "load": State.DONE,
        "tidy": State.DONE,
    }
    assert await left(door, standing) == []
    bucket = standing.outcome.outputs["bootstrap"]["ArtifactBucketName"]
    assert await imported_dump.read(door, bucket)
    mine = await told(door, standing, earlier)
    assert mine["name"] == "administrator"
    (variable,) = mine["environment"]
    assert variable["name"] == "DUMP_URL"
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in variable["value"]
    assert "X-Amz-Expires=900" in variable["value"]


async def test_a_rehearsal_tells_the_task_and_leaves_no_note(
    standing: StandingSite, door: Door, dump: Path
) -> None:
    bucket = standing.outcome.outputs["bootstrap"]["ArtifactBucketName"]
    noted = await imported_dump.read(door, bucket)
    earlier = {task["taskArn"] for task in await tasks_of(door, standing)}
    outcome = await import_dump("engine-home", dump, door, lambda _: None, is_rehearsal=True)
    assert outcome.exit_code is Exit.OK, outcome.cause
    assert "Nothing of it was kept" in outcome.summary
    assert await left(door, standing) == []
    assert await imported_dump.read(door, bucket) == noted
    mine = await told(door, standing, earlier)
    assert {variable["name"] for variable in mine["environment"]} == {"DUMP_URL", "REHEARSAL"}


async def test_the_address_of_the_dump_is_in_no_event(
    standing: StandingSite, door: Door, dump: Path
) -> None:
    heard = Heard()
    await import_dump("engine-home", dump, door, heard.append)
    assert "X-Amz" not in str([event.to_json() for event in heard])


async def test_a_dump_is_deleted_when_the_task_does_not_start(
    standing: StandingSite, door: Door, account: Account, dump: Path
) -> None:
    refused = {"target": "ecs.RunTask", "code": "AccessDeniedException", "message": "no"}
    with fault(account, kind="refuse", **refused):
        outcome = await import_dump("engine-home", dump, door, lambda _: None)
    assert outcome.exit_code is not Exit.OK
    assert await left(door, standing) == []


async def test_a_site_and_a_file_that_do_not_exist_are_named(
    standing: StandingSite, door: Door, dump: Path, tmp_path: Path
) -> None:
    nobody = await import_dump("nobody", dump, door, lambda _: None)
    assert nobody.cause
    assert "nobody" in nobody.cause.what
    missing = await import_dump("engine-home", tmp_path / "none.sql", door, lambda _: None)
    assert missing.cause
    assert "No such file" in missing.cause.why


ANNE = "anne@example.com"
ADMINISTRATOR = "ops@example.com"
PASSWORD = "canary-Passw0rd-of-anne"


async def test_users_are_listed_added_given_a_password_and_removed(
    standing: StandingSite, door: Door
) -> None:
    site = await DeployedSite.open(door, "engine-home")
    first = User(ADMINISTRATOR, "admin", is_active=True, last_login="")
    assert await carry_out(Request("list"), site) == (first,)
    await carry_out(Request("add", ANNE, "operator", PASSWORD), site)
    anne = User(ANNE, "operator", is_active=True, last_login="")
    assert await carry_out(Request("list"), site) == (anne, first)
    with pytest.raises(StepError, match="exists already"):
        await carry_out(Request("add", ANNE.upper(), "user", PASSWORD), site)
    await carry_out(Request("reset-password", ANNE, "", PASSWORD), site)
    await carry_out(Request("remove", ANNE), site)
    assert await carry_out(Request("list"), site) == (first,)
    for action in ("remove", "reset-password"):
        with pytest.raises(StepError, match="no user anne"):
            await carry_out(Request(action, ANNE, "", PASSWORD), site)

    # Neither the password nor an address is where ECS, CloudTrail or a log shows it.
    described = json.dumps(await tasks_of(door, standing), default=str)
    outputs = standing.outcome.outputs
    events = await door.pages(
        "logs", "filter_log_events", "events", logGroupName=outputs["app"]["LogGroupName"]
    )
    for secret in (PASSWORD, ANNE):
        assert secret not in described
        assert secret not in json.dumps(events)
    assert await left(door, standing, "users/") == []
    told = await door.call(
        "secretsmanager", "describe_secret", SecretId=outputs["app"]["AdminSecretArn"]
    )
    assert "solarrally-request" not in str(told["VersionIdsToStages"])


async def test_asking_for_the_users_leaves_the_age_of_the_administrators_password(
    standing: StandingSite, door: Door
) -> None:
    async def changed() -> datetime | None:
        secret = standing.outcome.outputs["app"]["AdminSecretArn"]
        listed = await door.call("secretsmanager", "list_secret_version_ids", SecretId=secret)
        return changed_at(listed["Versions"])

    before = await changed()
    await carry_out(Request("list"), await DeployedSite.open(door, "engine-home"))
    assert await changed() == before is not None


async def test_the_administrators_new_password_is_in_the_secret(
    standing: StandingSite, door: Door
) -> None:
    site = await DeployedSite.open(door, "engine-home")
    secret = standing.outcome.outputs["app"]["AdminSecretArn"]
    before = await viewer_login.password(door, secret)
    await carry_out(Request("reset-password", ADMINISTRATOR, "", PASSWORD), site)
    assert await viewer_login.password(door, secret) == PASSWORD != before
    with pytest.raises(StepError, match="the administrator that the answers"):
        await carry_out(Request("remove", ADMINISTRATOR), site)


async def test_a_request_ends_where_the_task_does_not_start(
    standing: StandingSite, door: Door, account: Account
) -> None:
    site = await DeployedSite.open(door, "engine-home")
    secret = standing.outcome.outputs["app"]["AdminSecretArn"]
    refused = {"target": "ecs.RunTask", "code": "AccessDeniedException", "message": "no"}
    with fault(account, kind="refuse", **refused), pytest.raises(AwsError):
        await carry_out(Request("add", ANNE, "user", PASSWORD), site)
    told = await door.call("secretsmanager", "describe_secret", SecretId=secret)
    assert "solarrally-request" not in str(told["VersionIdsToStages"])
