"""The estimate: complete, additive, monotonous, and equal to what was worked out by hand."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solarrally_tui.blueprints import CATALOGUE, of_shape
from solarrally_tui.pricing.estimate import RULES, Estimate, estimate
from solarrally_tui.pricing.metering.assumptions import DEFAULTS
from solarrally_tui.pricing.metering.estimate_lines import oldest_that_matters
from solarrally_tui.pricing.metering.estimate_range import Range
from solarrally_tui.pricing.metering.free_types import FREE
from solarrally_tui.pricing.metering.resources import ACCOUNT, resources
from solarrally_tui.pricing.price_book.book import Price
from solarrally_tui.pricing.price_book.store import book
from solarrally_tui.pricing.unused import monthly_of, unused_by_stack
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site
from solarrally_tui.stacks.template import read


def site(tier: str = "small", region: str = "us-east-1", **tables: dict[str, Any]) -> Site:
    answers = {"name": "one", "region": region, "tier": tier, "alerts": {"email": "a@example.com"}}
    return from_answers(answers | tables)


def sized(tier: str = "small", region: str = "us-east-1", **size: Any) -> Site:
    return site(tier, region, size=size)


def of(cost: Estimate, *services: str, item: str = "") -> Decimal:
    return sum(
        (line.monthly for line in cost.lines if line.service in services and item in line.item),
        Decimal(0),
    )


def about(amount: str) -> Any:
    return pytest.approx(Decimal(amount), rel=Decimal("0.01"))


def test_every_type_of_every_template_has_a_rule_or_a_reason() -> None:
    types = {
        body["Type"]
        for blueprint in CATALOGUE
        for body in read(blueprint.template())["Resources"].values()
    }
    assert types - RULES.keys() - FREE.keys() == set()
    assert not RULES.keys() & FREE.keys()
    assert all(reason.endswith(".") for reason in FREE.values())


@pytest.mark.parametrize("tier", ["small", "medium", "large"])
@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "sa-east-1"])
def test_sums_are_sums_of_lines(tier: str, region: str) -> None:
    cost = estimate(site(tier, region))
    assert cost.expected == sum(line.monthly for line in cost.lines)
    assert cost.low == sum(line.low for line in cost.lines)
    assert cost.high == sum(line.high for line in cost.lines)
    assert cost.low < cost.expected < cost.high
    assert cost.total("fixed") + cost.total("usage") == cost.expected
    assert cost.driver
    nat = {"network"} if tier == "large" else set()
    free = {"network", "budget", "governance"}
    stacks = {blueprint.id for blueprint in of_shape("tasks")} - free | nat
    assert {line.stack for line in cost.lines} == stacks | {ACCOUNT}


@pytest.mark.parametrize(
    ("chargers", "interval", "expected"),
    [(1, 10, "0.53"), (10, 10, "5.29"), (10, 5, "10.55"), (100, 5, "105.47")],
)
def test_iot_as_worked_out_by_hand(chargers: int, interval: int, expected: str) -> None:
    cost = estimate(sized(chargers=chargers, interval_seconds=interval, max_tasks=1))
    assert of(cost, "AWSIoT") - of(cost, "AWSIoT", item="Fleet index") == about(expected)


def test_lean_small_design_as_worked_out_by_hand() -> None:
    """Design b1: 10 chargers every 10 seconds on ARM, one task, single zone, in us-east-1."""
    cost = estimate(sized())
    assert of(cost, "AmazonECS") == about("14.42")
    assert of(cost, "AmazonRDS") == about("13.98")
    assert of(cost, "AWSELB") == about("17.01")
    assert of(cost, "awswaf") == about("8.30")  # 8.90 with a hosted zone and its queries
    assert of(cost, "AmazonVPC") == about("3.65")  # the load balancer is internal: no addresses
    assert of(cost, "AmazonCloudFront") == 0  # within what is always free
    assert of(cost, "AWSSecretsManager") == about("2.025")  # five secrets


def test_public_load_balancer_pays_for_its_addresses() -> None:
    domain = {"name": "charging.example.com", "hosted_zone_id": "Z1", "origin": "public-alb"}
    assert of(estimate(site(domain=domain)), "AmazonVPC") == about("10.95")


def test_lean_medium_design_as_worked_out_by_hand() -> None:
    """Design b5: 100 chargers, two tasks of 1 vCPU and 2 GB, t4g.small in two zones, 50 GB."""
    cost = estimate(sized("medium", task_cpu=1024, task_memory=2048, hub=False))
    assert of(cost, "AmazonECS") == about("57.67")
    assert of(cost, "AmazonRDS") == about("58.95")
    # The worked example has one subscriber; each of the two tasks receives every message.
    assert of(cost, "AWSIoT") == about("79.19")


def test_goals_of_the_owner_are_met() -> None:
    assert estimate(sized()).expected <= 75
    assert estimate(sized(chargers=1)).expected <= 63
    assert estimate(site("medium")).expected <= 250


def test_egress_through_nat_is_priced() -> None:
    plain, single, per_zone = (
        estimate(sized(egress=egress)) for egress in ("public-tasks", "nat-single", "nat-per-az")
    )
    hour = "NAT gateway hour"
    assert of(plain, "AmazonEC2", item=hour) == 0
    assert of(single, "AmazonEC2", item=hour) == about("32.85")
    assert of(per_zone, "AmazonEC2", item=hour) == about("65.70")
    assert of(single, "AmazonVPC") == about("3.65")


def test_what_has_no_price_is_named() -> None:
    cost = estimate(sized(database_class="db.x2g.large"))
    assert "RDS PostgreSQL db.x2g.large Single-AZ" in {each.item for each in cost.unknown}
    assert of(cost, "AmazonRDS") == about("2.30")


def test_a_region_without_prices_is_unknown_and_never_a_small_number() -> None:
    cost = estimate(site(region="af-south-1"))
    assert not cost.known
    assert not cost.complete
    assert cost.lines == ()
    assert "af-south-1" in cost.unknown[0].reason


def test_an_estimate_without_a_price_that_matters_is_not_complete() -> None:
    assert estimate(sized()).complete
    assert not estimate(sized(database_class="db.x2g.large")).complete


def test_what_is_always_free_is_counted_once_for_the_account() -> None:
    cost = estimate(site("large"))
    alarms = [line for line in cost.lines if line.is_allowance and line.item == "10 alarms"]
    assert sum(line.quantity for line in alarms) == -10
    assert cost.list_price + cost.always_free == cost.expected
    assert cost.always_free < 0


def test_price_tiers_count_the_whole_account() -> None:
    """Messages in and out are one meter: above 1,000 million a month they cost 0.80."""
    cost = estimate(sized("large", chargers=800, min_tasks=6, max_tasks=6, hub=False))
    million = [
        line.quantity for line in cost.lines if line.item == "Messages (5 KB metering), MQTT/HTTP"
    ]
    assert sum(million) > 1000
    paid = of(cost, "AWSIoT", item="Messages")
    assert paid == pytest.approx(1000 + (sum(million) - 1000) * Decimal("0.8"))


def test_a_check_from_outside_is_a_check_with_one_feature() -> None:
    """0.75 and 2.00 for HTTPS, by AWS's page feed of August 2025."""
    alerts = {"email": "a@example.com", "health_check": True}
    assert of(estimate(site(alerts=alerts)), "AmazonRoute53") == Decimal("2.75")
    assert estimate(site(alerts=alerts)).complete


def test_firewall_off_saves_its_price() -> None:
    assert of(estimate(sized(waf="off")), "awswaf") == 0


def test_an_assumption_can_be_replaced() -> None:

    more = replace(DEFAULTS, log_gb_task=Range.exactly(10))
    assert estimate(sized(), more).list_price > estimate(sized()).list_price + 4


def test_every_assumption_has_a_reason_and_is_in_order() -> None:
    for each in DEFAULTS.explained():
        assert each.reason.endswith(".")
        assert each.unit
        assert each.value.low <= each.value.expected <= each.value.high


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["small", "medium", "large"]), st.integers(1, 799), st.integers(1, 200))
def test_more_chargers_never_cost_less(tier: str, chargers: int, more: int) -> None:
    few = estimate(sized(tier, chargers=chargers))
    many = estimate(sized(tier, chargers=min(chargers + more, 800)))
    assert few.low <= many.low
    assert few.expected <= many.expected
    assert few.high <= many.high


@settings(max_examples=25, deadline=None)
@given(st.integers(7, 3599))
def test_a_longer_interval_never_costs_more(interval: int) -> None:
    often = estimate(sized(chargers=500, interval_seconds=interval))
    seldom = estimate(sized(chargers=500, interval_seconds=interval + 1))
    assert seldom.expected <= often.expected


SIZES = st.fixed_dictionaries(
    {
        "chargers": st.integers(1, 400),
        "interval_seconds": st.integers(5, 600),
        "min_tasks": st.integers(1, 6),
        "max_tasks": st.integers(6, 12),
        "multi_az": st.booleans(),
        "egress": st.sampled_from(["public-tasks", "nat-single", "nat-per-az"]),
        "architecture": st.sampled_from(["arm64", "x86_64"]),
        "waf": st.sampled_from(["off", "count", "block"]),
        "interface_endpoints": st.booleans(),
    }
)


@settings(max_examples=40, deadline=None)
@given(SIZES, st.sampled_from(book().regions))
def test_totals_are_sums_in_order_whatever_is_chosen(size: dict[str, Any], region: str) -> None:
    cost = estimate(sized("small", region, **size))
    assert cost.expected == sum(line.monthly for line in cost.lines)
    assert cost.low <= cost.expected <= cost.high
    assert cost.low == sum(line.low for line in cost.lines)
    assert cost.high == sum(line.high for line in cost.lines)
    assert cost.known
    free = [line for line in cost.lines if line.is_allowance]
    assert all(line.monthly <= 0 and line.quantity <= 0 for line in free)
    assert all(line.monthly >= 0 for line in cost.lines if not line.is_allowance)


def test_the_date_is_that_of_the_oldest_price_that_matters() -> None:
    cost = estimate(sized())
    lines = [line for line in cost.lines if line.monthly > 0]
    most, least = (choose(lines, key=lambda line: line.monthly) for choose in (max, min))
    assert oldest_that_matters([most._replace(price_date="2019-01"), least]) == "2019-01"
    assert oldest_that_matters([most, least._replace(price_date="2019-01")]) != "2019-01"
    many = [least._replace(price_date="2019-01", monthly=most.monthly / 300)] * 4
    assert oldest_that_matters([most, *many]) == "2019-01"
    assert not oldest_that_matters([])


TIERED = [
    (place, price)
    for place, price in book().rows()
    if len(price.tiers) > 1 and place in {"us-east-1", "sa-east-1", "global"}
]


@pytest.mark.parametrize(("place", "price"), TIERED, ids=lambda each: getattr(each, "item", each))
def test_a_tier_begins_where_the_one_before_ends(place: str, price: Price) -> None:
    """No quantity costs less than a smaller one, and none jumps at a boundary."""
    for before, tier in pairwise(price.tiers):
        at = price.cost(tier.start)
        assert price.cost(tier.start - 1) <= at <= price.cost(tier.start + 1)
        assert at - price.cost(tier.start - 1) == before.amount / price.pack
        assert price.cost(tier.start + 1) - at == tier.amount / price.pack


@settings(max_examples=50, deadline=None)
@given(st.sampled_from([price for _, price in TIERED]), st.data())
def test_more_is_never_dearer_a_piece(price: Price, data: st.DataObject) -> None:
    most = int(price.tiers[-1].start) * 2
    one, two = (data.draw(st.integers(0, most)) for _ in range(2))
    first, second = price.cost(Decimal(one)), price.cost(Decimal(two))
    assert first <= price.cost(Decimal(one + two)) <= first + second


def test_structure_is_resolved_once_for_all_quantities() -> None:
    assert resources(sized(chargers=1)) is resources(sized(chargers=9, interval_seconds=60))
    assert resources(sized()) is not resources(sized(waf="off"))


def test_a_site_that_lacks_stacks_costs_what_exists_of_it_unused() -> None:
    cost = estimate(site())
    there = frozenset({"bootstrap", "network", "data"})
    assert monthly_of(cost, None) == cost.expected
    assert monthly_of(cost, there) == sum(unused_by_stack(cost, there).values()) > 0
    assert monthly_of(cost, there) < monthly_of(cost, there | {"app"})
    assert monthly_of(cost, frozenset()) == 0
