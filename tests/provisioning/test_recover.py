"""A site is lost with its Region, and made again in another one, by the command line."""

import asyncio
import io
import json
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from solarrally_tui.cli import main
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.files import load
from tests.clients import client, owner
from tests.policy.operators import deployer
from tests.provisioning.engine_setup import deployed, environment, opened, site_named

HOME, THERE = "eu-west-1", "eu-central-1"
SITE = "field-home"
CHARGER_HOST = "mqtt.charging.example.com"
RESTORABLE_SECONDS = 6.0
"""RDS can restore what is older: five minutes of an instant account."""
SETTLED_SECONDS = 7.5


@pytest.fixture
def shell(own_account: Account, monkeypatch: Any, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    with environment(own_account):
        yield


def run(capsys: Any, *words: str) -> tuple[int, list[dict[str, Any]], str]:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    printed = capsys.readouterr()
    lines = [json.loads(line) for line in printed.out.splitlines() if line.startswith("{")]
    return int(ended.value.code or 0), lines, " ".join(printed.err.split())


def lose(account: Account, *regions: str) -> None:
    url = f"{account.endpoint_url}/_solarrally/lost-regions"
    httpx.post(url, json={"regions": list(regions)}, trust_env=False).raise_for_status()


def put_up(account: Account, **sections: Any) -> None:
    site = site_named(SITE, HOME, size={"backup_copy_region": THERE}, **sections)

    async def deploy() -> None:
        async with opened(deployer(account, SITE), HOME) as door:
            outcome, _ = await deployed(site, door)
            assert (outcome.exit_code, outcome.warnings) == (0, ()), outcome.cause

    asyncio.run(deploy())


def test_a_lost_site_is_recovered_with_its_users_and_its_chargers(
    own_account: Account, shell: None, capsys: Any, monkeypatch: Any
) -> None:
    put_up(own_account)
    iot, route53 = client(owner(own_account), "iot", THERE), client(owner(own_account), "route53")
    recover = ("recover", SITE, "--in", THERE)
    monkeypatch.setattr("sys.stdin", io.StringIO("a long password\n"))
    assert run(capsys, "users", "add", SITE, "anne@example.com", "--password-stdin")[0] == 0
    assert run(capsys, "chargers", "add", "evse-a", "--to", "a", "--site", SITE)[0] == 0
    route53.create_hosted_zone(Name="example.com", CallerReference="test")
    put_up(own_account, domain={"charger_host": CHARGER_HOST})
    status, lines, _ = run(capsys, *recover, "--prepare", "--yes", "--json")
    assert (status, lines[-1]["done"]) == (0, ["evse-a"])
    assert lines[-1]["host"] == {"name": CHARGER_HOST, "certificate": "ISSUED"}
    prepared = hosts(own_account)
    assert prepared.keys() == {f"solarrally-{SITE}--standby--{CHARGER_HOST}"}
    assert "Also on standby" in run(capsys, "chargers", "add", "evse-b", "--to", "b")[2]
    (waiting,) = iot.list_thing_principals(thingName="evse-b")["principals"]
    id_ = waiting.rpartition("/")[2]
    assert iot.describe_certificate(certificateId=id_)["certificateDescription"]["status"] == (
        "INACTIVE"
    )
    assert not iot.list_attached_policies(target=waiting)["policies"]
    for folder in ("a", "b"):
        assert run(capsys, "chargers", "prove", folder, "--site", SITE, "--json")[0] == 0
    before = settings("b", "evse-b")
    assert (settings("a", "evse-a")["endpoint"], before["endpoint"]) == ("localhost", CHARGER_HOST)
    lose(own_account, HOME)
    status, _, err = run(capsys, *recover)
    assert (status, "Nothing was created" in err) == (5, True), err
    assert (
        f"2 chargers are on standby there. One DNS record leads them there: {CHARGER_HOST}" in err
    )
    assert "is lost." in err
    assert "USD a month" in err
    status, lines, err = run(capsys, *recover, "--yes", "--json", "--to", "moved")
    assert status == 0, err
    (told,) = [line for line in lines if line.get("type") == "recovery"]
    assert told["chargers"]["done"] == ["evse-a", "evse-b"]
    assert told["recovery_point_seconds"] < 600
    assert load(Path("moved", f"{SITE}-2.toml")).topic_name == SITE
    assert told["record"]["name"] == CHARGER_HOST
    assert told["record"]["value"] != f"localhost:{before['port']}"
    assert hosts(own_account) == {
        f"solarrally-{SITE}-2--{CHARGER_HOST}": certificate for certificate in prepared.values()
    }, "the certificate that was prepared"
    proved = run(capsys, "chargers", "prove", "b", "--site", f"{SITE}-2", "--json")
    assert proved[0] == 0, ("with nothing changed at the charger", proved)
    checks = {
        check["id"]: check
        for check in run(capsys, "status", f"{SITE}-2", "--json")[1][-1]["checks"]
    }
    assert checks["charger-host"]["state"] == "ok", checks["charger-host"]
    for file in ("evse-a.key.pem", "evse-a.cert.pem"):
        shutil.copy(Path("a", file), Path("moved", "evse-a", file))
    after = settings("moved/evse-a", "evse-a")
    assert (before["topic"].replace("evse-b", "evse-a"), "evse-a") == (
        after["topic"],
        after["client_id"],
    )
    proved = run(capsys, "chargers", "prove", "moved/evse-a", "--site", f"{SITE}-2", "--json")
    assert proved[0] == 0, proved
    returned_to_a_time(own_account, capsys)


def hosts(account: Account) -> dict[str, str]:
    """Return the configurations of the host in the second Region, each with its certificate."""
    iot = client(owner(account), "iot", THERE)
    names = [
        each["domainConfigurationName"]
        for each in iot.list_domain_configurations()["domainConfigurations"]
    ]
    all_ = [iot.describe_domain_configuration(domainConfigurationName=name) for name in names]
    return {
        each["domainConfigurationName"]: each["serverCertificates"][0]["serverCertificateArn"]
        for each in all_
        if each.get("domainName") == CHARGER_HOST
    }


def settings(folder: str, name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(Path(folder, f"{name}.json").read_text())
    return read


def returned_to_a_time(account: Account, capsys: Any) -> None:
    """The recovered site returns to a time of its own, which replaces its database."""
    recovered = time.monotonic()
    rds = client(owner(account), "rds", THERE)
    (database,) = rds.describe_db_instances()["DBInstances"]
    assert database["DBInstanceIdentifier"].startswith(f"solarrally-{SITE}-2-data-")
    status, lines, _ = run(capsys, "users", "list", f"{SITE}-2", "--json")
    emails = {user["email"] for user in lines[-1]["users"]}
    assert emails == {"anne@example.com", "ops@example.com"}
    time.sleep(max(0.0, recovered + SETTLED_SECONDS - time.monotonic()))
    moment = datetime.now(UTC) - timedelta(seconds=RESTORABLE_SECONDS)
    status, _, err = run(
        capsys, "recover", f"{SITE}-2", "--time", f"{moment:%Y-%m-%dT%H:%M:%S}", "--yes", "--json"
    )
    assert status == 0, err
    (another,) = rds.describe_db_instances()["DBInstances"]
    assert another["DBInstanceIdentifier"] != database["DBInstanceIdentifier"]
    assert another["DeletionProtection"]
    status, lines, _ = run(capsys, "users", "list", f"{SITE}-2", "--json")
    assert {user["email"] for user in lines[-1]["users"]} == emails
