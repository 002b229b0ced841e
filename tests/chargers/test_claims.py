"""Devices from a box: claims on the embedded account, over MQTT and through the site's check."""

import stat
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.chargers import connection
from solarrally_tui.chargers.claims import claims
from solarrally_tui.chargers.claims.claims import Limits
from solarrally_tui.chargers.claims.files import ClaimFiles
from solarrally_tui.chargers.claims.provisioning import provision
from solarrally_tui.chargers.files import ChargerFiles
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.chargers.publisher import simulate
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.provisioning.deployment import stack_steps
from solarrally_tui.provisioning.identities import iot_identities
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.model import Site
from tests.chargers.charger_setup import deploy_iot, known
from tests.stacks.facts_setup import FACTS


@pytest.fixture(scope="module")
def boxed_site(account: Account) -> Site:
    return deploy_iot(account, "boxed-chargers", {"fleet_provisioning": True})


@pytest.fixture
def boxed(boxed_site: Site, door: Door) -> DeployedSite:
    return known(boxed_site, door)


async def test_a_device_from_a_box_registers_and_publishes(
    boxed: DeployedSite, iot: Any, name: str, tmp_path: Path
) -> None:
    made = await claims.create("batch-1", boxed, tmp_path / "claim", Limits("wall-", 2))
    assert {
        path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "claim").iterdir()
    } == dict.fromkeys(
        (
            "README.txt",
            "batch-1.cert.pem",
            "batch-1.claim.json",
            "batch-1.key.pem",
            "root-ca.pem",
        ),
        0o600,
    )
    assert ClaimFiles.in_folder(tmp_path / "claim") == made
    charger = await provision(made, name, tmp_path / "charger")
    thing = iot.describe_thing(thingName=name)
    assert thing["thingTypeName"] == "solarrally-boxed-chargers-charger"
    assert thing["attributes"]["claim"] == "boxed-chargers/batch-1"
    assert len(thing["attributes"]["certificateEnds"]) == 8
    groups = iot.list_thing_groups_for_thing(thingName=name)["thingGroups"]
    assert [group["groupName"] for group in groups] == ["solarrally-boxed-chargers"]
    assert (await simulate([charger], interval=0.02, count=2)).acknowledged == 2
    (listed,) = await claims.claims(boxed)
    assert (listed.name, listed.registered, listed.is_active) == ("batch-1", 1, True)

    # Another device cannot become the same charger, have another name, or exceed the limit.
    for serial in (name, "otherwise", "solarrally-x"):
        with pytest.raises(ChargerError):
            await provision(made, serial, tmp_path / "refused")
    await provision(made, f"{name}-b", tmp_path / "second")
    with pytest.raises(ChargerError, match="refused it") as caught:
        await provision(made, f"{name}-c", tmp_path / "third")
    assert "AccessDenied" in caught.value.plain.detail

    assert await claims.revoke("batch-1", boxed)
    assert await claims.claims(boxed) == ()
    assert not await claims.revoke("batch-1", boxed)
    with pytest.raises(ChargerError):
        await provision(made, f"{name}-d", tmp_path / "fourth")
    assert (await simulate([charger], interval=0.02, count=1)).acknowledged == 1


async def test_an_expected_charger_needs_no_beginning(
    boxed: DeployedSite, alpha: DeployedSite, name: str, tmp_path: Path
) -> None:
    made = await claims.create("expected", boxed, tmp_path / "claim", Limits())
    with pytest.raises(ChargerError, match="refused it"):
        await provision(made, name, tmp_path / "charger")
    assert await claims.expect([name, name], boxed) == (name,)
    assert await claims.expect([name], boxed) == ()
    assert (await provision(made, name, tmp_path / "charger")).name == name
    with pytest.raises(ChargerError, match="already"):
        await claims.create("expected", boxed, tmp_path / "other", Limits())
    with pytest.raises(ChargerError, match="no certificates to devices"):
        await claims.create("expected", alpha, tmp_path / "other", Limits())
    # What destroy deletes, and a deployment without fleet provisioning.
    assert await iot_identities.delete_claims(boxed.door, boxed.name) == 1
    assert await claims.claims(boxed) == ()


async def test_a_claim_may_do_nothing_else(
    boxed: DeployedSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "LONGEST_PAUSE_SECONDS", 0.2)
    monkeypatch.setattr(connection, "FIRST_ATTEMPTS", 2)
    made = await claims.create("narrow", boxed, tmp_path / "claim", Limits())
    thief = ChargerFiles(
        made.folder,
        made.name,
        made.site,
        made.region,
        made.endpoint,
        made.port,
        f"{made.client_id_prefix}thief",
        "solarrally/boxed-chargers/evse/thief/telemetry",
    )
    with pytest.raises(ChargerError, match="cannot publish"):
        await simulate([thief], interval=0.02, count=1)
    with pytest.raises(ChargerError, match="cannot publish"):
        await simulate([replace(thief, client_id="thief")], interval=0.02, count=1)
    await claims.revoke("narrow", boxed)


@pytest.mark.parametrize("is_on", [True, False])
async def test_a_deployment_without_fleet_provisioning_deletes_claims(
    boxed: DeployedSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_on: bool
) -> None:
    async def brought(*_: object) -> SimpleNamespace:
        stack = SimpleNamespace(status="UPDATE_COMPLETE")
        return SimpleNamespace(changed=False, stack=stack, warnings=())

    monkeypatch.setattr(stack_steps, "_bring", brought)
    await claims.create("passing", boxed, tmp_path / "claim", Limits())
    devices = boxed.site.devices.model_copy(update={"fleet_provisioning": is_on})
    site = boxed.site.model_copy(update={"devices": devices})
    deployment = SimpleNamespace(site=site, door=boxed.door, stacks=boxed.stacks, facts=FACTS)
    end = await stack_steps.deploy_iot(deployment)  # type: ignore[arg-type]
    assert end.changed is not is_on
    assert [one.name for one in await claims.claims(boxed)] == (["passing"] if is_on else [])
    await claims.revoke("passing", boxed)


@pytest.mark.parametrize(
    ("serials", "most"), [("ab", 1), ("a*c", 1), ("solarrally-x", 1), ("", 0), ("abc", 1001)]
)
def test_limits_that_admit_too_much_are_refused(serials: str, most: int) -> None:
    with pytest.raises(ChargerError):
        Limits(serials, most)
