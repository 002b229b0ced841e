"""Replacing, renaming and removing chargers, killed after each call that changes something."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from solarrally_tui.chargers import renaming, replacement
from solarrally_tui.chargers.certificates import certificates_of
from solarrally_tui.chargers.management import desired, shadow
from solarrally_tui.chargers.onboarding import Onboarding, add
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.chargers.removal import remove
from solarrally_tui.chargers.replacement import Stage
from solarrally_tui.chargers.revocation import revoke
from solarrally_tui.deployed.site import DeployedSite
from tests.torture.disturbance import KILL, Disturbance, is_killed


async def killed_everywhere(work: Callable[[], Awaitable[object]], done: str = "") -> int:
    """Do something again until nothing kills it; returns how often it was killed.

    done: what a run says after one that was killed at its very end.
    """
    disturbance = Disturbance(KILL)
    with disturbance.applied():
        while True:
            disturbance.next_run()
            try:
                await work()
            except ChargerError as error:
                if not done or done not in str(error):
                    raise
                return len(disturbance.hit)
            except BaseException as error:
                if not is_killed(error):
                    raise
            else:
                return len(disturbance.hit)


def issued(iot: Any) -> set[str]:
    pages = iot.get_paginator("list_certificates").paginate(pageSize=250)
    return {item["certificateId"] for page in pages for item in page["certificates"]}


async def test_a_replacement_leaves_one_certificate_with_the_key_in_the_folder(
    alpha: DeployedSite, iot: Any, name: str, tmp_path: Path
) -> None:
    old = await add(name, alpha, tmp_path / "old")
    before = issued(iot)

    async def work() -> None:
        begun = await replacement.begin(name, await Onboarding.begin(alpha), tmp_path / "new")
        await replacement.end_at_once(begun, alpha)

    assert await killed_everywhere(work) >= 8
    [held] = await certificates_of(name, alpha.door)
    [new] = issued(iot) - before
    assert held.endswith(new)
    assert before - issued(iot) == {old.certificate_id}
    [key] = (tmp_path / "new").glob("*.key.pem")
    certificate = x509.load_pem_x509_certificate(
        (tmp_path / "new" / f"{name}.cert.pem").read_bytes()
    )
    assert load_pem_private_key(key.read_bytes(), None).public_key() == certificate.public_key()
    assert certificate.fingerprint(certificate.signature_hash_algorithm).hex() == new  # type: ignore[arg-type]


async def test_a_renamed_charger_has_one_name_its_certificate_and_its_settings(
    alpha: DeployedSite, iot: Any, name: str, tmp_path: Path
) -> None:
    added, new = await add(name, alpha, tmp_path), f"{name}-new"
    await desired.desire(alpha, [name], {"interval": 30})
    before = issued(iot)

    async def work() -> None:
        await renaming.end_old(await renaming.begin(name, new, alpha), alpha)

    assert await killed_everywhere(work, "renamed already") >= 7
    assert issued(iot) == before
    [held] = await certificates_of(new, alpha.door)
    assert held.endswith(added.certificate_id)
    assert "renamedFrom" not in iot.describe_thing(thingName=new)["attributes"]
    assert (await shadow.read(alpha, new)).desired == {"interval": 30}
    with pytest.raises(iot.exceptions.ResourceNotFoundException):
        iot.describe_thing(thingName=name)


async def test_a_removed_charger_is_gone(
    alpha: DeployedSite, iot: Any, name: str, tmp_path: Path
) -> None:
    added = await add(name, alpha, tmp_path)

    assert await killed_everywhere(lambda: remove(name, alpha), "has no charger") >= 5
    assert added.certificate_id not in issued(iot)
    with pytest.raises(iot.exceptions.ResourceNotFoundException):
        iot.describe_thing(thingName=name)


async def test_a_revoked_charger_is_out_and_comes_back_with_another_key(
    alpha: DeployedSite, iot: Any, name: str, tmp_path: Path
) -> None:
    added = await add(name, alpha, tmp_path / "old")
    await killed_everywhere(lambda: revoke(name, alpha))
    described = iot.describe_certificate(certificateId=added.certificate_id)
    assert described["certificateDescription"]["status"] == "INACTIVE"
    assert iot.describe_thing(thingName=name)["attributes"]["revoked"]
    with pytest.raises(ChargerError, match="is revoked"):
        await add(name, alpha, tmp_path / "again")

    async def work() -> None:
        begun = await replacement.begin(name, await Onboarding.begin(alpha), tmp_path / "new")
        assert await replacement.wait(begun, alpha, 0) is Stage.DONE

    await killed_everywhere(work)
    [held] = await certificates_of(name, alpha.door)
    assert not held.endswith(added.certificate_id)
    assert added.certificate_id not in issued(iot)
    assert "revoked" not in iot.describe_thing(thingName=name)["attributes"]
