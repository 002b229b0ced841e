"""Days, half-built sites, savings, variants and break-evens: figures worked out by hand."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solarrally_tui.pricing.advice.breakeven import break_evens
from solarrally_tui.pricing.advice.cheapest import cheapest_site, given_up, keeps
from solarrally_tui.pricing.advice.compare import Comparer, Variant
from solarrally_tui.pricing.advice.savings import flat_rate, savings
from solarrally_tui.pricing.advice.situations import (
    after_destroy,
    archive,
    demo_day,
    half_built,
    per_charger,
)
from solarrally_tui.pricing.estimate import Estimate, estimate
from solarrally_tui.pricing.metering.assumptions import DEFAULTS
from solarrally_tui.pricing.price_book.store import book
from solarrally_tui.site.files import from_answers, to_answers
from solarrally_tui.site.model import Site
from solarrally_tui.site.tiers import Shape

TIERS = ("small", "medium", "large")


def sized(tier: str = "small", region: str = "us-east-1", **size: Any) -> Site:
    answers = {"name": "one", "region": region, "tier": tier, "alerts": {"email": "a@example.com"}}
    return from_answers(answers | {"size": size})


def about(amount: str) -> Any:
    return pytest.approx(Decimal(amount), rel=Decimal("0.01"))


def named(variants: tuple[Variant, ...], name: str) -> Variant:
    (found,) = (each for each in variants if each.name == name)
    return found


def more(variant: Variant, base: Estimate) -> Decimal:
    difference = variant.more_than(base)
    assert difference is not None
    return difference


def test_a_charger_and_a_day() -> None:
    site = sized()
    cost = estimate(site)
    assert per_charger(cost, site) * 10 == cost.expected
    # A day is a thirtieth of a month, but a build costs the same on one day.
    assert cost.expected * 24 / 730 <= demo_day(cost) < cost.expected / 20


@pytest.mark.parametrize("tier", TIERS)
def test_a_half_built_site_costs_more_with_each_stack_and_less_than_a_whole_one(tier: str) -> None:
    cost = estimate(sized(tier))
    stood = half_built(cost)
    amounts = [each.monthly for each in stood]
    assert amounts == sorted(amounts)
    assert amounts[-1] == cost.total("fixed") < cost.expected
    by_stack = {each.after: each for each in stood}
    assert by_stack["app"].monthly - by_stack["governance"].monthly > 30


def test_destroy_keeps_a_snapshot_and_the_audit_log() -> None:
    snapshot, audit = after_destroy(sized())
    assert snapshot.monthly == Decimal("1.90")  # 20 GB at 0.095
    assert audit.monthly == about("0.0161")
    quiet = from_answers(to_answers(sized()) | {"governance": {"trail": False}})
    assert len(after_destroy(quiet)) == 1


def test_destroy_keeps_the_archive_the_vault_and_the_copied_backups() -> None:
    """0.28 GB of archive stand at 73 days; a backup of 20 GB weekly, nothing of it changing."""
    whole = to_answers(sized())
    wanted = {
        "devices": {"archive_days": 73},
        "governance": {"trail": False, "backup_plan_days": 28},
        "size": whole["size"] | {"backup_copy_region": "eu-central-1", "backup_days": 14},
    }
    site = from_answers(whole | wanted)
    _, telemetry, vault, copied = after_destroy(site)
    assert telemetry.gigabytes == about("0.276")
    assert telemetry.monthly == about("0.00635")
    assert vault.monthly == Decimal("1.90")
    assert copied.what == "Copied backups in eu-central-1, at most, for 14 days"
    assert copied.monthly == Decimal("2.06")  # at the other Region's price
    (weekly,) = [line for line in estimate(site).lines if line.type == "AWS::Backup::BackupPlan"]
    assert weekly.monthly == vault.monthly
    changing = after_destroy(site, DEFAULTS.replaced({"backup_beyond_size": "0.1"}))
    assert changing[2].gigabytes == 26  # all of it, and three times a tenth
    unpriced = to_answers(site)["size"] | {"backup_copy_region": "af-south-1"}
    assert after_destroy(from_answers(whole | wanted | {"size": unpriced}))[3].monthly is None


def test_an_archive_grows_by_the_month() -> None:
    """10 chargers every 10 s are 2,628,000 messages a month of 350 bytes, an eighth with GZIP."""
    grown = archive(sized())
    assert [each.month for each in grown] == list(range(1, 13))
    assert grown[0].gigabytes == about("0.115")
    assert grown[11].monthly == about("0.0317")  # 1.38 GB at 0.023
    site = from_answers(to_answers(sized()) | {"devices": {"archive_days": 73}})
    kept = archive(site)
    assert kept[1].gigabytes < kept[2].gigabytes == kept[11].gigabytes == about("0.276")
    assert archive(sized(region="af-south-1"))[11].monthly is None


def test_commitments_are_beside_the_total() -> None:
    site = sized("small", task_cpu=2048, task_memory=4096, architecture="x86_64")
    cost = estimate(site)
    found = {each.name: each for each in savings(site, cost, Decimal(200))}
    year = found["Compute Savings Plan, 1 year, no upfront payment"]
    assert year.monthly == about("-14.42")  # worked out: 72.08 becomes 57.66
    assert found["Fargate Spot"].monthly == 0  # the only task never runs on Spot
    assert not any("Reserved" in name for name in found)
    assert found["Credits of 200 USD"].monthly == -cost.expected
    assert "months" in found["Credits of 200 USD"].terms
    assert estimate(site).expected == cost.expected


def test_a_saving_without_a_rate_is_left_out() -> None:
    """Four times unknown sells nothing."""
    site = sized("medium", "eu-south-2")
    assert [each.name for each in savings(site, estimate(site))] == ["CloudFront's Free plan"]


def test_the_free_plan_pays_the_firewall_but_wants_a_public_way_in() -> None:
    site = sized()
    cost = estimate(site)
    (plan,) = (each for each in savings(site, cost) if "plan" in each.name and "Free" in each.name)
    # 5 + 3 rules + 0.5 M requests at 0.60, against two addresses at 3.65 and a secret at 0.40.
    assert plan.monthly == about("-0.60")
    assert "no VPC origin" in plan.terms
    domain = {"name": "charging.example.com", "dns": "external", "origin": "public-alb"}
    public = from_answers(to_answers(site) | {"domain": domain})
    whole = flat_rate(public, estimate(public))
    assert whole is not None
    assert whole.monthly == about("-8.30")
    assert "VPC origin" not in whole.terms


@pytest.mark.parametrize("beyond", [{"web_requests": "1100000"}, {"viewers": "900"}])
def test_no_plan_is_named_that_the_site_would_be_beyond(beyond: dict[str, str]) -> None:
    site = sized()
    assert flat_rate(site, estimate(site, DEFAULTS.replaced(beyond))) is None
    assert flat_rate(sized(waf="off"), estimate(sized(waf="off"))) is None


def test_spot_takes_every_task_but_the_first() -> None:
    size = {"task_cpu": 2048, "task_memory": 4096, "architecture": "x86_64"}
    site = sized("medium", **size)
    found = {each.name: each for each in savings(site, estimate(site))}
    assert found["Fargate Spot"].monthly == about("-49.13")  # 72.08 becomes 22.95
    chosen = sized("medium", fargate_spot=True, **size)
    # Chosen, it is in the total and no longer a way to pay less; high stays at the regular price.
    assert "Fargate Spot" not in {each.name for each in savings(chosen, estimate(chosen))}
    before, after = estimate(site), estimate(chosen)
    assert after.expected - before.expected == about("-49.13")
    assert after.high == before.high


def test_spot_is_a_what_if_where_its_price_is_known() -> None:
    site = sized("medium")
    base = estimate(site)
    variant = named(Comparer(site).what_ifs(), "further tasks on Spot")
    assert more(variant, base) == about("-9.83")  # one task of two, 14.42 becomes 4.59
    assert variant.cost.high == base.high
    there = Comparer(sized("medium", "eu-central-1")).what_ifs()
    assert "further tasks on Spot" not in {each.name for each in there}


def test_logs_that_the_database_makes_are_counted() -> None:
    quiet = sized(database_logs=False)
    watched = sized(database_logs=False, database_monitoring=True)
    assert estimate(sized()).list_price > estimate(quiet).list_price
    more = estimate(watched).list_price - estimate(quiet).list_price
    assert more == about("0.1513")  # 0.3 GB at 0.50, and 15 % of it for a month at 0.03


def test_tiers_side_by_side_keep_chargers_and_interval() -> None:
    for tier in TIERS:
        site = sized(tier, chargers=60, interval_seconds=20)
        tiers = Comparer(site).tiers()
        assert [each.site.tier.value for each in tiers] == list(TIERS)
        assert {each.site.size.chargers for each in tiers} == {60}
        mine = named(tiers, f"{tier} (chosen)")
        assert mine.cost.expected == estimate(site).expected
        costs = [each.cost.expected for each in tiers]
        assert costs == sorted(costs)
        assert (
            "not for this number" in named(tiers, "small" + " (chosen)" * (tier == "small")).words
        )


def test_what_ifs_change_one_answer_each() -> None:
    site = sized("medium")
    base = estimate(site)
    found = Comparer(site).what_ifs()
    assert more(named(found, "one zone"), base) == about("-29.84")
    assert more(named(found, "nat-single"), base) > 25
    assert more(named(found, "every 60 s"), base) < 0
    assert more(named(found, "x86_64"), base) == about("9.01")
    assert more(named(found, "off"), base) == about("-8.30")
    regions = {each.name for each in found if each.group == "region"}
    assert regions == set(book().regions) - {"us-east-1"}
    assert more(named(found, "no hub"), base) == about("14.25")
    # 500 chargers every 5 s are more than one connection carries, so they need the hub.
    names = {each.name for each in Comparer(sized("large")).what_ifs()}
    assert "every 5 s" in names
    names = {each.name for each in Comparer(sized("large", hub=False)).what_ifs()}
    assert "every 5 s" not in names


@pytest.mark.parametrize("tier", TIERS)
def test_the_cheapest_variant_is_recommended_and_says_what_it_gives_up(tier: str) -> None:
    site = sized(tier, chargers=10 if tier == "small" else 100)
    cheap, given_up = Comparer(site).cheapest()
    base = estimate(site)
    assert more(cheap, base) < 0
    assert cheap.site.size.waf.value == "block"
    assert cheap.site.size.chargers == site.size.chargers
    services = {line.service for line in cheap.cost.lines}
    assert {"AmazonRDS", "awswaf", "AmazonCloudWatch", "AWSELB"} <= services
    assert given_up
    assert all(words.endswith(".") for words in given_up)
    for other in (*Comparer(site).tiers(), *Comparer(site).what_ifs()):
        meant = "not for this number" not in other.words
        if meant and other.group not in {"interval", "firewall", "region", "shape"}:
            assert cheap.cost.expected <= other.cost.expected


def test_the_cheapest_variant_leaves_the_firewall_as_it_is() -> None:
    """Adding it would make the cheapest variant more expensive than the tier beside it."""
    cheap, given_up = Comparer(sized(waf="off")).cheapest()
    assert cheap.site.size.waf.value == "off"
    assert any("firewall stays off" in words for words in given_up)
    assert "firewall" not in keeps(cheap.site)
    assert "firewall" in keeps(Comparer(sized()).cheapest()[0].site)


@given(
    chargers=st.integers(1, 800),
    region=st.sampled_from(sorted(book().regions)),
    tier=st.sampled_from(TIERS),
    answers=st.fixed_dictionaries(
        {},
        optional={
            "waf": st.sampled_from(("off", "count", "block")),
            "egress": st.sampled_from(("public-tasks", "nat-single", "nat-per-az")),
            "multi_az": st.booleans(),
            "fargate_spot": st.booleans(),
            "probe": st.booleans(),
            "backup_days": st.integers(1, 35),
            "task_cpu": st.just(256),
            "task_memory": st.just(1024),
            "architecture": st.sampled_from(("arm64", "x86_64")),
        },
    ),
)
@settings(max_examples=40, deadline=None)
def test_the_cheapest_variant_is_never_more_expensive_than_the_tier_beside_it(
    chargers: int, region: str, tier: str, answers: dict[str, Any]
) -> None:
    if "task_cpu" in answers:
        answers["task_memory"] = 1024
    elif tier == "large":
        answers.pop("task_memory", None)
    site = sized(tier, region, chargers=chargers, **answers)
    comparer = Comparer(site)
    cheap, _ = comparer.cheapest()
    for other in comparer.tiers():
        assert cheap.cost.expected <= other.cost.expected


def test_tiers_keep_what_was_chosen_and_say_what_does_not_fit() -> None:
    site = sized("small", chargers=6, max_tasks=1, waf="off", zones=3, flow_logs=True)
    small, medium, _ = Comparer(site).tiers()
    assert small.site == site
    assert (medium.site.size.waf.value, medium.site.size.zones) == ("off", 3)
    assert (medium.site.size.chargers, medium.site.size.max_tasks) == (6, 4)
    assert "max_tasks = 1 does not fit medium, which uses 4." in medium.words


def test_break_evens_as_worked_out_by_hand() -> None:
    addresses, endpoints, way_in, brokers = break_evens("us-east-1")
    assert addresses.first_monthly == Decimal("36.5")
    assert "10 tasks" in addresses.answer
    assert endpoints.second_monthly == 73
    assert "1,043 GB" in endpoints.answer  # (73 - 36.50) / (0.045 - 0.01)
    assert (way_in.first_monthly, way_in.second_monthly) == (0, Decimal("7.3"))
    # 730 h of a balancer at 0.0225, of two tasks at 0.25 x 0.03238 + 0.5 x 0.00356, and of four
    # addresses at 0.005.
    assert brokers.first_monthly == about("45.44")
    # 262,800 messages, in and out twice, at 1.00 a million, and 43,800 minutes at 0.08.
    assert brokers.second_monthly == about("79.19")
    assert "86 and 57 every 10 s" in brokers.answer
    assert "499 and 337 every 60 s" in brokers.answer
    assert break_evens("af-south-1") == ()


def of_functions(cost: Estimate) -> Decimal:
    """What a site of functions pays for them: their stack, and the endpoints in the network."""
    lines = (line for line in cost.lines if line.stack in {"functions", "network"})
    return sum((line.monthly for line in lines), Decimal(0))


def test_functions_as_worked_out_by_hand() -> None:
    cost = estimate(sized(shape="functions"))
    # 2.628 million messages: rule and action at 0.15 each; queued, received and deleted one by one
    # at 0.40, the first million free; 500,000 requests at 1.00; calls at 0.20, the first million
    # free. Up to 43,160 GB-seconds are free.
    by_hand = 2.628 * 0.3 + (2.628 * 3 - 1) * 0.4 + 0.5 + (2.628 + 0.5 + 0.0022 - 1) * 0.2
    # Two pages for four hours a day: every sixth message twice, and 14,600 minutes at 0.25.
    by_hand += 2.628 * 2 / 6 + 0.0146 * 0.25
    # A write of each message, half a unit to see who is connected for each batch, 2,243 of pages.
    by_hand += 2.628 * 0.625 + 2.628 / 2 * 0.125 + 0.0022 * 0.625
    # A secret and its readings, an endpoint at 0.01 an hour. Ten alarms and 5 GB of logs are free.
    by_hand += 0.405 + 7.3
    assert of_functions(cost) == about(str(by_hand))
    assert not {line.service for line in cost.lines} & {"AmazonECS", "AWSELB", "AmazonEC2"}


def test_a_full_queue_is_read_in_batches_and_pages_are_most_of_the_bill() -> None:
    assume = DEFAULTS.replaced({"viewers": "10", "viewer_hours": "24"})
    cost = estimate(sized("large", shape="functions"), assume)
    items: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in cost.lines:
        items[line.item] += line.monthly
    # 50 messages a second are 131.4 million, in batches of ten.
    queue = items["SQS standard requests (first 1M/month free)"]
    assert queue == about(str(131.4 * 1.2 * 0.4))
    # Ten pages get 1,314 million frames, those above a billion at 0.80. Each takes a function 5 ms
    # of a GB: 6.57 million GB-seconds, and 20 ms for each of 13.14 million batches.
    assert items["WebSocket messages"] == about(str(1000 + 314 * 0.8))
    running = (6_570_000 + 131_400 + 12_500) * 0.0000133334
    assert items["Duration, ARM"] == about(str(running))
    tasks = estimate(sized("large"), assume)
    assert cost.expected > 3 * tasks.expected, "docs/lambda.md says so"


def test_functions_are_priced_in_every_region_of_the_book() -> None:
    assert not estimate(sized(region="af-south-1", shape="functions")).known
    for region in book().regions:
        cost = estimate(sized(region=region, shape="functions"))
        assert cost.complete, region


def test_functions_are_priced_for_the_processor_of_the_site() -> None:
    assume = DEFAULTS.replaced({"web_requests": "100000000"})
    arm, intel = (
        of_functions(estimate(sized(architecture=one, shape="functions"), assume))
        for one in ("arm64", "x86_64")
    )
    seconds = 100_000_000 * 0.05 * 0.5 + 2_628_000 * (0.02 + 0.01 * 2 / 6) * 0.5 - 400_000
    assert intel - arm == about(str(seconds * (0.0000166667 - 0.0000133334)))


def test_the_other_shape_is_among_the_variants_where_a_site_can_have_it() -> None:
    def shapes(site: Site) -> dict[str, Variant]:
        found = Comparer(site).what_ifs()
        return {one.name: one for one in found if one.group == "shape"}

    (functions,) = shapes(sized("large", hub=True)).values()
    assert functions.site.size.shape is Shape.FUNCTIONS
    assert "two hours" in functions.words
    (tasks,) = shapes(functions.site).values()
    assert tasks.cost.expected == estimate(sized("large")).expected
    # More messages than functions are planned for.
    assert not shapes(sized("large", chargers=1000, interval_seconds=5))


def test_a_site_of_functions_is_not_advised_on_tasks() -> None:
    site = sized("medium", shape="functions")
    cost = estimate(site)
    groups = {one.group for one in Comparer(site).what_ifs()}
    assert not groups & {"outbound", "spot", "hub", "origin"}
    assert not any("task" in saving.terms.lower() for saving in savings(site, cost))
    assert not any("task" in words for words in given_up(site, cheapest_site(site)))


def test_assumptions_are_replaced_by_name() -> None:
    more = DEFAULTS.replaced({"viewers": "50", "builds": "1,2,3"})
    assert (more.viewers.low, more.viewers.high) == (50, 50)
    assert more.builds.expected == 2


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("viewer", "1", "no assumption is called viewer"),
        ("viewers", "many", "viewers must be a number"),
        ("viewers", "3,2,1", "viewers must be"),
        ("viewers", "-1", "viewers must be"),
        ("viewers", "nan", "viewers must be"),
        ("viewers", "inf", "viewers must be"),
        ("viewers", "1,2", "viewers must be"),
        ("viewers", "1e400", "viewers must be from 0 to 1,000,000"),
        ("hours", "0", "hours must be from 1 to 744"),
        ("hours", "100000", "hours must be from 1 to 744"),
        ("online_share", "7", "online_share must be from 0 to 1"),
    ],
)
def test_a_wrong_assumption_is_named(name: str, value: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        DEFAULTS.replaced({name: value})
