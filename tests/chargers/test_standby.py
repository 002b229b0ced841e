"""Chargers on standby in a second Region: what they may there, and how they follow the site."""

from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.chargers import onboarding, removal, revocation
from solarrally_tui.chargers.onboarding import Details, Onboarding
from solarrally_tui.chargers.standby import on_standby, prepare
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.provisioning.identities import iot_identities
from solarrally_tui.simulator.child import Account
from tests import clients

THERE = "eu-west-2"


@pytest.fixture
def there(account: Account) -> Any:
    return clients.client(clients.owner(account), "iot", THERE)


def silent(_kind: object, _text: str) -> None:
    """Nobody reads that AWS limits the rate of calls."""


async def test_the_standby_follows_the_site_and_opens_nothing(
    alpha: DeployedSite, there: Any, name: str, tmp_path: Path
) -> None:
    begun = await Onboarding.begin(alpha)
    await onboarding.create_type_group(alpha, "wallbox-22")
    charger = await begun.add(name, tmp_path / "a", Details("wallbox-22", "22", "north wall"[:5]))
    assert (await prepare(alpha, THERE, silent, [name])).done == (name,)
    door = alpha.door.with_region(THERE)
    (waiting,) = [each for each in await on_standby(alpha.name, door) if each.name == name]
    assert waiting.attributes["type"] == "wallbox-22"
    assert "site" not in waiting.attributes
    certificate = there.describe_certificate(certificateId=charger.certificate_id)
    described = certificate["certificateDescription"]
    assert described["status"] == "INACTIVE"
    assert not there.list_attached_policies(target=described["certificateArn"])["policies"]
    newer = await begun.add(name, tmp_path / "b", renew=True)
    await removal_of_old(alpha, charger.certificate_id)
    await prepare(alpha, THERE, silent, [name])
    (held,) = there.list_thing_principals(thingName=name)["principals"]
    assert held.endswith(newer.certificate_id)
    await revocation.revoke(name, alpha)
    await prepare(alpha, THERE, silent, [name])
    assert not there.list_thing_principals(thingName=name)["principals"]
    (waiting,) = [each for each in await on_standby(alpha.name, door) if each.name == name]
    assert waiting.attributes["revoked"]
    await removal.remove(name, alpha)
    assert name in (await prepare(alpha, THERE, silent)).removed
    await iot_identities.delete_standby(door, alpha.name)
    assert not await on_standby(alpha.name, door)


async def removal_of_old(site: DeployedSite, certificate_id: str) -> None:
    arns = await site.door.pages("iot", "list_certificates", "certificates")
    (old,) = [one["certificateArn"] for one in arns if one["certificateId"] == certificate_id]
    await iot_identities.delete_certificate(site.door, old)


async def test_a_name_that_is_taken_there_fails_alone(
    alpha: DeployedSite, there: Any, name: str, tmp_path: Path
) -> None:
    await onboarding.add(name, alpha, tmp_path / "a")
    there.create_thing(thingName=name, attributePayload={"attributes": {"site": "another"}})
    ready = await prepare(alpha, THERE, silent, [name])
    (failed,) = ready.failed
    assert "belongs to something else" in failed.plain.why
    assert not there.list_thing_principals(thingName=name)["principals"]
    there.delete_thing(thingName=name)
