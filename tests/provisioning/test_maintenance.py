"""What of a site is due, through the command line, and that it is not due any more afterwards."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import boto3
import pytest

from solarrally_tui.blueprints import blueprint
from solarrally_tui.cli import main
from solarrally_tui.commands.upkeep.maintain import DOABLE, UPDATES
from solarrally_tui.health.maintenance import judgement
from solarrally_tui.health.maintenance.items import KINDS, Urgency
from solarrally_tui.health.maintenance.looking import AUTHORITY
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.simulator.child import Account
from tests.clients import owner as root
from tests.provisioning.engine_setup import StandingSite, deployed, environment, fault, opened

NAME = "engine-home"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def maintain(
    account: Account, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, str]:
    """What the command prints on standard output, and its exit status."""
    capsys.readouterr()
    with environment(account), pytest.raises(SystemExit) as ended:
        main(["maintain", NAME, *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code, capsys.readouterr().out


def listed(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> tuple[int, dict[str, dict[str, Any]]]:
    status, printed = maintain(account, capsys, "--json")
    result = json.loads(printed.splitlines()[-1])
    assert (result["type"], result["exit_code"]) == ("result", status)
    return status, {item["id"]: item for item in result["items"]}


@contextmanager
def database_of(account: Account, standing: StandingSite, **changes: str) -> Iterator[None]:
    """Let the root user change the database, and change it back."""
    with environment(root(account)):
        rds = boto3.client("rds", region_name="us-east-1")
        name = standing.outcome.outputs["data"]["DbInstanceId"]
        before = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
        change = {"DBInstanceIdentifier": name, "ApplyImmediately": True}
        rds.modify_db_instance(**change, **changes)
    try:
        yield
    finally:
        with environment(root(account)):
            rds.modify_db_instance(**change, **{key: before[key] for key in changes})


def test_of_a_new_site_nothing_is_due(
    standing: StandingSite, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    status, items = listed(account, capsys)
    assert (status, {item["state"] for item in items.values()}) == (Exit.OK, {"not due"}), items
    assert {"database-password", "bridge-certificate", "postgres-major", "broker-image"} <= {*items}
    dated = items["database-password"]
    assert datetime.fromisoformat(dated["urgent"]) > datetime.fromisoformat(dated["due"])
    assert "Nothing is due." in maintain(account, capsys)[1]


@pytest.mark.parametrize(
    ("version", "expected", "state"),
    [("17.9", Exit.WARN, "due"), ("17.2", Exit.FAIL, "urgent")],
)
def test_an_older_minor_version_is_due_and_urgent_once_rds_offers_it_no_more(
    version: str,
    expected: Exit,
    state: str,
    standing: StandingSite,
    account: Account,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with database_of(account, standing, EngineVersion=version):
        status, items = listed(account, capsys)
        table = maintain(account, capsys)[1]
    assert (status, items["postgres-minor"]["state"]) == (expected, state)
    assert f"PostgreSQL {version}" in items["postgres-minor"]["detail"]
    assert "restarts" in items["postgres-minor"]["interrupts"]
    assert f"solarrally maintain {NAME} --do postgres-minor" in table


@pytest.mark.parametrize(
    ("days", "expected"),
    [(364, Urgency.NOT_DUE), (366, Urgency.DUE), (731, Urgency.URGENT)],
)
def test_a_password_is_due_after_a_year_and_urgent_after_two(days: int, expected: Urgency) -> None:
    since = NOW - timedelta(days=days)
    due, urgent = judgement.SECRET_DUE, judgement.SECRET_URGENT
    found = judgement.by_age("The password is", since, NOW, due, urgent)
    assert (found.urgency, found.due) == (expected, since + due)


def test_the_oldest_certificate_of_a_charger_counts() -> None:
    assert judgement.charger_certificates([], NOW).urgency is Urgency.NOT_DUE
    old, new = NOW - timedelta(days=400), NOW - timedelta(days=3)
    found = judgement.charger_certificates([new, old], NOW)
    assert found.urgency is Urgency.DUE
    assert "2 certificates, 1 older than a year" in found.line


@pytest.mark.parametrize(
    ("used", "days", "expected"),
    [
        ("rds-ca-rsa2048-g1", None, Urgency.NOT_DUE),
        ("rds-ca-rsa2048-g1", 300, Urgency.NOT_DUE),
        ("rds-ca-rsa2048-g1", 80, Urgency.DUE),
        ("rds-ca-rsa2048-g1", 20, Urgency.URGENT),
        ("rds-ca-2019", 300, Urgency.DUE),
        ("rds-ca-2019", 20, Urgency.URGENT),
        ("", None, Urgency.UNKNOWN),
    ],
)
def test_an_authority_is_judged_by_its_end_and_by_ours(
    used: str, days: int | None, expected: Urgency
) -> None:
    until = None if days is None else NOW + timedelta(days=days)
    assert judgement.authority(used, "rds-ca-rsa2048-g1", until, NOW).urgency is expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (200, Urgency.NOT_DUE),
        (100, Urgency.DUE),
        (30, Urgency.URGENT),
        (-1, Urgency.URGENT),
        (None, Urgency.UNKNOWN),
    ],
)
def test_a_major_version_is_judged_by_the_end_of_standard_support(
    days: int | None, expected: Urgency
) -> None:
    end = None if days is None else NOW + timedelta(days=days)
    assert judgement.major_version("17.11", end, NOW).urgency is expected


def certificates(account: Account, standing: StandingSite) -> set[str]:
    """The certificates that the bridges may use."""
    policy = standing.outcome.outputs["iot"]["BridgePolicyName"]
    with environment(root(account)):
        iot = boto3.client("iot", region_name="us-east-1")
        return set(iot.list_targets_for_policy(policyName=policy)["targets"])


def secret(account: Account, standing: StandingSite, stack: str, output: str) -> dict[str, Any]:
    """What a secret of the site holds, and the labels of that version."""
    arn = standing.outcome.outputs[stack][output]
    with environment(root(account)):
        manager = boto3.client("secretsmanager", region_name="us-east-1")
        response = manager.get_secret_value(SecretId=arn)
    value: dict[str, Any] = json.loads(response["SecretString"])
    return value | {"labels": response["VersionStages"]}


def do(account: Account, capsys: pytest.CaptureFixture[str], what: str) -> dict[str, Any]:
    """Renew something; return the result, which has to be good."""
    status, printed = maintain(account, capsys, "--do", what, "--yes", "--json")
    result: dict[str, Any] = json.loads(printed.splitlines()[-1])
    assert (status, result["type"]) == (Exit.OK, "result"), printed
    return result


def test_the_bridges_get_another_certificate_and_the_old_one_ends(
    standing: StandingSite, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    before, old = (
        secret(account, standing, "iot", "BridgeSecretArn"),
        certificates(account, standing),
    )
    result = do(account, capsys, "bridge-certificate")
    after, new = (
        secret(account, standing, "iot", "BridgeSecretArn"),
        certificates(account, standing),
    )
    assert after["privateKey"] != before["privateKey"]
    assert [arn.rpartition("/")[2] for arn in new] == [after["certificateId"]]
    assert new.isdisjoint(old)
    assert after["labels"] == ["AWSCURRENT"]
    assert "Bridge certificate ok" in result["reason"]
    assert "Application health ok" in result["reason"]


def test_a_deployment_leaves_a_rotation_of_the_bridges_that_was_cut_off(
    standing: StandingSite, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    old = certificates(account, standing)
    with fault(account, kind="refuse", target="ecs.UpdateService"):
        status, printed = maintain(account, capsys, "--do", "bridge-certificate", "--yes", "--json")
    assert status == Exit.FAILED, printed
    staged = secret(account, standing, "iot", "BridgeSecretArn")
    assert set(staged["labels"]) == {"AWSCURRENT", "AWSPENDING"}
    with environment(account):
        assert asyncio.run(redeploy(account, standing)) is Exit.OK
    # The tasks that run have read the old one: it may not end before they do.
    both = certificates(account, standing)
    assert old < both
    do(account, capsys, "bridge-certificate")
    left = certificates(account, standing)
    assert left == both - old
    assert secret(account, standing, "iot", "BridgeSecretArn")["labels"] == ["AWSCURRENT"]


async def redeploy(account: Account, standing: StandingSite) -> Exit:
    async with opened(account) as door:
        return (await deployed(standing.site, door))[0].exit_code


def test_viewers_get_another_password_that_signs_them_in(
    standing: StandingSite, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    before = secret(account, standing, "edge", "ViewerSecretArn")["password"]
    result = do(account, capsys, "viewer-password")
    after = secret(account, standing, "edge", "ViewerSecretArn")["password"]
    assert after != before
    assert len(after) == len(before)
    assert "Password ok" in result["reason"]
    assert after not in json.dumps(result)


def test_a_viewer_password_that_a_run_stored_and_did_not_bring_is_brought(
    standing: StandingSite, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    arn = standing.outcome.outputs["edge"]["ViewerSecretArn"]
    with environment(root(account)):
        boto3.client("secretsmanager", region_name="us-east-1").put_secret_value(
            SecretId=arn, SecretString=json.dumps({"username": "viewer", "password": "begun"})
        )
    do(account, capsys, "viewer-password")
    assert secret(account, standing, "edge", "ViewerSecretArn")["password"] == "begun"
    do(account, capsys, "viewer-password")
    assert secret(account, standing, "edge", "ViewerSecretArn")["password"] != "begun"


def test_a_minor_upgrade_creates_a_snapshot_first(
    standing: StandingSite, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    with database_of(account, standing, EngineVersion="17.9"):
        result = do(account, capsys, "postgres-minor")
        status, items = listed(account, capsys)
    assert (status, items["postgres-minor"]["state"]) == (Exit.OK, "not due")
    name = result["reason"].partition("The snapshot ")[2].partition(" ")[0]
    with environment(root(account)):
        rds = boto3.client("rds", region_name="us-east-1")
        (snapshot,) = rds.describe_db_snapshots(DBSnapshotIdentifier=name)["DBSnapshots"]
        rds.delete_db_snapshot(DBSnapshotIdentifier=name)
    assert (snapshot["Status"], snapshot["EngineVersion"]) == ("available", "17.9")
    again = do(account, capsys, "postgres-minor")
    assert "already" in again["reason"]


def test_the_database_gets_the_authority_of_the_blueprint(
    standing: StandingSite, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    with database_of(account, standing, CACertificateIdentifier="rds-ca-2019"):
        assert listed(account, capsys)[1]["database-authority"]["state"] == "due"
        do(account, capsys, "database-authority")
        assert listed(account, capsys)[1]["database-authority"]["state"] == "not due"
    template = blueprint("data").template()
    assert f"CACertificateIdentifier: {AUTHORITY}" in template


class Terminal(StringIO):
    """What a person types."""

    def isatty(self) -> bool:
        return True


def test_at_a_terminal_it_asks_what_to_renew(
    standing: StandingSite,
    account: Account,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ACCESSIBLE", "1")
    with database_of(account, standing, CACertificateIdentifier="rds-ca-2019"):
        monkeypatch.setattr("sys.stdin", Terminal("\n"))
        assert maintain(account, capsys)[0] == Exit.WARN
        assert listed(account, capsys)[1]["database-authority"]["state"] == "due"
        monkeypatch.setattr("sys.stdin", Terminal(f"database-authority\n{NAME}\n"))
        assert maintain(account, capsys)[0] == Exit.OK
        assert listed(account, capsys)[1]["database-authority"]["state"] == "not due"


@pytest.mark.parametrize("what", [one for one in DOABLE if one not in UPDATES])
def test_nothing_is_renewed_without_consent(
    what: str, standing: StandingSite, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    with environment(account), pytest.raises(SystemExit) as ended:
        main(["maintain", NAME, "--do", what])
    said = " ".join(capsys.readouterr().err.split())
    assert ended.value.code == Exit.REFUSED
    assert KINDS[what].interrupts in said
    assert "Nothing was changed" in said
