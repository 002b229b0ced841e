"""What a change of a site costs, resource by resource."""

from decimal import Decimal
from typing import Any

import pytest

from solarrally_tui.pricing.cost_difference import CostDifference, differences
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.pricing.metering.assumptions import DEFAULTS
from solarrally_tui.pricing.metering.resources import resources
from solarrally_tui.pricing.metering.usage import usage
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site


def sized(tier: str = "small", **size: Any) -> Site:
    answers = {"name": "change", "region": "us-east-1", "tier": tier}
    return from_answers(answers | {"alerts": {"email": "a@example.com"}, "size": size})


def between(before: Site, after: Site) -> dict[str, CostDifference]:
    found = differences(
        (resources(before), usage(before, DEFAULTS)), (resources(after), usage(after, DEFAULTS))
    )
    return {each.resource: each for each in found}


def about(amount: str) -> Any:
    return pytest.approx(Decimal(amount), rel=Decimal("0.01"))


def test_nothing_changed_costs_nothing() -> None:
    assert between(sized(), sized()) == {}


def test_a_standby_database_doubles_its_cost() -> None:
    found = between(sized(), sized(multi_az=True))
    assert [each.type for each in found.values()] == ["AWS::RDS::DBInstance"]
    (database,) = found.values()
    assert database.before == about("14.15")  # with the logs that it makes
    assert database.monthly == about("13.98")


def test_what_goes_is_below_zero_and_what_comes_above() -> None:
    found = between(sized(egress="nat-single"), sized())
    gone = {each.type: each.monthly for each in found.values() if each.after == 0}
    assert gone["AWS::EC2::EIP"] == about("-3.65")
    gateway = gone["AWS::EC2::NatGateway"]
    assert gateway is not None
    assert gateway < Decimal("-32.85")
    back = between(sized(), sized(egress="nat-single"))
    for name, each in found.items():
        assert back[name].monthly == -(each.monthly or 0)


def test_more_chargers_cost_more_though_no_resource_changes() -> None:
    found = between(sized(chargers=5), sized(chargers=10))
    assert {each.type for each in found.values()} >= {"AWS::IoT::ThingType", "AWS::ECS::Service"}
    total = sum(each.monthly or 0 for each in found.values())
    assert total == about("2.65")  # half of 5.29 for ten chargers


def test_a_price_that_is_missing_is_not_known() -> None:
    (database,) = between(sized(), sized(database_class="db.x2g.large")).values()
    assert database.before == about("14.15")  # with the logs that it makes
    assert database.monthly is None


def test_a_larger_database_in_two_zones_costs_what_its_hours_and_storage_cost() -> None:
    larger = {"multi_az": True, "database_storage_gib": 40}
    (database,) = between(sized(), sized(**larger)).values()
    # From 730 x 0.016 + 20 x 0.115 to 730 x 0.032 + 40 x 0.23.
    assert database.monthly == about("18.58")


def test_the_services_of_a_new_task_cost_what_the_estimate_calls_them() -> None:
    """So that a review after a failure has the same price under the same name as before it."""
    site = sized()
    month = usage(site, DEFAULTS)
    found = differences(([], month), (resources(site), month))
    for each in found:
        assert sum(usd for _, usd in each.services) == each.monthly
    tasks = [usd for each in found for name, usd in each.services if name == "AmazonECS"]
    assert sum(tasks) == sum(
        line.monthly for line in estimate(site).lines if line.service == "AmazonECS"
    )
