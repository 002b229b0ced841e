"""Adding and replacing chargers against the embedded account."""

import asyncio
import errno
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from solarrally_tui.chargers import files
from solarrally_tui.chargers.files import ChargerFiles
from solarrally_tui.chargers.onboarding import add
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.chargers.removal import remove
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.screens.charger_text import files_of
from tests.chargers.charger_setup import client, known


def principals(iot: Any, name: str) -> list[str]:
    told: list[str] = iot.list_thing_principals(thingName=name)["principals"]
    return told


def certificates(iot: Any) -> set[str]:
    return {c["certificateId"] for c in iot.list_certificates(pageSize=250)["certificates"]}


async def test_add_registers_and_writes_files_for_the_owner_only(
    alpha: DeployedSite, iot: Any, name: str, tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "charger"
    charger = await add(name, alpha, folder)
    thing = iot.describe_thing(thingName=name)
    assert thing["attributes"] == {"site": "alpha-chargers", "certificateEnds": "20491231"}
    assert thing["thingTypeName"] == "solarrally-alpha-chargers-charger"
    groups = iot.list_thing_groups_for_thing(thingName=name)["thingGroups"]
    assert [g["groupName"] for g in groups] == ["solarrally-alpha-chargers"]
    [principal] = principals(iot, name)
    assert principal.endswith(f"cert/{charger.certificate_id}")
    policies = iot.list_attached_policies(target=principal)["policies"]
    assert [p["policyName"] for p in policies] == ["solarrally-alpha-chargers-device"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    written = {p.name: stat.S_IMODE(p.stat().st_mode) for p in folder.iterdir()}
    expected = [file for file, _ in files_of(name)]  # which First charger announces
    assert written == dict.fromkeys(expected, 0o600)


async def test_key_is_made_here_and_fits_the_certificate(
    alpha: DeployedSite, account: Any, name: str, tmp_path: Path
) -> None:
    place = (await add(name, alpha, tmp_path)).files
    key = load_pem_private_key(place.key.read_bytes(), None)
    certificate = x509.load_pem_x509_certificate(place.certificate.read_bytes())
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert key.curve.name == "secp256r1"
    assert certificate.public_key() == key.public_key()
    settings = json.loads(place.settings.read_text())
    topic = f"solarrally/alpha-chargers/evse/{name}/telemetry"
    assert settings == {
        "schema": 1,
        "name": name,
        "site": "alpha-chargers",
        "region": "us-east-1",
        "endpoint": "localhost",
        "port": account.mqtt_port,
        "client_id": name,
        "topic": topic,
    }
    assert ChargerFiles.in_folder(tmp_path) == (place,)
    thing = client(account, "iot").describe_thing(thingName=name)
    ends = certificate.not_valid_after_utc.strftime("%Y%m%d")
    assert thing["attributes"] == {"site": "alpha-chargers", "certificateEnds": ends}
    assert topic in (tmp_path / "README.txt").read_text()
    assert place.root_ca.read_text() == account.edge_ca_file.read_text()


@pytest.mark.parametrize("wrong", ["", "a b", "wall/1", "wall+", "#", "é", "x" * 65, "../up"])
async def test_a_name_must_fit_everywhere(alpha: DeployedSite, tmp_path: Path, wrong: str) -> None:
    with pytest.raises(ChargerError) as caught:
        await add(wrong, alpha, tmp_path / "new")
    assert "letters, digits, hyphens and underscores" in caught.value.plain.why
    assert not (tmp_path / "new").exists()


async def test_names_of_the_sites_own_connections_are_kept(
    alpha: DeployedSite, tmp_path: Path
) -> None:
    with pytest.raises(ChargerError, match="belong to the site's own connections"):
        await add("solarrally-alpha-chargers-bridge-x", alpha, tmp_path)


async def test_a_name_of_another_site_is_taken(
    alpha: DeployedSite, beta: DeployedSite, iot: Any, name: str, tmp_path: Path
) -> None:
    await add(name, beta, tmp_path / "beta")
    with pytest.raises(ChargerError) as caught:
        await add(name, alpha, tmp_path / "alpha")
    assert "unique in a Region" in caught.value.plain.why
    assert "beta-chargers" in caught.value.plain.why
    assert len(principals(iot, name)) == 1
    await remove(name, beta)


async def test_a_thing_that_is_no_charger_is_left_alone(
    alpha: DeployedSite, iot: Any, name: str, tmp_path: Path
) -> None:
    iot.create_thing(thingName=name)
    with pytest.raises(ChargerError, match="not a SolarRally site"):
        await add(name, alpha, tmp_path)
    assert principals(iot, name) == []


async def test_adding_again_is_refused_and_keeps_the_key(
    alpha: DeployedSite, iot: Any, name: str, tmp_path: Path
) -> None:
    place = (await add(name, alpha, tmp_path)).files
    before = place.key.read_bytes()
    with pytest.raises(ChargerError, match="exists already"):
        await add(name, alpha, tmp_path)
    with pytest.raises(ChargerError, match="has a certificate") as caught:
        await add(name, alpha, tmp_path / "other")
    assert f"solarrally chargers replace {name}" in caught.value.plain.next
    assert place.key.read_bytes() == before
    assert len(principals(iot, name)) == 1


async def test_a_registration_without_certificate_is_continued(
    alpha: DeployedSite, iot: Any, name: str, tmp_path: Path
) -> None:
    iot.create_thing(thingName=name, attributePayload={"attributes": {"site": "alpha-chargers"}})
    charger = await add(name, alpha, tmp_path)
    assert principals(iot, name)[0].endswith(charger.certificate_id)


async def test_half_a_charger_is_taken_back_and_told(
    alpha: DeployedSite, iot: Any, name: str, tmp_path: Path
) -> None:
    before = certificates(iot)
    (tmp_path / f"{name}.cert.pem").mkdir()
    with pytest.raises(ChargerError) as caught:
        await add(name, alpha, tmp_path)
    assert caught.value.plain.what == f"{name} was not added."
    assert "deleted again" in caught.value.plain.next
    assert certificates(iot) == before
    with pytest.raises(iot.exceptions.ResourceNotFoundException):
        iot.describe_thing(thingName=name)
    assert not list(tmp_path.glob(".new-*"))


async def test_a_missing_policy_takes_everything_back(
    beta: DeployedSite, account: Any, iot: Any, name: str, tmp_path: Path
) -> None:
    before = certificates(iot)
    policy = iot.get_policy(policyName="solarrally-beta-chargers-device")
    for target in iot.list_targets_for_policy(policyName=policy["policyName"])["targets"]:
        iot.detach_policy(policyName=policy["policyName"], target=target)
    iot.delete_policy(policyName=policy["policyName"])
    try:
        with pytest.raises(ChargerError, match="was not added"):
            await add(name, beta, tmp_path)
    finally:
        iot.create_policy(policyName=policy["policyName"], policyDocument=policy["policyDocument"])
    assert certificates(iot) == before
    assert not list(tmp_path.iterdir())


async def test_stopping_half_way_leaves_nothing(
    alpha: DeployedSite, iot: Any, name: str, tmp_path: Path
) -> None:
    before = certificates(iot)
    work = asyncio.create_task(add(name, alpha, tmp_path))
    while certificates(iot) == before:
        await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert certificates(iot) == before
    with pytest.raises(iot.exceptions.ResourceNotFoundException):
        iot.describe_thing(thingName=name)


async def test_a_site_without_its_iot_part_cannot_take_chargers(
    alpha: DeployedSite, name: str, tmp_path: Path
) -> None:
    nowhere = known(alpha.site.model_copy(update={"name": "nowhere"}), alpha.door)
    with pytest.raises(ChargerError, match="cannot take chargers yet"):
        await add(name, nowhere, tmp_path)


async def test_a_folder_that_cannot_be_written_stops_before_aws(
    alpha: DeployedSite, iot: Any, name: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ChargerError, match="cannot be written"):
        await add(name, alpha, tmp_path / "file")
    with pytest.raises(iot.exceptions.ResourceNotFoundException):
        iot.describe_thing(thingName=name)


async def test_a_full_disk_is_named_before_aws_is_asked(
    alpha: DeployedSite, iot: Any, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> Any:
        return Path("/dev/full").open("wb", buffering=0)  # what the system says of a full disk

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    with pytest.raises(ChargerError) as refused:
        await add(name, alpha, tmp_path / "new")
    assert (refused.value.plain.why, refused.value.plain.detail) == (FULL, "")
    assert not (tmp_path / "new").exists()
    with pytest.raises(iot.exceptions.ResourceNotFoundException):
        iot.describe_thing(thingName=name)


async def test_a_disk_that_fills_up_meanwhile_is_named_and_leaves_nothing(
    alpha: DeployedSite, iot: Any, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "write", full)
    with pytest.raises(ChargerError) as refused:
        await add(name, alpha, tmp_path)
    plain = refused.value.plain
    assert (FULL in plain.why, "Errno" in str(plain), plain.detail) == (True, False, "")
    assert not list(tmp_path.iterdir())
    with pytest.raises(iot.exceptions.ResourceNotFoundException):
        iot.describe_thing(thingName=name)


FULL = "The disk is full. Free some space."


def test_damaged_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(ChargerError, match="no charger in"):
        ChargerFiles.in_folder(tmp_path)
    for text in ("{", "[]", "{}", '{"schema": 2}'):
        (tmp_path / "x.json").write_text(text)
        with pytest.raises(ChargerError, match="does not describe a charger"):
            ChargerFiles.in_folder(tmp_path)


def test_a_failed_write_leaves_the_older_files(tmp_path: Path) -> None:
    place = ChargerFiles(tmp_path, "wall", "s", "us-east-1", "localhost", 1, "wall", "t")
    files.write(place, b"key 1", "certificate 1", "root")
    with pytest.raises(UnicodeEncodeError):
        files.write(place, b"key 2", "certificate 2", "wurzel é")
    assert place.key.read_bytes() == b"key 1"
    assert place.certificate.read_text() == "certificate 1"
