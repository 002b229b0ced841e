"""Cost over the number of chargers: every point is what the estimate says, and breaks are exact."""

from itertools import pairwise
from typing import Any

import pytest

from solarrally_tui.pricing.advice.cheapest import CHEAPEST, cheapest_site
from solarrally_tui.pricing.advice.compare import Comparer
from solarrally_tui.pricing.advice.curve import MOST_POINTS, Curve, curve, spread
from solarrally_tui.pricing.advice.total import with_chargers
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.pricing.price_book.store import book
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site

LOADED: dict[str, Any] = {
    "devices": {"archive_days": 30, "fault_alarm": True},
    "size": {"interval_seconds": 1, "min_tasks": 5, "max_tasks": 8, "egress": "nat-single"},
}
"""Five tasks and 80 messages a second are more than a billion messages a month."""


def site(tier: str = "small", region: str = "us-east-1", **more: Any) -> Site:
    answers = {"name": "one", "region": region, "tier": tier, "alerts": {"email": "a@example.com"}}
    return from_answers(answers | more)


def above(found: Curve, shape: str, words: str) -> list[int]:
    return [each.above for each in found.breaks if each.shape == shape and words in each.words]


@pytest.mark.parametrize(
    "priced",
    [
        site(size={"chargers": 6}),
        site("large", "sa-east-1", size={"interval_seconds": 60, "zones": 3, "flow_logs": True}),
        site("small", "eu-central-1", **LOADED),
    ],
)
def test_every_point_is_the_estimate_of_so_many_chargers(priced: Site) -> None:
    found = curve(priced)
    assert found.tier is priced.tier
    assert found.chosen.mine.expected == estimate(priced).expected
    for shape in found.shapes:
        for point in shape.points[::3]:
            there = with_chargers(priced, point.chargers)
            of = cheapest_site(there) if shape.name == CHEAPEST else shape.site
            cost = estimate(with_chargers(of, point.chargers))
            assert (point.low, point.expected, point.high) == (cost.low, cost.expected, cost.high)
            assert shape.complete == cost.complete


def test_a_point_shares_the_fixed_part_and_grows_with_time() -> None:
    found = curve(site(size={"chargers": 6}))
    mine = found.chosen.mine
    assert round(mine.per_charger * 6, 9) == mine.expected
    assert mine.year == mine.expected * 12
    # The key's rotations: a dollar a month after the first year, and another after the second.
    assert mine.three_years == mine.expected * 36 + 24 + 12
    assert found.chosen.marginal == estimate(site(size={"chargers": 7})).expected - mine.expected
    assert 0 < found.chosen.marginal < mine.per_charger


def test_the_last_charger_has_a_price_though_there_is_no_further_one() -> None:
    found = curve(site("large", size={"chargers": 1000}))
    assert found.most == 1000
    assert found.chosen.marginal == (
        estimate(site("large", size={"chargers": 1000})).expected
        - estimate(site("large", size={"chargers": 999})).expected
    )


def test_shapes_are_the_tiers_side_by_side_and_know_whom_they_are_for() -> None:
    priced = site("medium", size={"chargers": 60, "multi_az": False})
    found = curve(priced)
    told = {each.site.tier.value: each.cost.expected for each in Comparer(priced).tiers()}
    assert {each.name: each.mine.expected for each in found.tiers} == told
    assert found.shape(CHEAPEST).mine.expected == Comparer(priced).cheapest()[0].cost.expected
    assert [each.suits(60) for each in found.tiers] == [False, True, False]


def test_counts_can_be_given_and_are_few_otherwise() -> None:
    found = curve(site(), counts=(20, 50, 5000))
    assert [point.chargers for point in found.chosen.points] == [1, 10, 20, 50, 100, 1000]
    assert len(curve(site()).chosen.points) <= MOST_POINTS
    assert spread(1000, 4) == (1, 10, 100, 1000)
    assert spread(1, 9) == (1,)


def test_breaks_name_tiers_and_the_limit() -> None:
    found = curve(site())
    assert above(found, "medium", "recommended") == [10]
    assert above(found, "large", "recommended") == [100]
    assert above(curve(site(size={"interval_seconds": 1})), "", "use more than 1 s") == [500]
    assert above(curve(site(size={"interval_seconds": 13})), "", "a second site") == [1000]
    assert above(found, CHEAPEST, "needs 0.5 vCPU") == [595]
    assert cheapest_site(site("large", size={"chargers": 595})).size.task_cpu == 256
    assert cheapest_site(site("large", size={"chargers": 596})).size.task_cpu == 512


def test_a_break_is_where_a_price_of_aws_changes() -> None:
    """After a billion messages a month AWS IoT charges 0.80 instead of 1.00 for a million."""
    size = LOADED["size"] | {"hub": False, "interval_seconds": 13}
    found = curve(site(size=size, devices=LOADED["devices"]))
    (last,) = above(found, "small", "costs less")
    each = 730 * 3600 / 13 * (1 + 5)  # sent once, delivered to five tasks
    assert last * each <= 10**9 < (last + 1) * each


def test_a_region_without_prices_has_no_curve() -> None:
    found = curve(site(region="af-south-1"))
    assert not found.known
    assert found.shapes == found.breaks == ()


@pytest.mark.parametrize("region", sorted(book().regions))
@pytest.mark.parametrize("tier", ["small", "medium", "large"])
def test_a_smaller_tier_never_costs_more_and_the_cheapest_variant_least(
    region: str, tier: str
) -> None:
    """So the lines of a curve never cross, and nobody needs to be told where."""
    found = curve(site(tier, region))
    for smaller, larger in pairwise(found.tiers):
        for one, other in zip(smaller.points, larger.points, strict=True):
            assert one.expected < other.expected
    cheapest = found.shape(CHEAPEST).points
    for shape in found.tiers:
        for mine, cheap in zip(shape.points, cheapest, strict=True):
            assert cheap.expected <= mine.expected, (shape.name, mine.chargers)
            assert cheap.low <= mine.low
            assert cheap.high <= mine.high
