"""What already has a site's domain: judged, and looked up in an account and in DNS."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.domains.dns_check import judge_address
from solarrally_tui.domains.dns_lookup import DnsAnswer, Presence
from solarrally_tui.domains.hosted_zones import Zone
from solarrally_tui.domains.name_obstacles import judge_twins, obstacles
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site


def site(name: str, **domain: str) -> Site:
    return from_answers(
        {
            "name": "named-garage",
            "region": "us-east-1",
            "tier": "small",
            "alerts": {"email": "ops@example.com"},
            "domain": {"name": name, **domain},
        }
    )


@pytest.fixture
async def door(account: Account, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    # An account of this module's own.
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "333333333301")
    async with await Door.open("us-east-1") as opened:
        yield opened


async def zone(door: Door, name: str, reference: str) -> str:
    made = await door.call("route53", "create_hosted_zone", Name=name, CallerReference=reference)
    return str(made["HostedZone"]["Id"]).rpartition("/")[2]


async def found(door: Door, wanted: Site) -> dict[str, Finding]:
    return {each.id: each for each in await obstacles(door, wanted, None)}


async def test_a_record_that_exists_stops_a_deployment(door: Door) -> None:
    zone_id = await zone(door, "taken.example", "one")
    before = await found(door, site("charging.taken.example"))
    assert before["dns-record"].severity is Severity.OK
    record = {
        "Name": "charging.taken.example",
        "Type": "CNAME",
        "TTL": 60,
        "ResourceRecords": [{"Value": "old.example.net"}],
    }
    changes = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    await door.call(
        "route53", "change_resource_record_sets", HostedZoneId=zone_id, ChangeBatch=changes
    )
    stopped = (await found(door, site("charging.taken.example")))["dns-record"]
    assert stopped.severity is Severity.FAIL
    assert "type CNAME" in stopped.line
    assert "another domain.name" in stopped.fix
    other = await found(door, site("other.taken.example"))
    assert other["dns-record"].severity is Severity.OK


async def test_without_a_zone_a_name_stops_a_deployment_unless_its_dns_is_elsewhere(
    door: Door,
) -> None:
    missing = (await found(door, site("charging.garage.example")))["hosted-zone"]
    assert missing.severity is Severity.FAIL
    assert "no public hosted zone for charging.garage.example" in missing.line
    assert "hosted-zone" not in await found(door, site("charging.garage.example", dns="external"))


async def test_of_two_zones_of_one_name_none_is_guessed(door: Door) -> None:
    first, second = [await zone(door, "twin.example", reference) for reference in "ab"]
    twins = (await found(door, site("charging.twin.example")))["hosted-zone"]
    assert twins.severity is Severity.FAIL
    assert first in twins.line
    assert second in twins.line
    assert "domain.hosted_zone_id" in twins.fix
    chosen = await found(door, site("charging.twin.example", hosted_zone_id=second))
    assert chosen["dns-record"].severity is Severity.OK
    none = await found(door, site("charging.twin.example", hosted_zone_id="Z0NOWHERE"))
    assert none["hosted-zone"].severity is Severity.FAIL


def test_the_zone_to_which_the_domain_is_delegated_is_proposed() -> None:
    twins = (Zone("Z1", "twin.example"), Zone("Z2", "twin.example"))
    told = judge_twins(twins, "Z2")
    assert "delegated to Z2" in told.line
    assert told.fix.startswith('Set domain.hosted_zone_id = "Z2".')
    assert "e-mail" in told.fix


async def test_what_cannot_be_read_is_unknown(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:

    async def refuse(service: str, operation: str, *_: object, **__: object) -> None:
        await asyncio.sleep(0)
        raise AwsError("AccessDenied", "no", service, operation)

    monkeypatch.setattr(door, "call", refuse)
    monkeypatch.setattr(door, "pages", refuse)
    levels = {each.severity for each in (await found(door, site("a.taken.example"))).values()}
    assert levels == {Severity.UNKNOWN}


@pytest.mark.parametrize(
    ("target", "level"),
    [("d111111abcdef8.cloudfront.net", Severity.FAIL), ("old.example.net", Severity.WARN)],
)
def test_a_name_that_leads_to_another_distribution_stops_elsewhere_too(
    target: str, level: Severity
) -> None:
    assert judge_address(DnsAnswer(Presence.FOUND, (target,)), False).severity is level
