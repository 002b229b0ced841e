"""Look-ups against a real DNS server of our own, and what is said about their answers."""

from collections.abc import AsyncIterator

import pytest
from dns.resolver import NoResolverConfiguration

from solarrally_tui.domains import caa, dns_lookup
from solarrally_tui.domains.certificates import PendingCertificate
from solarrally_tui.domains.dns_check import check_name
from solarrally_tui.domains.dns_lookup import VARIABLE, Dns, Presence
from solarrally_tui.domains.dns_records import DnsRecord
from solarrally_tui.domains.hosted_zones import HostedZone
from solarrally_tui.domains.proof_check import check_address, check_proofs
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from tests.account.name_server import BROKEN, SILENT, NameServer, name_server

NAME = "charging.example.com"
OWN = ("ns-1.awsdns-1.com", "ns-2.awsdns-2.net", "ns-3.awsdns-3.org", "ns-4.awsdns-4.co.uk")
ZONE = HostedZone("Z1", "example.com", OWN)


@pytest.fixture
async def world() -> AsyncIterator[NameServer]:
    """The world's DNS: .com delegates example.com to its Route 53 zone."""
    async with name_server() as server:
        server.zone("com", "a.gtld-servers.net")
        server.zone("example.com", *OWN)
        server.delegations["example.com"] = OWN
        yield server


async def findings(world: NameServer, zone: HostedZone | None = ZONE) -> dict[str, Finding]:
    told = await check_name(world.dns(), NAME, zone)
    return {each.id: each for each in told.findings}


async def test_a_delegated_name_that_is_free_is_well(world: NameServer) -> None:
    found = await findings(world)
    assert [each.severity for each in found.values()] == [Severity.OK] * 3
    assert found["delegation"].line == "example.com is delegated to its hosted zone."
    assert found["caa"].line == "Any CA may issue (no CAA)."
    assert found["address"].line == "Not in use: the name has no record yet."


async def test_a_zone_that_nobody_delegates_to_shows_the_servers_to_set(world: NameServer) -> None:
    del world.delegations["example.com"]
    found = (await findings(world))["delegation"]
    assert found.severity is Severity.WARN
    assert "example.com is not delegated yet." in found.line
    assert found.fix.startswith("Deploy waits until the registrar has exactly these")
    assert all(server in found.fix for server in OWN)


async def test_the_parent_is_believed_and_not_the_zone_itself(world: NameServer) -> None:
    # The zone claims Route 53's servers, but the registrar sends everybody elsewhere.
    world.delegations["example.com"] = ("ns1.other.test", "ns2.other.test", "ns3.other.test")
    found = (await findings(world))["delegation"]
    assert found.severity is Severity.WARN
    assert "It is delegated to ns1.other.test and 2 more." in found.line


async def test_servers_of_two_providers_are_told_apart(world: NameServer) -> None:
    world.delegations["example.com"] = (OWN[0], "ns1.other.test")
    assert "It is also delegated to ns1.other.test." in (await findings(world))["delegation"].line


async def test_some_of_the_zones_servers_are_enough(world: NameServer) -> None:
    world.delegations["example.com"] = (OWN[0].upper(), OWN[1])
    assert (await findings(world))["delegation"].severity is Severity.OK


async def test_a_zone_below_a_domain_is_delegated_by_records(world: NameServer) -> None:
    found = await findings(world, HostedZone("Z1", NAME, OWN))
    assert found["delegation"].fix.startswith("Deploy waits until its NS records are exactly")


async def test_a_resolver_is_asked_where_the_parent_cannot_be_reached(
    world: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dns_lookup, "_ONE_TRY_SECONDS", 0.1)
    world.moods["referrals"] = SILENT
    assert (await findings(world))["delegation"].severity is Severity.OK


@pytest.mark.parametrize("mood", [SILENT, BROKEN])
async def test_no_answer_is_unknown_and_blocks_nothing(
    world: NameServer, monkeypatch: pytest.MonkeyPatch, mood: str
) -> None:
    monkeypatch.setattr(dns_lookup, "_ONE_TRY_SECONDS", 0.1)
    monkeypatch.setattr(dns_lookup, "_SECONDS", 0.2)
    for name in (NAME, "example.com", "com", "referrals"):
        world.moods[name] = mood
    told = await check_name(world.dns(), NAME, ZONE)
    assert {each.severity for each in told.findings} == {Severity.UNKNOWN}
    assert told.apex == ""


async def test_nobody_listening_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns_lookup, "_SECONDS", 0.2)
    told = await check_name(Dns(["127.0.0.1"], 1), NAME, None)
    assert {each.severity for each in told.findings} == {Severity.UNKNOWN}


async def test_a_computer_without_resolvers_knows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(self: object, filename: str) -> None:
        raise NoResolverConfiguration

    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr("dns.resolver.BaseResolver.read_resolv_conf", missing)
    told = await check_name(Dns.of_environment(), NAME, ZONE)
    assert {each.severity for each in told.findings} == {Severity.UNKNOWN}


async def test_a_long_answer_comes_by_tcp(world: NameServer) -> None:
    world.records["example.com", "CAA"] = tuple(
        f'0 issue "ca-{number}.example.net"' for number in range(40)
    )
    found = (await findings(world))["caa"]
    assert found.severity is Severity.FAIL
    assert ("tcp", "example.com", "CAA") in world.asked


async def test_caa_is_climbed_to_the_first_label_that_has_any(world: NameServer) -> None:
    world.records["example.com", "CAA"] = ('0 issue "letsencrypt.org"',)
    found = (await findings(world))["caa"]
    assert found.severity is Severity.FAIL
    assert found.line == 'CAA at example.com forbids AWS: 0 issue "letsencrypt.org"'
    assert found.fix == 'Add this CAA record at example.com: 0 issue "amazon.com"'
    world.records[NAME, "CAA"] = ('0 issue "AmazonTrust.com; validationmethods=dns-01"',)
    assert (await findings(world))["caa"].line == f"CAA at {NAME} lets AWS issue."


async def test_a_label_that_does_not_answer_may_forbid(world: NameServer) -> None:
    world.records["com", "CAA"] = ('0 issue "amazon.com"',)
    world.moods["example.com"] = BROKEN
    assert (await findings(world))["caa"].severity is Severity.UNKNOWN


@pytest.mark.parametrize(
    ("records", "forbidding"),
    [
        ((), ""),
        (('0 iodef "mailto:a@example.com"',), ""),
        (('0 issuewild "other.test"',), ""),
        (('0 issue "other.test"', '0 issue "amazonaws.com"'), ""),
        (('0 issue ";"',), '0 issue ";"'),
        (('0 issue "amazon.com.evil.test"',), '0 issue "amazon.com.evil.test"'),
        (('128 tbs "x"', '0 issue "amazon.com"'), '128 tbs "x"'),
        (('0 tbs "x"',), ""),
    ],
)
def test_which_record_forbids(records: tuple[str, ...], forbidding: str) -> None:
    assert caa.forbidding(records) == forbidding


@pytest.mark.parametrize("issuer", sorted(caa.AMAZON))
def test_every_name_of_amazon_will_do(issuer: str) -> None:
    assert caa.forbidding((f'0 issue "{issuer}"',)) == ""


async def test_a_name_in_use_is_told_with_what_to_do(world: NameServer) -> None:
    world.records[NAME, "A"] = ("203.0.113.9", "203.0.113.7", "203.0.113.8")
    in_zone, elsewhere = await findings(world), await findings(world, None)
    assert in_zone["address"].line == "It already points to 203.0.113.7 and 2 more."
    assert "delete this record first" in in_zone["address"].fix
    assert "once the site is up" in elsewhere["address"].fix
    assert "delegation" not in elsewhere
    told = await check_name(world.dns(), NAME, ZONE, ours=True)
    assert "address" not in {each.id for each in told.findings}


async def test_the_zone_that_a_name_is_in_is_found(world: NameServer) -> None:
    assert await world.dns().apex("a.b.example.com") == "example.com"
    assert (await check_name(world.dns(), "a.b.example.com", None)).apex == "example.com"


async def test_odd_names_are_no_crash(world: NameServer) -> None:
    for name in ("", "..", "a..b", "x" * 70, "\u202e", "[/x]"):
        assert (await world.dns().query(name, "A")).presence in {Presence.UNKNOWN, Presence.ABSENT}
        assert (await world.dns().delegation(name)).presence is not Presence.FOUND


async def test_the_environment_names_a_server(
    world: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, f"127.0.0.1:{world.port}")
    assert (await Dns.of_environment().query("example.com", "NS")).records == OWN


PROOF = DnsRecord("_a.charging.example.com", "CNAME", "_b.acm-validations.aws")
WAITING = (PendingCertificate(NAME, "us-east-1", "arn", "PENDING_VALIDATION", "", (PROOF,)),)


@pytest.mark.parametrize(
    ("name", "value", "level", "words"),
    [
        ("", "", Severity.WARN, "DNS has no such record yet."),
        (PROOF.name, "_b.acm-validations.aws.", Severity.OK, "The record exists."),
        (PROOF.name, "_c.acm-validations.aws.", Severity.WARN, "another value: _c.acm-validations"),
        (
            f"{PROOF.name}.example.com",
            "_b.acm-validations.aws.",
            Severity.WARN,
            "ends with example.com.example.com.",
        ),
    ],
)
async def test_why_a_certificate_waits(
    world: NameServer, name: str, value: str, level: Severity, words: str
) -> None:
    if name:
        world.records[name, "CNAME"] = (value,)
    [found] = await check_proofs(world.dns(), WAITING)
    assert found.severity is level
    assert words in found.line


async def test_a_certificate_that_caa_forbids_says_so(world: NameServer) -> None:
    world.records["example.com", "CAA"] = ('0 issue "other.test"',)
    found = await check_proofs(world.dns(), WAITING)
    assert [each.id for each in found] == ["proof", "caa"]
    assert found[1].severity is Severity.FAIL


@pytest.mark.parametrize(
    ("kind", "value", "level", "words"),
    [
        ("", "", Severity.WARN, "It has no record yet."),
        ("CNAME", "d111.cloudfront.net.", Severity.OK, "It points to the site."),
        ("CNAME", "other.test.", Severity.WARN, "It points to other.test, not to the site."),
        ("A", "192.0.2.7", Severity.OK, "It points to the site."),
        ("A", "203.0.113.1", Severity.WARN, "It points to 203.0.113.1, not to the site."),
    ],
)
async def test_where_a_name_leads(
    world: NameServer, kind: str, value: str, level: Severity, words: str
) -> None:
    world.records["d111.cloudfront.net", "A"] = ("192.0.2.7", "192.0.2.8")
    if kind:
        world.records[NAME, kind] = (value,)
    found = await check_address(world.dns(), NAME, "d111.cloudfront.net")
    assert (found.severity, found.line) == (level, words)
