"""A drill on the embedded account, by the command line: what it measures, leaves and refuses."""

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.cli import main
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.provisioning.operations.drill import Wish, drill, plan
from solarrally_tui.provisioning.operations.users import Request, carry_out
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.names import DRILL_TAG, SITE_TAG
from tests.clients import owner as root
from tests.provisioning.engine_setup import (
    StandingSite,
    deployed,
    environment,
    fault,
    opened,
    site_named,
)

RESTORABLE_SECONDS = 5.5
"""After that, RDS can restore what was: five minutes of an instant account."""
SNAPSHOT = "solarrally-engine-home-data-before-lunch"


@pytest.fixture
def shell(account: Account, standing: StandingSite, monkeypatch: Any) -> Iterator[None]:
    monkeypatch.setenv("COLUMNS", "80")
    with environment(account):
        yield


def run(capsys: Any, *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["drill", "engine-home", *words])
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


def call(account: Account, operation: str, **given: Any) -> dict[str, Any]:
    async def once() -> dict[str, Any]:
        async with opened(root(account)) as door:
            return await door.call("rds", operation, **given)

    return asyncio.run(once())


def databases(account: Account) -> list[dict[str, Any]]:
    return list(call(account, "describe_db_instances")["DBInstances"])


def of_site(account: Account) -> dict[str, Any]:
    (found,) = [d for d in databases(account) if "engine-home" in d["DBInstanceIdentifier"]]
    return {k: v for k, v in found.items() if k != "LatestRestorableTime"}


def first_moment(account: Account) -> str:
    """Return when the site's database was created, once RDS can restore that."""
    while True:
        (found,) = [d for d in databases(account) if "engine-home" in d["DBInstanceIdentifier"]]
        if found["LatestRestorableTime"] > found["InstanceCreateTime"]:
            return str(found["InstanceCreateTime"].isoformat())
        time.sleep(0.2)


def test_a_snapshot_is_restored_examined_and_deleted(
    account: Account, shell: None, capsys: Any, tmp_path: Path
) -> None:
    before = of_site(account)
    name = before["DBInstanceIdentifier"]
    call(account, "create_db_snapshot", DBInstanceIdentifier=name, DBSnapshotIdentifier=SNAPSHOT)
    report = tmp_path / "drill.md"
    status, out, err = run(
        capsys, "--snapshot", "--keep", "--yes", "--json", "--report", str(report)
    )
    assert status == 0, err
    lines = [json.loads(line) for line in out.splitlines()]
    assert lines[-1]["type"] == "result"
    (told,) = [line for line in lines if line["type"] == "drill"]
    assert (told["snapshot"], told["good"], told["removed"]) == (SNAPSHOT, True, True)
    assert (told["class"], told["storage_gib"]) == ("db.t4g.micro", before["AllocatedStorage"])
    assert told["postgresql"] == before["EngineVersion"]
    assert told["recovery_time_seconds"] > 0
    assert "1 user." in str(told["checks"])
    assert "The restored database" in report.read_text()
    assert "It costs about 0.0" in " ".join(err.split())
    assert told["kept"].startswith("solarrally-engine-home-data-drill-20")
    kept = call(account, "describe_db_snapshots", DBSnapshotIdentifier=told["kept"])
    assert kept["DBSnapshots"][0]["DBInstanceIdentifier"] == told["database"]
    assert f"{told['kept']} stays" in report.read_text()
    assert of_site(account) == before


def test_what_the_backup_does_not_have_fails_the_drill(
    account: Account, shell: None, capsys: Any, standing: StandingSite
) -> None:
    born = first_moment(account)
    status, out, err = run(capsys, "--time", born, "--yes")
    assert status == 6, err
    assert "is not among them" in out
    assert "is not complete" in err
    of_site(account)


def test_what_a_killed_drill_left_is_found_by_its_tags(
    account: Account, shell: None, capsys: Any
) -> None:
    name = of_site(account)["DBInstanceIdentifier"]
    left = "solarrally-engine-home-data-drill-dead"
    call(
        account,
        "restore_db_instance_to_point_in_time",
        SourceDBInstanceIdentifier=name,
        TargetDBInstanceIdentifier=left,
        UseLatestRestorableTime=True,
        DBSubnetGroupName=of_site(account)["DBSubnetGroup"]["DBSubnetGroupName"],
        Tags=[{"Key": SITE_TAG, "Value": "engine-home"}, {"Key": DRILL_TAG, "Value": "2026"}],
    )
    status, _, err = run(capsys, "--clean")
    assert (status, left in err) == (0, True)
    of_site(account)
    assert "No drill has left anything" in run(capsys, "--clean")[2]


def test_a_drill_that_cannot_examine_leaves_nothing(
    account: Account, shell: None, capsys: Any
) -> None:
    refused = {"target": "ecs.RunTask", "code": "AccessDeniedException", "message": "no"}
    born = first_moment(account)
    with fault(account, kind="refuse", **refused):
        status, _, err = run(capsys, "--time", born, "--yes")
    assert status == 6, err
    of_site(account)


def test_a_drill_asks_first_and_refuses_what_rds_would(
    account: Account, shell: None, capsys: Any
) -> None:
    status, _, err = run(capsys)
    assert (status, "Nothing was changed" in err) == (5, True)
    status, _, err = run(capsys, "--time", "2999-01-01T00:00:00", "--yes")
    assert (status, "latest restorable time" in " ".join(err.split())) == (5, True)
    status, _, err = run(capsys, "--snapshot", "nobodys", "--yes")
    assert (status, "no available snapshot nobodys" in " ".join(err.split())) == (5, True)
    assert run(capsys, "--time", "lunch")[0] == 2


@pytest.mark.torture
async def test_a_site_returns_to_the_moment_that_a_drill_has_kept(own_door: Door) -> None:
    """Two whole sites: one that loses something, and one from the snapshot of the time before."""
    assert (await deployed(site_named("lost"), own_door))[0].exit_code == 0
    lost = await DeployedSite.open(own_door, "lost")
    await carry_out(Request("add", "anne@example.com", "user", "canary-Passw0rd"), lost)
    before = datetime.now(UTC)
    await asyncio.sleep(RESTORABLE_SECONDS)
    await carry_out(Request("remove", "anne@example.com"), lost)
    chosen = await plan(lost, Wish(moment=before, keeps=True))
    outcome, report = await drill(chosen, lambda _: None)
    assert (outcome.exit_code, report is not None) == (0, True), outcome.cause
    assert report
    found = site_named("found", size={"database_snapshot": report.kept})
    assert (await deployed(found, own_door))[0].exit_code == 0
    users = await carry_out(Request("list"), await DeployedSite.open(own_door, "found"))
    assert "anne@example.com" in {user.email for user in users}
