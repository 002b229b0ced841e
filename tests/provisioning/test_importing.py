"""Importing a dump, on the embedded account: the way there, the task, and what is left behind."""

from pathlib import Path

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.operations.dump_import import import_dump
from solarrally_tui.simulator.child import Account
from tests.provisioning.engine_setup import DUMP, Heard, StandingSite, fault


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "dump.sql"
    path.write_text(DUMP)
    return path


async def left(door: Door, standing: StandingSite) -> list[str]:
    bucket = standing.outcome.outputs["bootstrap"]["ArtifactBucketName"]
    response = await door.pages("s3", "list_object_versions", "Versions", Bucket=bucket)
    return [version["Key"] for version in response if version["Key"].startswith("import/")]


async def test_a_dump_goes_in_through_a_task_and_leaves_nothing(
    standing: StandingSite, door: Door, dump: Path
) -> None:
    heard = Heard()
    outcome = await import_dump("engine-home", dump, door, heard.append)
    assert outcome.exit_code is Exit.OK, outcome.cause
    assert heard.states() == {
        "upload": State.DONE,
        "load": State.DONE,
        "tidy": State.DONE,
    }
    assert await left(door, standing) == []
    app = standing.outcome.outputs["app"]
    response = await door.pages(
        "ecs", "list_tasks", "taskArns", cluster=app["ClusterName"], desiredStatus="STOPPED"
    )
    tasks = await door.call(
        "ecs", "describe_tasks", cluster=app["ClusterName"], tasks=response[-10:]
    )
    overrides = [task["overrides"].get("containerOverrides") or [] for task in tasks["tasks"]]
    (mine,) = [containers[0] for containers in overrides if containers]
    assert mine["name"] == "administrator"
    (variable,) = mine["environment"]
    assert variable["name"] == "DUMP_URL"
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in variable["value"]
    assert "X-Amz-Expires=900" in variable["value"]


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
