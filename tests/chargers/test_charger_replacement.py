"""Another key for a charger, and its end, with real MQTT clients."""

import json
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.chargers import replacement
from solarrally_tui.chargers.certificates import certificates_of
from solarrally_tui.chargers.onboarding import Onboarding, add
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.chargers.removal import remove
from solarrally_tui.chargers.replacement import Stage
from solarrally_tui.chargers.revocation import revoke
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.simulator.child import Account
from tests.chargers.charger_setup import LiveCharger, client, solarrally


def status(iot: Any, arn: str) -> str:
    described = iot.describe_certificate(certificateId=arn.rpartition("/")[2])
    return str(described["certificateDescription"]["status"])


async def test_the_old_key_ends_when_the_new_one_has_connected(
    alpha: DeployedSite, iot: Any, name: str, tmp_path: Path
) -> None:
    first = await add(name, alpha, tmp_path / "old")
    live = LiveCharger(first.files)
    onboarding = await Onboarding.begin(alpha)
    begun = await replacement.begin(name, onboarding, tmp_path / "new")
    assert len(await certificates_of(name, alpha.door)) == 2
    assert [status(iot, arn) for arn in begun.old] == ["ACTIVE"]
    assert await replacement.wait(begun, alpha, 1) is Stage.WAITING
    assert not live.ended, "the old key stopped working too early"

    # A run that was cut off is continued, with the same key.
    key = next((tmp_path / "new").glob("*.key.pem")).read_bytes()
    again = await replacement.begin(name, onboarding, tmp_path / "new")
    assert again == begun
    assert next((tmp_path / "new").glob("*.key.pem")).read_bytes() == key

    live.stop()
    renewed = LiveCharger(onboarding.place(name, tmp_path / "new"))
    assert await replacement.wait(again, alpha, 10) is Stage.DONE
    [left] = await certificates_of(name, alpha.door)
    assert left.endswith(begun.certificate_id)
    with pytest.raises(iot.exceptions.ResourceNotFoundException):
        status(iot, begun.old[0])
    assert not renewed.ended
    renewed.stop()
    done = await replacement.begin(name, onboarding, tmp_path / "new")
    assert done.old == ()


async def test_a_revoked_charger_comes_back_with_another_key_only(
    alpha: DeployedSite, iot: Any, name: str, tmp_path: Path
) -> None:
    await add(name, alpha, tmp_path / "old")
    await revoke(name, alpha)
    begun = await replacement.begin(name, await Onboarding.begin(alpha), tmp_path / "new")
    assert await replacement.wait(begun, alpha, 0) is Stage.DONE
    [left] = await certificates_of(name, alpha.door)
    assert status(iot, left) == "ACTIVE"
    assert "revoked" not in iot.describe_thing(thingName=name)["attributes"]


@pytest.mark.usefixtures("recorded")
async def test_a_lost_key_is_ended_at_once(
    account: Account, alpha: DeployedSite, name: str, tmp_path: Path
) -> None:
    live = LiveCharger((await add(name, alpha, tmp_path / "old")).files)
    ended = solarrally(
        account, "chargers", "replace", name, "--to", str(tmp_path / "new"), "--at-once", "--json"
    )
    assert ended.returncode == 0, ended.stderr
    result = json.loads(ended.stdout.splitlines()[-1])
    assert result["stage"] == "done"
    [left] = await certificates_of(name, alpha.door)
    assert left.endswith(result["certificate_id"])
    assert live.ended
    live.stop()


async def test_a_folder_never_gets_a_second_key(
    alpha: DeployedSite, beta: DeployedSite, name: str, tmp_path: Path
) -> None:
    await add(name, alpha, tmp_path / "old")
    onboarding = await Onboarding.begin(alpha)
    same = await replacement.begin(name, onboarding, tmp_path / "old")
    assert same.old == ()
    with pytest.raises(ChargerError, match="has no charger"):
        await replacement.begin(name, await Onboarding.begin(beta), tmp_path / "beta")
    assert len(await certificates_of(name, alpha.door)) == 1


async def test_removing_leaves_nothing_of_ours_and_everything_of_others(
    alpha: DeployedSite, account: Account, iot: Any, name: str, tmp_path: Path
) -> None:
    first = await add(name, alpha, tmp_path)
    live = LiveCharger(first.files)
    data = client(account, "iot-data")
    data.update_thing_shadow(thingName=name, shadowName="more", payload=b'{"state": {}}')
    other = f"{name}-of-somebody"
    iot.create_thing(thingName=other)
    shared = iot.create_keys_and_certificate(setAsActive=True)["certificateArn"]
    for thing in (name, other):
        iot.attach_thing_principal(thingName=thing, principal=shared)
    with pytest.raises(ChargerError, match="has no charger"):
        await remove(other, alpha)
    assert (await remove(name, alpha)).certificates == 2
    for missing in (
        lambda: iot.describe_thing(thingName=name),
        lambda: iot.describe_certificate(certificateId=first.certificate_id),
        lambda: data.get_thing_shadow(thingName=name),
        lambda: data.get_thing_shadow(thingName=name, shadowName="more"),
    ):
        with pytest.raises(Exception, match="ResourceNotFound"):
            missing()
    assert status(iot, shared) == "ACTIVE"
    assert iot.list_principal_things(principal=shared)["things"] == [other]
    assert live.ended
    live.stop()
