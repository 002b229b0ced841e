"""A site with its own domain, on an account of its own."""

import asyncio
from pathlib import Path

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.provisioning.deployment.domain import certificate_wait
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.teardown.destroy import destroy
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.files import dumps, load
from solarrally_tui.site.model import Domain
from tests.provisioning.engine_setup import Heard, all_well, fault, opened, site_named

DOMAIN = "charging.example.com"


@pytest.fixture
async def zone(own_owner: Door) -> str:
    created = await own_owner.call(
        "route53", "create_hosted_zone", Name="example.com", CallerReference="test"
    )
    return str(created["HostedZone"]["Id"]).removeprefix("/hostedzone/")


@pytest.mark.torture
async def test_a_certificate_that_waits_for_dns_asks_and_ends_well_after_it(
    own_account: Account, own_door: Door, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificate_wait, "ASK_AFTER_SECONDS", 0.5)
    monkeypatch.setattr(certificate_wait, "GIVE_UP_SECONDS", 2.0)
    site = site_named("own-domain", domain={"name": DOMAIN})
    with fault(own_account, kind="certificate", target=DOMAIN, message="pending"):
        heard = Heard()
        outcome = await deploy(site, own_door, heard.append)
    assert outcome.exit_code is Exit.WAITING_FOR_YOU, outcome.cause
    asked = [event for event in heard if event.state is State.WAITING_FOR_YOU]
    assert DOMAIN in asked[0].reason
    noted = [event.reason for event in heard if "is issuing the certificate" in event.reason]
    assert set(noted) == {"AWS is issuing the certificate. It needs nothing from you."}
    assert len(noted) <= 2, "global and balancer have one certificate each"
    assert "name servers" in asked[0].reason

    monkeypatch.undo()
    async with asyncio.timeout(60), opened(own_account) as later:
        again = await deploy(site, later, heard.append)
        assert again.exit_code is Exit.OK, again.cause
        assert f"https://{DOMAIN}" in again.summary
        assert "strangers" in await all_well("own-domain", later)
        gone = await destroy("own-domain", later, heard.append, delete_data=True)
    assert gone.exit_code is Exit.OK, gone.cause


# In make test: shared answers (site/test_shared_answers), a site in a zone (blueprints/
# test_option_sets), what stays for another site (test_destroy_site, test_external_domain).
@pytest.mark.torture
async def test_two_sites_share_answers_and_a_zone_and_one_of_them_goes(
    own_door: Door, own_owner: Door, zone: str, tmp_path: Path
) -> None:
    own = site_named("barn")
    (tmp_path / "company.toml").write_text(
        dumps(own.model_copy(update={"domain": Domain(name="x.example.com", hosted_zone_id=zone)}))
        .replace('name = "barn"\n', "", 1)
        .replace('name = "x.example.com"\n', "", 1)
    )
    for name in ("barn", "mill"):
        file = tmp_path / f"{name}.toml"
        file.write_text(
            f'shared = "company.toml"\nname = "{name}"\n[domain]\nname = "{name}.example.com"\n'
        )
        deployed = await deploy(load(file), own_door, lambda _: None)
        assert deployed.exit_code is Exit.OK, deployed.cause
    gone = await destroy("barn", own_door, lambda _: None, delete_data=True)
    assert gone.exit_code is Exit.OK, gone.cause
    await all_well("mill", own_door)
    records = await own_owner.pages(
        "route53", "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone
    )
    names = {record["Name"] for record in records}
    # CloudFormation leaves the record that proved the domain to ACM, whose name begins with _.
    assert {name for name in names if not name.startswith("_")} == {
        "example.com.",
        "mill.example.com.",
    }
