"""Adding many chargers: killed, throttled, refused; each into a folder of its own."""

import asyncio
import os
import random
import time
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.chargers import files, onboarding
from solarrally_tui.chargers.intake import adding
from solarrally_tui.chargers.intake.adding import Intake, Progress, add_all
from solarrally_tui.chargers.intake.roster import Entry, of_names
from solarrally_tui.chargers.onboarding import Details, add
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.simulator.child import Account
from tests.chargers.charger_setup import client
from tests.chargers.intake_setup import fleet
from tests.simulator.simulator_setup import control


def silent(_progress: Progress) -> None:
    pass


async def take_in(names: list[str], site: DeployedSite, folder: Path) -> Intake:
    return await add_all(of_names(names), site, folder, silent, lambda _kind, _text: None)


def test_killed_at_random_moments_nothing_is_doubled_or_lost(tmp_path: Path) -> None:
    names = [f"wall-{number:02}" for number in range(36)]
    with fleet(tmp_path) as site:
        first = site.add(names, [random.uniform(0.0, 1.0)])
        assert site.faults(names) == []
        assert len(first["added"]) + len(first["present"]) == len(names)
        iot = client(site.account, "iot")
        for kind in (0, 1):
            group = f"solarrally-fleet_type_wallbox-{kind}"
            grouped = iot.list_things_in_thing_group(thingGroupName=group)["things"]
            assert sorted(grouped) == names[kind::2]
        before = site.calls("CreateCertificateFromCsr")
        again = site.add(names)
        assert again["present"] == names
        assert site.calls("CreateCertificateFromCsr") == before
        moving = ("--from", str(tmp_path / "chargers.csv"), "--pattern", "old/{name}")
        assert site.result("migrate", "begin", *moving, "--to", str(tmp_path / "bridge")) == {
            "folder": str(tmp_path / "bridge"),
            "chargers": len(names),
            "connections": 1,
        }
        # Without a fleet index, nobody knows who would go silent.
        assert site.result("migrate", "end", "--yes") == {"certificates": 1, "not_moved": []}


async def test_what_one_fails_with_stops_no_other(
    alpha: DeployedSite, beta: DeployedSite, iot: Any, name: str, tmp_path: Path
) -> None:
    one, taken, other = f"{name}-a", f"{name}-b", f"{name}-c"
    await add(taken, beta, tmp_path / "beta")
    told: list[Progress] = []
    entries = [Entry(one, Details("box", "22", "Hall")), Entry(taken), Entry(other)]
    intake = await add_all(entries, alpha, tmp_path / "to", told.append, lambda _k, _t: None)
    assert sorted(intake.added) == [one, other]
    [failure] = intake.failed
    assert failure.name == taken
    assert "beta-chargers" in failure.plain.why
    assert [told[-1].done, told[-1].failed] == [3, 1]
    attributes = iot.describe_thing(thingName=one)["attributes"]
    assert attributes | {"certificateEnds": ""} == {
        "site": "alpha-chargers",
        "certificateEnds": "",
        "type": "box",
        "maximalKw": "22",
        "location": "Hall",
    }
    assert {path.name for path in (tmp_path / "to").iterdir()} >= {one, other}
    assert not list((tmp_path / "to" / taken).glob("*key*"))


async def test_a_charger_that_aws_has_deleted_gets_no_second_key_in_its_folder(
    alpha: DeployedSite, account: Account, name: str, tmp_path: Path
) -> None:
    await take_in([name], alpha, tmp_path)
    key = (tmp_path / name / f"{name}.key.pem").read_bytes()
    assert (await take_in([name], alpha, tmp_path)).present == (name,)
    iot = client(account, "iot")
    [principal] = iot.list_thing_principals(thingName=name)["principals"]
    iot.detach_thing_principal(thingName=name, principal=principal)
    iot.delete_thing(thingName=name)
    [failure] = (await take_in([name], alpha, tmp_path)).failed
    assert "does not know" in failure.plain.what
    assert (tmp_path / name / f"{name}.key.pem").read_bytes() == key


async def test_no_folder_gets_two_keys(alpha: DeployedSite, name: str, tmp_path: Path) -> None:
    await add(name, alpha, tmp_path)
    with pytest.raises(ChargerError, match="key of another charger") as caught:
        await add(f"{name}-b", alpha, tmp_path)
    assert str(tmp_path / f"{name}-b") in caught.value.plain.next
    assert len(list(tmp_path.glob("*key*"))) == 1


class Killed(BaseException):
    """Ends a run where nothing of it runs any more."""


@pytest.mark.parametrize(
    "at",
    [
        (onboarding.certificates, "attach"),
        (onboarding.certificates, "note_end"),
        (files, "write"),
        (files, "_write_aside"),
    ],
)
@pytest.mark.parametrize("is_many", [False, True])
async def test_a_key_is_on_the_disk_before_its_certificate_and_is_used_again(
    alpha: DeployedSite,
    iot: Any,
    name: str,
    tmp_path: Path,
    at: tuple[Any, str],
    is_many: bool,
) -> None:
    def dies(*_args: object, **_more: object) -> Any:
        raise Killed

    async def nothing(*_: object) -> str:
        return "whoever is killed deletes nothing"

    def issued() -> set[str]:
        listed = iot.list_certificates(pageSize=250)["certificates"]
        return {item["certificateArn"] for item in listed}

    folder, before = tmp_path / name, issued()
    with pytest.MonkeyPatch.context() as dying:
        dying.setattr(*at, dies)
        dying.setattr(onboarding, "_undo", nothing)
        with pytest.raises(Killed):
            await add(name, alpha, folder)
    begun = (folder / f"{name}.new-key.pem").read_bytes()
    if is_many:
        assert (await take_in([name], alpha, tmp_path)).added == (name,)
    else:
        await add(name, alpha, folder)
    assert (folder / f"{name}.key.pem").read_bytes() == begun
    assert [path.name for path in folder.glob("*key*")] == [f"{name}.key.pem"]
    assert issued() - before == {*iot.list_thing_principals(thingName=name)["principals"]}
    assert len(issued() - before) == 1


@pytest.mark.parametrize("is_many", [False, True])
async def test_a_key_whose_file_was_copied_later_keeps_its_certificate(
    alpha: DeployedSite, iot: Any, name: str, tmp_path: Path, is_many: bool
) -> None:
    """The moment of the file is not that at which the certificate was asked for."""
    folder = tmp_path / name
    with pytest.MonkeyPatch.context() as dying:

        def dies(*_: object) -> Any:
            raise Killed

        async def nothing(*_: object) -> str:
            return "whoever is killed deletes nothing"

        dying.setattr(files, "write", dies)
        dying.setattr(onboarding, "_undo", nothing)
        with pytest.raises(Killed):
            await add(name, alpha, folder)
    begun = folder / f"{name}.new-key.pem"
    key, later = begun.read_bytes(), time.time() + 86_400.0
    os.utime(begun, (later, later))
    principals = iot.list_thing_principals(thingName=name)["principals"]
    await (take_in([name], alpha, tmp_path) if is_many else add(name, alpha, folder))
    assert (folder / f"{name}.key.pem").read_bytes() == key
    assert iot.list_thing_principals(thingName=name)["principals"] == principals


async def test_what_concerns_all_stops_the_run(
    alpha: DeployedSite, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def expired(*_: object, **_more: object) -> None:
        raise AwsError("ExpiredToken", "expired", "iot", "describe_thing")

    monkeypatch.setattr(onboarding, "_thing", expired)
    monkeypatch.setattr(adding, "_AT_ONCE", 2)
    names = [f"{name}-{number}" for number in range(6)]
    intake = await take_in(names, alpha, tmp_path)
    assert 1 <= len(intake.failed) <= 2
    assert sorted([*intake.not_begun, *(one.name for one in intake.failed)]) == names


async def test_throttling_only_takes_longer(
    alpha: DeployedSite, account: Account, name: str, tmp_path: Path
) -> None:
    added = []
    for operation in ("AttachPolicy", "CreateCertificateFromCsr"):
        fault = {"kind": "throttle", "target": f"iot.{operation}", "times": 5}
        added.append(control(account, "POST", "faults", fault)[1]["id"])
    try:
        names = [f"{name}-{number}" for number in range(3)]
        assert sorted((await take_in(names, alpha, tmp_path)).added) == names
    finally:
        for identifier in added:
            control(account, "DELETE", f"faults/{identifier}")


async def test_a_folder_that_cannot_be_read_stops_no_other(
    alpha: DeployedSite, name: str, tmp_path: Path
) -> None:
    one, other = f"{name}-a", f"{name}-b"
    (tmp_path / one).mkdir(mode=0o700)
    (tmp_path / one / f"{one}.new-key.pem").mkdir()
    (tmp_path / f"{name}-c").write_text("in the way")
    intake = await take_in([one, other, f"{name}-c"], alpha, tmp_path)
    assert intake.added == (other,)
    assert [failure.name for failure in intake.failed] == [one, f"{name}-c"]


async def test_a_second_run_in_the_folder_is_refused(
    alpha: DeployedSite, name: str, tmp_path: Path
) -> None:
    with adding.alone(tmp_path), pytest.raises(ChargerError, match="Another run"):
        await take_in([name], alpha, tmp_path)


async def test_whoever_interrupts_gets_whole_chargers(
    alpha: DeployedSite, iot: Any, name: str, tmp_path: Path
) -> None:
    names = [f"{name}-{number}" for number in range(4)]
    work = asyncio.create_task(take_in(names, alpha, tmp_path))
    while not list(tmp_path.glob("*/*.new-key.pem")):
        await asyncio.sleep(0.001)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    async with asyncio.timeout(60):
        while alpha.door._pool.endings:
            await asyncio.sleep(0.01)
    for folder in (path for path in tmp_path.iterdir() if path.is_dir()):
        if list(folder.iterdir()):
            assert [path.name for path in folder.glob("*key*")] == [f"{folder.name}.key.pem"]
            assert len(iot.list_thing_principals(thingName=folder.name)["principals"]) == 1
