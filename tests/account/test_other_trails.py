"""A trail that the account has already makes the site's own one a billed copy: it is said."""

import os
from collections.abc import AsyncIterator
from typing import Any

import pytest

from solarrally_tui.account.preflight import trails
from solarrally_tui.account.preflight.trails import OtherTrails
from solarrally_tui.aws.door import Door
from solarrally_tui.findings.severity import Severity
from solarrally_tui.pricing.price_book.store import book
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site
from tests.provisioning.engine_setup import fault


@pytest.fixture
async def door(account: Account, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    for name, value in account.applied_to(os.environ).items():
        monkeypatch.setenv(name, value)
    # An account of its own: trails of other tests are of no concern here.
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "210987654321")
    async with await Door.open("eu-central-1") as made:
        yield made


def site(trail: bool) -> Site:
    return from_answers(
        {
            "name": "watched",
            "region": "eu-central-1",
            "tier": "small",
            "alerts": {"email": "ops@example.com"},
            "governance": {"trail": trail},
        }
    )


async def made(door: Door, name: str, region: str, **more: Any) -> None:
    await door.call("s3", "create_bucket", "us-east-1", Bucket=f"logs-of-{name}")
    await door.call(
        "cloudtrail", "create_trail", region, Name=name, S3BucketName=f"logs-of-{name}", **more
    )


async def test_only_trails_of_management_events_here_count(door: Door, account: Account) -> None:
    await made(door, "solarrally-watched", "eu-central-1", IsMultiRegionTrail=True)
    await made(door, "far-away", "us-west-2")
    await made(door, "only-data", "eu-central-1")
    await door.call(
        "cloudtrail",
        "put_event_selectors",
        TrailName="only-data",
        EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": False}],
    )
    assert await trails.others(door, "watched") == OtherTrails()
    await made(door, "company", "us-west-2", IsMultiRegionTrail=True)
    assert await trails.others(door, "watched") == OtherTrails(("company",))
    with fault(account, kind="refuse", target="cloudtrail.GetEventSelectors"):
        unclear = await trails.others(door, "watched")
    assert unclear == OtherTrails(unclear=("company", "only-data"))


@pytest.mark.parametrize(
    ("trail", "others", "level", "said"),
    [
        (True, OtherTrails(), Severity.OK, "first"),
        (True, OtherTrails(("company",)), Severity.WARN, "2 USD per 100,000 events"),
        (True, OtherTrails(("company",), ("data",)), Severity.WARN, "2 USD per 100,000 events"),
        (True, OtherTrails((), ("data",)), Severity.UNKNOWN, "may not read what data records"),
        (False, OtherTrails((), ("data",)), Severity.UNKNOWN, "may not read what data records"),
        (False, OtherTrails(("company",)), Severity.OK, "company"),
        (False, OtherTrails(), Severity.WARN, "governance.trail = true"),
    ],
)
def test_what_it_means_for_the_site_is_said(
    trail: bool, others: OtherTrails, level: Severity, said: str
) -> None:
    finding = trails.judge(site(trail), others)
    assert finding.severity is level
    assert said in f"{finding.line} {finding.fix}"
    assert bool(finding.fix) is (level is not Severity.OK)


def test_the_price_is_the_books() -> None:
    item = "Management events, 2nd and later copies"
    for region in ("us-east-1", "eu-central-1", "sa-east-1"):
        assert book().price(region, "AWSCloudTrail", item).amount == trails.USD_FOR_100K_EVENTS


def test_advanced_selectors_are_read_too() -> None:
    told = [{"Field": "eventCategory", "Equals": ["Management"]}]
    assert trails._is_management({"FieldSelectors": told})
    assert not trails._is_management(
        {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}
    )
