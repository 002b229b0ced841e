"""A site whose domain has its DNS elsewhere: a person sets the records, and is told which."""

import asyncio
import re

import httpx
import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.chargers.watch import watch
from solarrally_tui.domains.certificates import pending
from solarrally_tui.domains.dns_lookup import Dns
from solarrally_tui.domains.dns_records import DnsRecord
from solarrally_tui.domains.proof_check import check_address
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.provisioning.deployment.domain import certificate_wait
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.model import Site
from tests.provisioning.engine_setup import (
    Heard,
    all_well,
    deployed,
    fault,
    seen,
    site_named,
)

DOMAIN = "charging.example.net"


def announced(account: Account, *records: DnsRecord) -> None:
    """Do what a person does in the console of another DNS provider."""
    for record in records:
        body = {"name": record.name, "type": record.type, "value": record.value}
        url = f"{account.endpoint_url}/_solarrally/dns"
        httpx.post(url, json=body, trust_env=False).raise_for_status()


def withdrawn(account: Account) -> None:
    """Delete every record at the other provider."""
    url = f"{account.endpoint_url}/_solarrally/dns"
    httpx.delete(url, trust_env=False).raise_for_status()


async def _asked(heard: Heard, *steps: str) -> str:
    """Wait until one of some steps asks the operator for something; both certificates wait."""
    while True:
        asking = [e for e in heard if e.state is State.WAITING_FOR_YOU and e.step in steps]
        if asking:
            return asking[0].reason
        await asyncio.sleep(0.1)


async def _created_meanwhile(heard: Heard) -> None:
    """Wait for the database: AWS has accepted what it may refuse, and it needs no domain."""
    while heard.states().get("data") not in {State.DONE, State.UNCHANGED}:
        await asyncio.sleep(0.1)
    asking = [event.step for event in heard if event.state is State.WAITING_FOR_YOU]
    assert len(asking) == 1, "both steps wait for one record"
    states = heard.states()
    assert states["distribution"] in {State.DONE, State.UNCHANGED}
    assert states["app"] is states["edge"] is State.WAITING


async def _proof(door: Door, site: Site) -> DnsRecord:
    while True:
        for certificate in await pending(door, site):
            if certificate.records:
                return certificate.records[0]
        await asyncio.sleep(0.1)


async def test_the_records_are_shown_and_the_site_comes_up_once_they_exist(
    own_account: Account, own_door: Door, own_owner: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificate_wait, "LOOK_EVERY_SECONDS", 0.1)
    domain = {"name": DOMAIN, "dns": "external"}
    site = site_named("elsewhere", domain=domain, access={"viewing": "public"})

    await _gives_up_without_the_record(site, own_door)

    heard = Heard()
    async with asyncio.timeout(90):
        running = asyncio.create_task(deploy(site, own_door, heard.append))
        proof = await _proof(own_door, site)
        response = await _asked(heard, "global", "balancer")
        assert str(proof) in response
        assert proof.name.endswith(DOMAIN)
        assert "only the part before .example.net" in response
        await _created_meanwhile(heard)
        announced(own_account, proof)

        led = await _asked(heard, "verify")
        target = _target(led)
        assert re.fullmatch(r"d[a-z0-9]{13}\.cloudfront\.net", target), "a CNAME has no port"
        await _serves_though_its_name_leads_nowhere(site, own_door, target)
        announced(own_account, DnsRecord(DOMAIN, "CNAME", target))
        outcome: Outcome = await running
    assert outcome.exit_code is Exit.OK, outcome.cause
    assert f"https://{DOMAIN}" in outcome.summary
    assert not await pending(own_door, site)
    assert not (await own_owner.pages("route53", "list_hosted_zones", "HostedZones")), (
        "external DNS needs no zone"
    )

    listening: list[str] = []
    await watch(
        target, seconds=0.1, until=None, listening=lambda: listening.append("yes"), name=DOMAIN
    )
    assert listening, "the live channel answers for the domain before DNS leads to it"

    await _waits_for_a_record_that_is_gone(own_account, site, own_door)
    announced(own_account, DnsRecord(DOMAIN, "CNAME", "old.example.net"))
    elsewhere = (await seen(site.name, own_door))["address"]
    assert elsewhere.severity is Severity.WARN
    assert f"{DOMAIN} points to old.example.net, not to the site." in elsewhere.line
    announced(own_account, DnsRecord(DOMAIN, "CNAME", target))
    assert "address" in await all_well(site.name, own_door)
    again, _ = await deployed(site, own_door)
    assert again.exit_code is Exit.OK
    assert not again.changed
    await _is_answered_once_everything_is_set(own_account, proof, target)


async def _is_answered_once_everything_is_set(
    account: Account, proof: DnsRecord, target: str
) -> None:
    """A demonstration sets all that AWS asks for at once: the world's DNS must say the same."""
    withdrawn(account)
    announced(account, DnsRecord("*", "", ""))
    dns = Dns.of_environment()
    assert (await dns.query(proof.name, "CNAME")).records == (proof.value,)
    assert (await check_address(dns, DOMAIN, target)).severity is Severity.OK
    assert not (await dns.query(f"other.{DOMAIN}", "CNAME")).records
    withdrawn(account)


async def _serves_though_its_name_leads_nowhere(site: Site, door: Door, target: str) -> None:
    found = await seen(site.name, door)
    for served in ("page", "application", "live", "certificate"):
        assert found[served].severity is Severity.OK, found[served]
    assert found["address"].severity is Severity.WARN
    assert f"name {DOMAIN}, type CNAME, value {target}." in found["address"].line


async def _waits_for_a_record_that_is_gone(account: Account, site: Site, door: Door) -> None:
    withdrawn(account)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certificate_wait, "GIVE_UP_SECONDS", 0.5)
        outcome, heard = await deployed(site, door)
    assert outcome.exit_code is Exit.WAITING_FOR_YOU
    assert "The site is up" in heard.last("verify").reason
    assert f"name {DOMAIN}, type CNAME" in heard.last("verify").reason


async def test_credentials_that_may_not_look_at_certificates_wait_as_well(
    own_account: Account, own_door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificate_wait, "GIVE_UP_SECONDS", 1.0)
    monkeypatch.setattr(certificate_wait, "LOOK_EVERY_SECONDS", 0.1)
    site = site_named("unseen", domain={"name": f"unseen.{DOMAIN}", "dns": "external"})
    with fault(own_account, kind="refuse", target="acm.ListCertificates"):
        outcome, _ = await deployed(site, own_door)
    assert outcome.exit_code is Exit.WAITING_FOR_YOU, outcome.cause
    assert outcome.cause
    assert "acm:ListCertificates" in outcome.cause.next


async def _gives_up_without_the_record(site: Site, door: Door) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certificate_wait, "GIVE_UP_SECONDS", 1.0)
        outcome, heard = await deployed(site, door)
    assert outcome.exit_code is Exit.WAITING_FOR_YOU, outcome.cause
    assert outcome.cause
    assert "type CNAME" in outcome.cause.next
    assert heard.last("global").state is State.WAITING_FOR_YOU
    assert "type CNAME" in heard.last("global").to_json()["reason"]


def _target(response: str) -> str:
    return response.partition(f"name {DOMAIN}, type CNAME, value ")[2].partition(". ")[0]
