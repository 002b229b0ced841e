"""A host of the operator's own for chargers: what DNS says of it, and who may change that."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from solarrally_tui.account.iot_endpoints import Endpoint, iot_endpoint
from solarrally_tui.aws.door import Door
from solarrally_tui.domains import certificates, charger_host, standby_host
from solarrally_tui.domains.certificates import PendingCertificate, tagged
from solarrally_tui.domains.dns_lookup import Dns, DnsAnswer, Presence
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.teardown.destroy import destroy
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.cloning import clone
from solarrally_tui.site.model import Domain
from solarrally_tui.stacks.parameters import parameters
from solarrally_tui.wizard.domains import EngineDomains
from tests.clients import client, owner
from tests.provisioning.engine_setup import deployed, site_named
from tests.stacks.facts_setup import FACTS

HOST = "mqtt.charging.example.com"
TARGET = "a1b2-ats.iot.eu-west-1.amazonaws.com"
OTHER = "a1b2-ats.iot.eu-central-1.amazonaws.com"


class Answers(Dns):
    """A DNS with a few records."""

    def __init__(self, **records: str) -> None:
        super().__init__()
        self._records = {tuple(key.split()): value for key, value in records.items()}

    async def query(self, name: str, kind: str) -> DnsAnswer:
        found = self._records.get((name, kind))
        return DnsAnswer(Presence.FOUND, (found,)) if found else DnsAnswer(Presence.ABSENT)


@pytest.mark.parametrize(
    ("records", "severity", "words"),
    [
        ({f"{HOST} CNAME": TARGET}, Severity.OK, "leads to the site"),
        ({f"{HOST} CNAME": "a.example.net", "a.example.net CNAME": TARGET}, Severity.OK, "leads"),
        ({f"{HOST} CNAME": OTHER}, Severity.WARN, OTHER),
        ({f"{HOST} CNAME": "a.example.net", "a.example.net CNAME": HOST}, Severity.WARN, "not to"),
        ({f"{HOST} A": "192.0.2.1", f"{TARGET} A": "192.0.2.1"}, Severity.OK, "leads"),
        ({f"{HOST} A": "192.0.2.1", f"{TARGET} A": "192.0.2.2"}, Severity.WARN, "192.0.2.1"),
        ({}, Severity.WARN, "no record"),
    ],
)
async def test_a_host_is_judged_by_where_its_aliases_end(
    records: dict[str, str], severity: Severity, words: str
) -> None:
    found = await charger_host.check(Answers(**records), HOST, TARGET)
    assert (found.severity, words in found.line) == (severity, True), found


async def test_where_dns_does_not_answer_a_host_is_unknown() -> None:
    silent = charger_host.judge_addresses(
        DnsAnswer(Presence.UNKNOWN), DnsAnswer(Presence.FOUND), ""
    )
    assert silent.severity is Severity.UNKNOWN


async def test_the_wizard_lists_the_record_of_a_host_until_it_leads_to_the_site(
    door: Door,
) -> None:
    async def opened(_: str | None) -> Door:
        return door

    named = site_named("named", domain={"charger_host": HOST})
    target = (await iot_endpoint(door)).address
    wanted = await EngineDomains(opened, Answers()).charger_record(named)
    assert wanted == charger_host.record(HOST, target)
    leads = EngineDomains(opened, Answers(**{f"{HOST} CNAME": target}))
    assert await leads.charger_record(named) is None
    assert await leads.charger_record(site_named("plain")) is None


async def test_a_record_is_withdrawn_only_where_it_leads_here(
    own_owner: Door, own_door: Door
) -> None:
    created = await own_owner.call(
        "route53", "create_hosted_zone", Name="example.com", CallerReference="host"
    )
    zone = str(created["HostedZone"]["Id"]).rpartition("/")[2]
    assert await charger_host.leads_to(own_door, zone, HOST) == ""
    await charger_host.lead(own_door, zone, HOST, OTHER)
    assert not await charger_host.withdraw(own_door, HOST, TARGET)
    assert await charger_host.leads_to(own_door, zone, HOST) == OTHER
    await charger_host.lead(own_door, zone, HOST, TARGET)
    assert await charger_host.withdraw(own_door, HOST, TARGET)
    assert await charger_host.leads_to(own_door, zone, HOST) == ""


async def test_what_is_on_standby_for_a_host_goes_with_another_host_or_the_site(
    own_owner: Door, own_door: Door
) -> None:
    await own_owner.call(
        "route53", "create_hosted_zone", Name="example.com", CallerReference="standby"
    )
    site = site_named("named", domain={"charger_host": HOST})
    other = site_named("named", domain={"charger_host": f"other.{HOST}"})
    waiting = await standby_host.prepare(own_door, site)
    assert waiting.is_pending, "nothing proves the host yet"
    assert await standby_host.prepare(own_door, site) == replace(
        waiting, records=(await described(own_door, waiting.arn)).records
    )
    assert await standby_host.ready(own_door, "named", HOST) == ""
    assert await tagged(own_door, "named", own_door.region) == [], "it is no certificate of a stack"
    changed = await standby_host.prepare(own_door, other)
    assert changed.arn != waiting.arn
    assert await own_door.find("acm", "describe_certificate", CertificateArn=waiting.arn) is None
    assert await standby_host.delete(own_door, "named") == 1
    assert await standby_host.delete(own_door, "named") == 0


@pytest.mark.torture
async def test_a_destroyed_site_leaves_no_host_in_either_region(
    own_account: Account, own_door: Door, own_owner: Door
) -> None:
    """Its slices are the records and what is on standby above, and the host of test_recover."""
    await own_owner.call(
        "route53", "create_hosted_zone", Name="example.net", CallerReference="destroyed"
    )
    host = "mqtt.charging.example.net"
    site = site_named(
        "named", size={"backup_copy_region": "eu-west-1"}, domain={"charger_host": host}
    )
    outcome, heard = await deployed(site, own_door)
    assert outcome.exit_code == 0, outcome.cause
    async with asyncio.timeout(60):
        while (await standby_host.prepare(own_door.with_region("eu-west-1"), site)).is_pending:
            await asyncio.sleep(0.1)
    gone = await destroy("named", own_door, heard.append, delete_data=True)
    assert gone.exit_code == 0, gone.cause
    for region in ("us-east-1", "eu-west-1"):
        acm, iot = (client(owner(own_account), service, region) for service in ("acm", "iot"))
        assert not acm.list_certificates()["CertificateSummaryList"]
        found = iot.list_domain_configurations()["domainConfigurations"]
        assert not [one for one in found if "solarrally" in one["domainConfigurationName"]]
    assert not await charger_host.withdraw(own_door, host, (await iot_endpoint(own_door)).address)


async def described(door: Door, arn: str) -> PendingCertificate:
    found = await certificates.described(door, arn, door.region)
    assert found
    return found


async def test_the_endpoint_has_the_name_that_a_record_leads_to(own_door: Door) -> None:
    assert Endpoint("abc-ats.iot.us-east-1.amazonaws.com", "8883").address.endswith(".com")
    endpoint = await iot_endpoint(own_door)
    assert endpoint.address == f"localhost:{endpoint.port}"


def test_the_host_is_below_the_name_needs_none_and_leads_to_one_site() -> None:
    assert Domain(charger_host=HOST).names == (HOST,)
    assert Domain(name="charging.example.com", charger_host=HOST).names[1] == HOST
    copy, changes = clone(site_named("barn", domain={"charger_host": HOST}), "mill")
    assert copy.domain.charger_host == ""
    assert "domain.charger_host" in {change.path for change in changes}
    with pytest.raises(ValueError, match=r"must end with \.other\.example\.com"):
        Domain(name="other.example.com", charger_host=HOST)


@pytest.mark.parametrize("host", ["", HOST])
def test_the_certificate_is_proven_in_the_zone_that_the_host_began_with(host: str) -> None:
    site = site_named("named", domain={"charger_host": host, "dns": "external"})
    outputs: dict[str, Any] = {
        "bootstrap": dict.fromkeys(("AlertTopicArn", "LogBucketName", "KmsKeyArn"), "x")
    }
    values = parameters("iot", site, replace(FACTS, charger_host_zone_id="Z1"), outputs)
    assert (values["DomainName"], values["HostedZoneId"]) == (host, "Z1" if host else "")
