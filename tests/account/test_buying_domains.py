"""Hosted zones and the registrar, on the embedded account."""

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.poll import poll
from solarrally_tui.domains import hosted_zones, registration
from solarrally_tui.domains.registration import Contact, Offer, Progress
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.names import SITE_TAG

ADA = Contact(
    "Ada",
    "Lovelace",
    "",
    "ada@example.com",
    "+44.2071234567",
    "12 St James's Square",
    "London",
    "",
    "SW1Y 4JH",
    "GB",
)


@pytest.fixture
async def door(account: Account, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "700000000007")
    async with await Door.open("eu-central-1") as door:
        yield door


async def test_a_zone_is_made_once_and_tagged(door: Door) -> None:
    made = await hosted_zones.create(door, "sunny-zone.de", "sunny-garage")
    assert made.name == "sunny-zone.de"
    assert len(made.servers) == 4
    assert not any(server.endswith(".") for server in made.servers)
    assert await hosted_zones.create(door, "sunny-zone.de", "other-site") == made
    assert await hosted_zones.read(door, made.id) == made
    told = await door.call(
        "route53", "list_tags_for_resource", ResourceType="hostedzone", ResourceId=made.id
    )
    assert told["ResourceTagSet"]["Tags"] == [{"Key": SITE_TAG, "Value": "sunny-garage"}]


async def test_a_zone_that_was_deleted_can_be_made_again(door: Door) -> None:
    first = await hosted_zones.create(door, "twice.de", "sunny-garage")
    await door.call("route53", "delete_hosted_zone", Id=first.id)
    assert (await hosted_zones.create(door, "twice.de", "sunny-garage")).name == "twice.de"


async def test_a_free_domain_is_bought_and_gets_its_zone(door: Door) -> None:
    offer = await registration.offer(door, "sunny-garage.com")
    assert (offer.can_be_bought, offer.price, offer.renewal) == (True, Decimal(15), Decimal(15))
    assert await registration.newest_order(door, "sunny-garage.com") is None
    order = await registration.buy(door, "sunny-garage.com", ADA)
    assert order.domain == "sunny-garage.com"

    async def done() -> registration.Order | None:
        found = await registration.newest_order(door, "sunny-garage.com")
        return found if found and found.progress is Progress.DONE else None

    await poll(done, every=0.1, limit=20)
    zones = await door.pages("route53", "list_hosted_zones", "HostedZones")
    assert "sunny-garage.com." in [zone["Name"] for zone in zones]
    taken = await registration.offer(door, "sunny-garage.com")
    assert taken.why_not == "sunny-garage.com is taken."


async def test_what_is_refused_is_said_in_the_registrys_words(door: Door) -> None:
    with pytest.raises(AwsError) as refused:
        await registration.offer(door, "sunny.nowhere")
    assert registration.refusal(refused.value) == "The TLD .nowhere is not supported."
    with pytest.raises(AwsError) as refused:
        await registration.buy(door, "sunny-two.com", replace(ADA, email=""))
    assert "Email is missing" in registration.refusal(refused.value)


async def test_a_read_only_session_looks_and_buys_nothing(door: Door) -> None:
    async with await Door.open("us-east-1", read_only=True) as reader:
        assert (await registration.offer(reader, "sunny-three.com")).can_be_bought
        with pytest.raises(AwsError) as refused:
            await registration.buy(reader, "sunny-three.com", ADA)
        assert refused.value.kind is Kind.READ_ONLY
        with pytest.raises(AwsError) as refused:
            await hosted_zones.create(reader, "sunny-three.com", "sunny-garage")
        assert refused.value.kind is Kind.READ_ONLY


def test_contact_data_is_not_in_its_repr() -> None:
    assert "Ada" not in repr(ADA)
    assert "ContactType" in ADA.for_aws()
    assert "OrganizationName" not in ADA.for_aws()
    assert replace(ADA, organization="Engines").for_aws()["ContactType"] == "COMPANY"


def test_nothing_is_bought_without_a_price() -> None:
    assert not Offer("x.com", "AVAILABLE").can_be_bought
    assert "lists no price" in Offer("x.com", "AVAILABLE").why_not
    assert Offer("x.com", "NEW_WORD").why_not == "x.com cannot be bought here."


@pytest.mark.parametrize(
    ("told", "progress", "words"),
    [
        ({"Status": "FAILED", "Message": "no [/x]"}, Progress.FAILED, "no [/x]"),
        ({"Status": "ERROR"}, Progress.FAILED, "gives no reason"),
        ({"Status": "IN_PROGRESS"}, Progress.RUNNING, "at most three days"),
        (
            {"Status": "SUBMITTED", "StatusFlag": "PENDING_CUSTOMER_ACTION"},
            Progress.RUNNING,
            "the e-mail from AWS",
        ),
        ({"Status": "SUCCESSFUL"}, Progress.DONE, "Registered."),
    ],
)
def test_an_order_is_told_in_words(told: dict[str, str], progress: Progress, words: str) -> None:
    order = registration._order(told)
    assert order.progress is progress
    assert words in order.words
