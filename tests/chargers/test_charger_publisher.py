"""Telemetry over mutual TLS to the embedded account's IoT endpoint, with its policies enforced."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.chargers import connection
from solarrally_tui.chargers.files import ChargerFiles
from solarrally_tui.chargers.onboarding import add
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.chargers.publisher import simulate
from solarrally_tui.deployed.site import DeployedSite
from tests.chargers.charger_setup import Listener


@pytest.fixture
async def charger(alpha: DeployedSite, name: str, tmp_path: Path) -> ChargerFiles:
    added = await add(name, alpha, tmp_path / name)
    return added.files


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LONGEST_PAUSE_SECONDS", 0.2)
    monkeypatch.setattr(connection, "FIRST_ATTEMPTS", 2)


async def test_every_acknowledged_message_arrives_at_the_bridge(
    alpha: DeployedSite, bridge: Listener, name: str, tmp_path: Path
) -> None:
    names = [f"{name}-{n}" for n in range(3)]
    for one in names:
        await add(one, alpha, tmp_path / one)
    told: list[str] = []
    counts = await simulate(
        [tmp_path / one for one in names],
        interval=0.02,
        count=20,
        on_message=lambda who, _: told.append(who),
    )
    assert counts.acknowledged == 60
    assert counts.by_charger == dict.fromkeys(names, 20)
    assert len(told) == 60
    for one in names:
        messages = await bridge.wait_for(one, 20)
        assert len(messages) == 20
        assert [m["timestamp"] for m in messages] == sorted(m["timestamp"] for m in messages)
        assert all(m["status"] in {"available", "preparing", "charging"} for m in messages)


async def test_a_charger_cannot_publish_as_another(
    charger: ChargerFiles,
    bridge: Listener,
    alpha: DeployedSite,
    tmp_path: Path,
    impatient: None,
) -> None:
    await add(f"{charger.name}-b", alpha, tmp_path / "b")
    [other] = ChargerFiles.in_folder(tmp_path / "b")
    with pytest.raises(ChargerError, match="cannot publish") as caught:
        await simulate([replace(charger, topic=other.topic)], interval=0.02, count=3)
    assert other.topic in caught.value.plain.next
    counts = await simulate([other], interval=0.02, count=1)
    assert counts.acknowledged == 1
    assert len(await bridge.wait_for(other.name, 1)) == 1


async def test_a_charger_cannot_connect_under_another_name(
    charger: ChargerFiles, impatient: None
) -> None:
    with pytest.raises(ChargerError, match="cannot publish"):
        await simulate([replace(charger, client_id="somebody-else")], interval=0.02, count=1)


async def test_a_deactivated_certificate_is_told(
    charger: ChargerFiles, iot: Any, impatient: None
) -> None:
    [principal] = iot.list_thing_principals(thingName=charger.name)["principals"]
    iot.update_certificate(certificateId=principal.split("/")[1], newStatus="INACTIVE")
    with pytest.raises(ChargerError) as caught:
        await simulate([charger], interval=0.02, count=1)
    assert "certificate is active" in caught.value.plain.next


async def test_nobody_listening_is_told(charger: ChargerFiles, impatient: None) -> None:
    with pytest.raises(ChargerError) as caught:
        await simulate([replace(charger, port=1)], interval=0.02, count=1)
    assert "refused" in caught.value.plain.detail


async def test_an_endpoint_of_another_authority_is_not_trusted(
    charger: ChargerFiles, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from solarrally_tui.deployed.trusted_authority import iot_root_ca

    monkeypatch.delenv("SOLARRALLY_CA_FILE")
    charger.root_ca.write_text(iot_root_ca())
    with pytest.raises(ChargerError) as caught:
        await simulate([charger], interval=0.02, count=1)
    assert "CERTIFICATE_VERIFY_FAILED" in caught.value.plain.detail


async def test_it_connects_again_and_still_counts_exactly(
    charger: ChargerFiles, bridge: Listener, iot: Any
) -> None:
    [principal] = iot.list_thing_principals(thingName=charger.name)["principals"]
    certificate = principal.split("/")[1]
    seen: list[str] = []

    async def interrupt() -> None:
        while len(seen) < 5:
            await asyncio.sleep(0.01)
        iot.update_certificate(certificateId=certificate, newStatus="INACTIVE")
        await asyncio.sleep(0.3)
        iot.update_certificate(certificateId=certificate, newStatus="ACTIVE")

    trouble = asyncio.create_task(interrupt())
    counts = await simulate(
        [charger], interval=0.02, count=30, on_message=lambda who, _: seen.append(who)
    )
    await trouble
    assert counts.acknowledged == 30
    messages = await bridge.wait_for(charger.name, 30)
    assert len({m["timestamp"] for m in messages}) == 30


async def test_stopping_closes_the_connection(charger: ChargerFiles, bridge: Listener) -> None:
    seen: list[str] = []
    endless = asyncio.create_task(
        simulate([charger], interval=0.02, on_message=lambda who, _: seen.append(who))
    )
    while len(seen) < 3:
        await asyncio.sleep(0.01)
    endless.cancel()
    with pytest.raises(asyncio.CancelledError):
        await endless
    # A message under way when we stop may be delivered without having been counted.
    assert len(await bridge.wait_for(charger.name, len(seen))) - len(seen) in {0, 1}


async def test_damaged_files_are_told(charger: ChargerFiles) -> None:
    charger.key.write_text("not a key")
    with pytest.raises(ChargerError, match="cannot be used"):
        await simulate([charger.folder], interval=1.0, count=1)


@pytest.mark.parametrize(("interval", "count"), [(0.0, 1), (1.0, 0)])
async def test_senseless_numbers_are_refused(
    charger: ChargerFiles, interval: float, count: int
) -> None:
    with pytest.raises(ChargerError, match="Nothing can be sent"):
        await simulate([charger], interval=interval, count=count)


async def test_a_site_that_was_not_updated_takes_telemetry_without_settings(
    charger: ChargerFiles, bridge: Listener, alpha: DeployedSite, iot: Any
) -> None:
    """Its policy allows no topics of settings, and AWS IoT disconnects who subscribes to them."""
    [principal] = iot.list_thing_principals(thingName=charger.name)["principals"]
    arn = principal.rpartition(":cert/")[0]
    statements = [
        {"Effect": "Allow", "Action": "iot:Connect", "Resource": f"{arn}:client/{charger.name}"},
        {"Effect": "Allow", "Action": "iot:Publish", "Resource": f"{arn}:topic/{charger.topic}"},
    ]
    iot.create_policy(
        policyName=f"old-{charger.name}",
        policyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
    )
    iot.detach_policy(policyName=f"solarrally-{alpha.name}-device", target=principal)
    iot.attach_policy(policyName=f"old-{charger.name}", target=principal)
    counts = await simulate([charger], interval=0.05, count=3)
    assert counts.acknowledged == 3
    assert len(await bridge.wait_for(charger.name, 3)) >= 3
