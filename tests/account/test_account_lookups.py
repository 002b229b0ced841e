from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solarrally_tui.account.availability_zones import (
    EXCLUDED,
    AvailabilityZone,
    NoZonesError,
    choose,
    usable_zones,
)
from solarrally_tui.account.lookups import newest_minor
from solarrally_tui.account.preflight.database import judge_offer
from solarrally_tui.aws.door import Door
from solarrally_tui.domains.hosted_zones import Zone as HostedZone
from solarrally_tui.domains.hosted_zones import most_specific, public_zones
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Size

ANSWERS = {
    "name": "zoned-garage",
    "region": "us-east-1",
    "tier": "small",
    "alerts": {"email": "ops@example.com"},
}


@pytest.fixture
async def looking(account: Account, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    async with await Door.open("us-east-1") as door:
        yield door


def test_zones_are_chosen_by_id_whatever_their_names() -> None:
    zones = [
        AvailabilityZone("us-east-1a", "use1-az6"),
        AvailabilityZone("us-east-1b", "use1-az3"),
        AvailabilityZone("us-east-1c", "use1-az1"),
        AvailabilityZone("us-east-1d", "use1-az2"),
    ]
    assert choose(zones) == ("us-east-1c", "us-east-1d")
    assert choose(zones, 3) == ("us-east-1c", "us-east-1d", "us-east-1a")


@given(st.permutations([AvailabilityZone(f"n{i}", f"use1-az{i}") for i in range(1, 7)]))
def test_the_choice_does_not_depend_on_the_order(zones: list[AvailabilityZone]) -> None:
    assert choose(zones) == ("n1", "n2")


def test_excluded_zones_are_never_chosen() -> None:
    assert choose(AvailabilityZone(id_, id_) for id_ in EXCLUDED) == ()


def test_the_newest_minor_is_a_number_not_a_text() -> None:
    listed = ["17.9", "17.11", "17.10", "18.4", "16.12", "17"]
    assert [newest_minor(listed, major) for major in (16, 17, 18)] == ["16.12", "17.11", "18.4"]
    assert newest_minor(["16.3"], 17) == ""


@pytest.mark.parametrize(
    ("domain", "zone"),
    [
        ("charge.north.example.com", "ZLONG"),
        ("example.com", "ZSHORT"),
        ("notexample.com", ""),
        ("example.org", ""),
    ],
)
def test_the_most_specific_zone_answers(domain: str, zone: str) -> None:
    zones = [HostedZone("ZSHORT", "example.com"), HostedZone("ZLONG", "north.example.com")]
    found = most_specific(domain, zones)
    assert (found.id if found else "") == zone


async def test_private_zones_do_not_count(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    async with await Door.open("eu-central-1") as door:
        for private in (False, True):
            await door.call(
                "route53",
                "create_hosted_zone",
                Name=f"{'private' if private else 'public'}.lookups.example",
                CallerReference=f"lookups-{private}",
                HostedZoneConfig={"PrivateZone": private},
                **({"VPC": {"VPCRegion": "eu-central-1", "VPCId": "vpc-1"}} if private else {}),
            )
        names = {zone.name for zone in await public_zones(door)}
    assert "public.lookups.example" in names
    assert "private.lookups.example" not in names


@pytest.mark.parametrize("avoided", ["use1-az2", "us-east-1b"])
async def test_a_zone_that_is_avoided_is_not_used(looking: Door, avoided: str) -> None:
    assert await usable_zones(looking, 2) == ("us-east-1a", "us-east-1b")
    assert await usable_zones(looking, 2, [avoided]) == ("us-east-1a", "us-east-1d")
    assert len(await usable_zones(looking, 3)) == 3


async def test_too_few_zones_are_told_with_the_answers_that_decide(looking: Door) -> None:
    avoided = ["us-east-1a", "us-east-1b", "us-east-1d", "us-east-1e"]
    with pytest.raises(NoZonesError) as caught:
        await usable_zones(looking, 2, avoided)
    plain = caught.value.plain
    assert "us-east-1 has fewer than 2 Availability Zones" in plain.what
    assert "network.avoid_zones" in plain.next


def test_a_class_is_judged_by_the_zones_in_which_rds_offers_it() -> None:
    size = from_answers(ANSWERS).size
    zones = ("us-east-1a", "us-east-1b")
    offered = [{"AvailabilityZones": [{"Name": "us-east-1b"}]}]

    def judged(given: Size, options: list[dict[str, Any]]) -> Finding:
        return judge_offer(given, "17.6", "us-east-1", zones, options)

    assert judged(size, offered).severity is Severity.OK
    two = judged(size.model_copy(update={"multi_az": True}), offered)
    assert two.severity is Severity.FAIL
    assert 'network.avoid_zones = ["us-east-1a"]' in two.fix
    assert "in us-east-1" in judged(size, []).line
