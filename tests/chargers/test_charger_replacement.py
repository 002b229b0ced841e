"""Other keys and names for chargers, and their end, with real MQTT clients."""

import asyncio
import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.chargers import renaming, replacement
from solarrally_tui.chargers.certificates import certificates_of, set_attributes
from solarrally_tui.chargers.onboarding import Onboarding, add
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.chargers.removal import remove
from solarrally_tui.chargers.replacement import Stage
from solarrally_tui.chargers.rotation import Plan, Rotation, rotate
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.simulator.child import Account
from tests.chargers.charger_setup import LiveCharger, client, deploy_iot, known, solarrally


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
    assert not live.lost, "the old key stopped working too early"

    # A run that was cut off is continued, with the same key.
    key = next((tmp_path / "new").glob("*.key.pem")).read_bytes()
    again = await replacement.begin(name, onboarding, tmp_path / "new")
    assert again == dataclasses.replace(begun, is_continued=True)
    assert next((tmp_path / "new").glob("*.key.pem")).read_bytes() == key

    live.stop()
    renewed = LiveCharger(onboarding.place(name, tmp_path / "new"))
    assert await replacement.wait(again, alpha, 10) is Stage.DONE
    [left] = await certificates_of(name, alpha.door)
    assert left.endswith(begun.certificate_id)
    with pytest.raises(iot.exceptions.ResourceNotFoundException):
        status(iot, begun.old[0])
    assert not renewed.lost
    renewed.stop()
    done = await replacement.begin(name, onboarding, tmp_path / "new")
    assert done.old == ()


@pytest.mark.usefixtures("recorded")
async def test_a_lost_key_is_ended_at_once(
    account: Account, alpha: DeployedSite, name: str, tmp_path: Path
) -> None:
    live = LiveCharger((await add(name, alpha, tmp_path / "old")).files)
    words = ["replace", name, "--site", alpha.name, "--to", str(tmp_path / "new")]
    ended = solarrally(account, "chargers", *words, "--at-once", "--json")
    assert ended.returncode == 0, ended.stderr
    result = json.loads(ended.stdout.splitlines()[-1])
    assert result["stage"] == "done"
    [left] = await certificates_of(name, alpha.door)
    assert left.endswith(result["certificate_id"])
    assert live.lost
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
    assert live.lost
    live.stop()


async def test_a_charger_keeps_both_names_until_it_was_seen_under_the_new_one(
    alpha: DeployedSite, account: Account, iot: Any, name: str, tmp_path: Path
) -> None:
    new, added = f"{name}-new", await add(name, alpha, tmp_path)
    live = LiveCharger(added.files)
    begun = await renaming.begin(name, new, alpha)
    assert begun.topic == f"solarrally/alpha-chargers/evse/{new}/telemetry"
    assert not await renaming.wait(begun, alpha, 0)
    assert not live.lost
    assert await renaming.begin(name, new, alpha) == begun
    live.stop()
    renamed = LiveCharger(dataclasses.replace(added.files, client_id=new, topic=begun.topic))
    assert await renaming.wait(begun, alpha, 10)
    attributes = iot.describe_thing(thingName=new)["attributes"]
    assert attributes == {"site": "alpha-chargers", "certificateEnds": "20491231"}
    groups = iot.list_thing_groups_for_thing(thingName=new)["thingGroups"]
    assert [group["groupName"] for group in groups] == ["solarrally-alpha-chargers"]
    with pytest.raises(iot.exceptions.ResourceNotFoundException):
        iot.describe_thing(thingName=name)
    [left] = await certificates_of(new, alpha.door)
    assert left.endswith(added.certificate_id)
    assert not renamed.lost
    renamed.stop()
    # A run that was killed before its last call is finished by the next one.
    await set_attributes(new, {renaming.RENAMED: name}, alpha.door)
    assert await renaming.wait(await renaming.begin(name, new, alpha), alpha, 0)
    with pytest.raises(ChargerError, match="already"):
        await renaming.begin(f"{name}-other", new, alpha)


async def test_old_keys_are_rotated_a_few_at_a_time(
    account: Account, door: Door, iot: Any, tmp_path: Path
) -> None:
    site = known(await asyncio.to_thread(deploy_iot, account, "gamma-chargers"), door)
    added = [await add(f"gamma-{n}", site, tmp_path / "old" / str(n)) for n in range(3)]
    plan = Plan(datetime.now(UTC), tmp_path / "new", at_most=2, wait=0)
    young = await add("gamma-young", site, tmp_path / "young")

    async def run() -> Rotation:
        return await rotate(plan, site, lambda _: None, lambda *_: None)

    first = await run()
    assert (first.waiting, first.later) == (("gamma-0", "gamma-1"), ("gamma-2",))
    keys = {path: path.read_bytes() for path in (tmp_path / "new").rglob("*.key.pem")}
    assert len(keys) == 2
    assert await run() == first, "running it again changed something"
    live = LiveCharger((await Onboarding.begin(site)).place("gamma-0", tmp_path / "new/gamma-0"))
    second = await run()
    live.stop()
    assert (second.done, second.waiting) == (("gamma-0",), ("gamma-1", "gamma-2"))
    assert second.later == second.failed == ()
    assert all(path.read_bytes() == key for path, key in keys.items())
    with pytest.raises(iot.exceptions.ResourceNotFoundException):
        iot.describe_certificate(certificateId=added[0].certificate_id)
    elsewhere = await rotate(
        dataclasses.replace(plan, folder=tmp_path / "more"), site, lambda _: None, lambda *_: None
    )
    assert elsewhere.elsewhere == ("gamma-1", "gamma-2")
    assert not (tmp_path / "new" / young.name).exists()
