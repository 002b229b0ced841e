"""The budget comes from the estimate, or from the operator where prices are missing."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.deployed import record
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.provisioning.deployment.budget import monthly_budget, what_it_counts
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site
from tests.provisioning.engine_setup import StandingSite, deployed, seen, site_named


def site(region: str, amount: int | None = None, *, budget: bool = True, **size: Any) -> Site:
    alerts = {"email": "a@example.com", "budget": budget, "monthly_budget_usd": amount}
    answers = {"name": "one", "region": region, "tier": "small", "alerts": alerts, "size": size}
    return from_answers(answers)


def test_the_budget_is_the_high_estimate() -> None:
    assert 60 < monthly_budget(site("us-east-1")) < 120


@pytest.mark.parametrize(
    ("region", "size"),
    [("af-south-1", {}), ("us-east-1", {"database_class": "db.x2g.large"})],
)
def test_without_prices_the_operator_must_say_a_budget(region: str, size: dict[str, Any]) -> None:
    with pytest.raises(StepError) as refused:
        monthly_budget(site(region, **size))
    assert refused.value.exit_code is Exit.REFUSED
    assert "alerts.monthly_budget_usd" in refused.value.plain.next
    assert monthly_budget(site(region, 90, **size)) == 90


@pytest.fixture
async def neighbour(door: Door, owner: Door) -> AsyncIterator[str]:
    """Another site of the account; the tag of both is as it was before."""
    await record.write(owner, site_named("next-door"), "123456789012")
    yield "next-door"
    await record.delete(owner, "next-door")
    await _activate(owner, "Inactive")


async def _activate(door: Door, status: str) -> None:
    await door.call(
        "ce",
        "update_cost_allocation_tags_status",
        "us-east-1",
        CostAllocationTagsStatus=[{"TagKey": "solarrally:site", "Status": status}],
    )


async def _filters(site: Site, door: Door) -> Any:
    (name,) = await SiteStacks.of(site, door).resource_ids("budget", "AWS::Budgets::Budget")
    account = (await door.identity()).account
    found = await door.call(
        "budgets", "describe_budget", "us-east-1", AccountId=account, BudgetName=name
    )
    return found["Budget"].get("CostFilters") or {}


async def test_two_budgets_are_kept_apart_once_the_tag_is_active(
    standing: StandingSite, door: Door, owner: Door, neighbour: str
) -> None:
    site = standing.site
    assert await _filters(site, door) == {}
    assert "the whole account, so" in (await seen(site.name, door))["budget"].line

    await _activate(owner, "Active")
    outcome, heard = await deployed(site, door)
    assert outcome.exit_code is Exit.OK, outcome.cause
    assert await _filters(site, door) == {"TagKeyValue": [f"user:solarrally:site${site.name}"]}
    assert "the tag of this site" in (await seen(site.name, door))["budget"].line
    assert not any("whole account" in event.reason for event in heard)

    await _activate(owner, "Inactive")
    outcome, heard = await deployed(site, door)
    assert outcome.exit_code is Exit.OK, outcome.cause
    assert await _filters(site, door) == {}, "a budget that counts nothing is silent"
    assert any("counts the whole account" in event.reason for event in heard)


def test_a_budget_names_the_sites_that_it_counts() -> None:
    one = site("us-east-1")
    assert "so two, three too" in what_it_counts(one, ["two", "three"], only_site=False)
    assert "solarrally:site" in what_it_counts(one, ["two"], only_site=False)
    assert not what_it_counts(one, [], only_site=False)
    assert not what_it_counts(one, ["two"], only_site=True)
    assert not what_it_counts(site("us-east-1", budget=False), ["two"], only_site=False)
