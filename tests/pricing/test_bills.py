"""The estimate against bills worked out independently, line by line, and against published ones."""

import ast
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solarrally_tui.pricing.estimate import Estimate, estimate
from solarrally_tui.pricing.metering.assumptions import DEFAULTS
from solarrally_tui.pricing.price_book.store import book
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site
from tests.pricing import hand_bills
from tests.pricing.hand_bills import MAIL, Bill, Plan

CLOSE = 0.002
SMALL = Plan()
MEDIUM = Plan(
    chargers=100,
    tasks=2,
    database="db.t4g.small",
    multi_az=True,
    storage=50,
    retention=90,
    probe=True,
    monitoring=True,
)
LARGE = Plan(
    chargers=500,
    tasks=3,
    cpu=1,
    memory=2,
    database="db.t4g.medium",
    multi_az=True,
    storage=100,
    egress="nat-per-az",
    retention=365,
    probe=True,
    monitoring=True,
)
TIERS = {"small": SMALL, "medium": MEDIUM, "large": LARGE}
PLANS = {
    "one charger": replace(SMALL, chargers=1),
    "an hour between messages": replace(SMALL, chargers=3, interval=3600),
    "x86, a NAT instance": replace(
        SMALL, region="eu-west-1", arm=False, egress="nat-instance", cpu=1, memory=2
    ),
    "own domain": replace(SMALL, region="ca-central-1", domain=True),
    "own domain elsewhere": replace(SMALL, region="eu-north-1", domain=True, dns="external"),
    "public load balancer in three zones": replace(
        MEDIUM, region="ap-southeast-2", zones=3, domain=True, public_alb=True, dns="external"
    ),
    "checked from outside at home": replace(SMALL, health_check=True, billing_alarm=True),
    "checked from outside elsewhere": replace(
        MEDIUM, region="ap-south-1", health_check=True, billing_alarm=True
    ),
    "no firewall, no trail, nothing shared": replace(
        SMALL, firewall=False, trail=False, iot_log=False, fleet_index=False, database_logs=False
    ),
    "one NAT gateway for three zones": replace(
        MEDIUM, region="ap-northeast-1", egress="nat-single", zones=3
    ),
    "NAT in each of three zones": replace(LARGE, region="sa-east-1", zones=3),
    "endpoints beside NAT": replace(
        LARGE, region="eu-west-2", endpoints=True, flow_logs=True, zones=3
    ),
    "endpoints without NAT": replace(SMALL, region="us-west-2", endpoints=True),
    "Spot": replace(MEDIUM, tasks=4, spot=True),
    "Spot on x86": replace(LARGE, region="eu-west-1", tasks=5, spot=True, arm=False),
    "faults and an archive": replace(LARGE, fault_alarm=True, archive_days=365),
    "an archive for a month": replace(SMALL, region="ap-southeast-1", archive_days=30),
    "copies abroad and a vault": replace(
        MEDIUM, region="us-east-2", copy_region="eu-central-1", backup_plan_days=35
    ),
    "logs for a week, two gigabytes a task": replace(
        MEDIUM, retention=7, expected={"log GB a task": 2}
    ),
    "logs for two years": replace(LARGE, retention=731, expected={"log GB a task": 8}),
    "a large database": replace(
        LARGE,
        region="eu-central-1",
        database="db.m7g.large",
        storage=1000,
        chargers=1000,
        interval=15,
    ),
    "above a thousand million messages": replace(
        LARGE, chargers=800, tasks=6, egress="public-tasks", cpu=2, memory=8
    ),
    "many viewers": replace(
        LARGE,
        region="sa-east-1",
        interval=7,
        expected={"viewers": 60, "viewing hours a day": 24, "requests": 9_000_000},
    ),
    "the Gulf": replace(MEDIUM, region="me-central-1", storage=400, database="db.m6g.large"),
    "Seoul": replace(SMALL, region="ap-northeast-2", health_check=True, fault_alarm=True),
    "a build a day": replace(SMALL, arm=False, expected={"builds": 30, "build minutes": 15}),
    "no builds": replace(SMALL, region="sa-east-1", expected={"builds": 0}),
    "messages of two units": replace(SMALL, expected={"message bytes": 6000}),
}
"""Beside the tiers as they come, in every shape that a site can have."""
WITH_HUB = {
    "medium": (replace(MEDIUM, links=2), 189.52),
    "large in Frankfurt": (replace(LARGE, region="eu-central-1", links=2), 684.88),
    "a thousand chargers, three tasks": (
        replace(LARGE, chargers=1000, interval=15, zones=3, links=2),
        713.49,
    ),
    "four hundred messages a second": (
        replace(
            LARGE, region="sa-east-1", interval=1, chargers=400, egress="public-tasks", links=8
        ),
        3302.64,
    ),
    "one task beyond one connection, on x86": (
        replace(
            SMALL, region="eu-west-1", arm=False, chargers=450, interval=5, links=2, probe=False
        ),
        557.63,
    ),
}
"""Sites with a hub, and their bills in USD a month: worked out in hub_bills.txt."""
NAMES = {
    "message bytes": "message_bytes",
    "viewers": "viewers",
    "viewing hours a day": "viewer_hours",
    "requests": "web_requests",
    "log GB a task": "log_gb_task",
    "builds": "builds",
    "build minutes": "build_minutes",
}


def site_of(plan: Plan) -> Site:
    """Return the site that a plan describes, every answer spelt out."""
    return from_answers(
        {
            "name": "one",
            "region": plan.region,
            "tier": "small",
            "alerts": {
                "email": MAIL,
                "health_check": plan.health_check,
                "billing_alarm": plan.billing_alarm,
            },
            "domain": {
                "name": "charging.example.com" if plan.domain else "",
                "dns": plan.dns,
                "origin": "public-alb" if plan.public_alb else "vpc-origin",
            },
            "size": {
                "chargers": plan.chargers,
                "interval_seconds": plan.interval,
                "task_cpu": int(plan.cpu * 1024),
                "task_memory": int(plan.memory * 1024),
                "min_tasks": plan.tasks,
                "max_tasks": plan.tasks,
                "architecture": "arm64" if plan.arm else "x86_64",
                "database_class": plan.database,
                "database_storage_gib": plan.storage,
                "database_max_storage_gib": plan.storage * 2,
                "multi_az": plan.multi_az,
                "egress": plan.egress,
                "zones": plan.zones,
                "log_retention_days": plan.retention,
                "waf": "block" if plan.firewall else "off",
                "hub": bool(plan.links),
                "fargate_spot": plan.spot,
                "probe": plan.probe,
                "database_logs": plan.database_logs,
                "database_monitoring": plan.monitoring,
                "interface_endpoints": plan.endpoints,
                "flow_logs": plan.flow_logs,
                "backup_copy_region": plan.copy_region,
            },
            "devices": {
                "fault_alarm": plan.fault_alarm,
                "archive_days": plan.archive_days,
                "iot_log": plan.iot_log,
                "fleet_index": plan.fleet_index,
            },
            "governance": {"trail": plan.trail, "backup_plan_days": plan.backup_plan_days},
        }
    )


def of_tier(tier: str, region: str = "us-east-1", **tables: dict[str, Any]) -> Site:
    size = {"hub": False, **tables.pop("size", {})}  # a copy for every task
    answers = {
        "name": "one",
        "region": region,
        "tier": tier,
        "alerts": {"email": MAIL},
        "size": size,
    }
    return from_answers(answers | tables)


def by_kind(cost: Estimate) -> dict[tuple[str, str], float]:
    """Return an estimate as a bill has it: by service, fixed, by use or always free."""
    found: defaultdict[tuple[str, str], float] = defaultdict(float)
    for line in cost.lines:
        found[line.service, "free" if line.is_allowance else line.kind] += float(line.monthly)
    return {line: amount for line, amount in found.items() if abs(amount) > 1e-5}


def compare(cost: Estimate, plan: Plan) -> None:
    bill = Bill(plan)
    lines = bill.lines()
    ours = by_kind(cost)
    assert ours.keys() == {line for line, amount in lines.items() if abs(amount) > 1e-5}
    wrong = {
        line: (amount, lines[line])
        for line, amount in ours.items()
        if amount != pytest.approx(lines[line], rel=CLOSE, abs=0.0005)
    }
    assert wrong == {}
    assert float(cost.expected) == pytest.approx(bill.total(), rel=CLOSE)
    assert cost.complete


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "sa-east-1"])
@pytest.mark.parametrize("tier", TIERS)
def test_a_tier_as_it_comes(tier: str, region: str) -> None:
    compare(estimate(of_tier(tier, region)), replace(TIERS[tier], region=region))


@pytest.mark.parametrize("name", PLANS)
def test_a_site_of_any_shape(name: str) -> None:
    plan = PLANS[name]
    given = {NAMES[word]: str(value) for word, value in plan.expected.items()}
    compare(estimate(site_of(plan), DEFAULTS.replaced(given)), plan)


@pytest.mark.parametrize("name", WITH_HUB)
def test_a_site_with_a_hub(name: str) -> None:
    plan, amount = WITH_HUB[name]
    compare(estimate(site_of(plan)), plan)
    assert Bill(plan).total() == pytest.approx(amount, abs=0.01)
    sheet = (Path(__file__).parent / "hub_bills.txt").read_text(encoding="utf-8")
    last = sheet.partition(f"{name} (")[2].partition("with the hub   ")[2]
    assert float(last.split()[0]) == amount


def test_iot_delivers_a_third_and_its_messages_cost_half_with_a_hub_for_three_tasks() -> None:
    """Messages are billed as they arrive, too: once of four copies becomes once of two."""
    size = {"chargers": 1000, "interval_seconds": 15}
    with_hub, without = (
        estimate(of_tier("large", size=size | {"hub": hub})) for hub in (True, False)
    )
    messages, part = (
        [float(sum(each.monthly for each in cost.lines if chosen(each))) for cost in both]
        for both, chosen in (
            ((with_hub, without), lambda line: line.item.startswith("Messages (5 KB")),
            ((with_hub, without), lambda line: line.service == "AWSIoT"),
        )
    )
    assert messages[0] == pytest.approx(messages[1] / 2, abs=0.01)
    assert part[0] == pytest.approx(part[1] / 2, rel=0.01)  # connections stay


@pytest.mark.parametrize("region", sorted(book().regions))
def test_auto_takes_a_hub_only_where_it_is_cheaper(region: str) -> None:
    """A rule without prices, so that a site does not change with them; here it meets them."""

    def cost(chargers: int, hub: object, tier: str = "medium") -> float:
        size = {"chargers": chargers, "hub": hub}
        return float(estimate(of_tier(tier, region, size=size)).expected)

    for tier, most in (("medium", 100), ("large", 500)):
        for chargers in range(1, most, most // 10):
            auto, on, off = (cost(chargers, hub, tier) for hub in ("auto", True, False))
            assert auto in {on, off}
            if auto == on:
                assert on < off, (tier, chargers)
            else:  # it would have saved next to nothing
                assert off < on + 6, (tier, chargers)
    assert cost(59, "auto") == cost(59, False)
    assert cost(60, "auto") == cost(60, True)


ANY_PLAN = st.builds(
    Plan,
    region=st.sampled_from(["us-east-1", "eu-west-1", "ap-southeast-2", "sa-east-1"]),
    chargers=st.integers(1, 1000),
    interval=st.integers(15, 3600),
    tasks=st.integers(1, 9),
    cpu=st.sampled_from([1, 2]),
    memory=st.sampled_from([4, 8]),
    arm=st.booleans(),
    database=st.sampled_from(["db.t4g.micro", "db.t3.medium", "db.m7g.large"]),
    multi_az=st.booleans(),
    storage=st.integers(20, 2000),
    egress=st.sampled_from(["public-tasks", "nat-instance", "nat-single", "nat-per-az"]),
    zones=st.sampled_from([2, 3]),
    retention=st.sampled_from([7, 90, 731]),
    firewall=st.booleans(),
    probe=st.booleans(),
    database_logs=st.booleans(),
    monitoring=st.booleans(),
    endpoints=st.booleans(),
    flow_logs=st.booleans(),
    domain=st.just(True),
    dns=st.sampled_from(["route53", "external"]),
    public_alb=st.booleans(),
    health_check=st.booleans(),
    billing_alarm=st.booleans(),
    fault_alarm=st.booleans(),
    archive_days=st.sampled_from([0, 7, 3650]),
    trail=st.booleans(),
    backup_plan_days=st.sampled_from([0, 90]),
    copy_region=st.sampled_from(["", "eu-central-1"]),
    iot_log=st.booleans(),
    fleet_index=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(ANY_PLAN, st.booleans())
def test_options_of_every_combination(plan: Plan, spot: bool) -> None:
    known = plan.region in {"us-east-1", "eu-west-1"}  # where Spot on ARM has a price
    chosen = replace(plan, spot=spot and known)
    compare(estimate(site_of(chosen)), chosen)


PUBLISHED = {
    "b1": (66.54, of_tier("small", size={"probe": False})),  # as small was then
    "b3": (236.08, of_tier("medium", "eu-central-1")),
    "b5": (1452.15, of_tier("large", "sa-east-1", size={"zones": 3})),
    "b7": (
        263.24,
        of_tier("medium", size={"fargate_spot": True, "min_tasks": 4, "max_tasks": 4}),
    ),
    "b11": (919.90, of_tier("large", devices={"fault_alarm": True, "archive_days": 365})),
}
"""Bills that a reviewer made by hand for an earlier version, in USD a month."""
ADDED = {
    "wire_bytes": "0",  # what surrounds a message, through NAT
    "connection_events": "0",  # rule, registry, shadow and index when a charger comes and goes
    "log_compression": "1",  # stored logs, which those bills have uncompressed
    "index_queries": "0",  # looks at the site's health
}
"""What this estimate counts on purpose and those bills do not, and how to leave it out."""
TABLE = {
    "b1": (0, 0.00, 0, 0.02),
    "b3": (0, 0.06, -0.18, 0.02),
    "b5": (6.67, 0.42, -1.51, 0.02),
    "b7": (0, 0.06, -0.35, 0.02),
    "b11": (3.23, 0.28, -1.11, 0.02),
}
"""The same in USD a month, in the order of ADDED."""


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_bill_and_what_was_added_to_it(name: str) -> None:
    published, site = PUBLISHED[name]
    bare = estimate(site, DEFAULTS.replaced(ADDED))
    assert float(bare.expected) == pytest.approx(published, rel=0.0005)
    full = float(estimate(site).expected)
    assert full == pytest.approx(published + sum(TABLE[name]), rel=CLOSE / 2)
    for (assumption, value), amount in zip(ADDED.items(), TABLE[name], strict=True):
        without = float(estimate(site, DEFAULTS.replaced({assumption: value})).expected)
        assert full - without == pytest.approx(amount, abs=0.01)


def test_the_second_opinion_shares_no_code() -> None:
    imports = list(ast.walk(ast.parse(Path(hand_bills.__file__).read_text())))
    named = {node.module for node in imports if isinstance(node, ast.ImportFrom)}
    named |= {a.name for node in imports if isinstance(node, ast.Import) for a in node.names}
    assert named == {"json", "collections", "collections.abc", "dataclasses", "math", "pathlib"}


def test_no_two_shapes_are_the_same() -> None:
    assert len(set(map(repr, PLANS.values()))) == len(PLANS) >= 20
