"""Option sets in which every pair of two choices occurs, found greedily and always the same."""

import random
from collections.abc import Iterator, Mapping
from itertools import combinations, product
from typing import Any, Final

from solarrally_tui.site.model import Site
from tests.blueprints.blueprint_setup import PUBLIC, example

SUPPORT = "arn:aws:iam::123456789012:role/support"
BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"

# Section, field and values of every choice that changes which resources there are.
CHOICES: Final[Mapping[str, tuple[str, str, tuple[Any, ...]]]] = {
    "domain": ("domain", "", ({}, {"name": PUBLIC["name"]}, PUBLIC)),
    "charger host": ("domain", "charger_host", ("", f"mqtt.{PUBLIC['name']}")),
    "waf": ("size", "waf", ("block", "count", "off")),
    "egress": ("size", "egress", ("public-tasks", "nat-instance", "nat-single", "nat-per-az")),
    "zones": ("size", "zones", (2, 3)),
    "endpoints": ("size", "interface_endpoints", (False, True)),
    "flow logs": ("size", "flow_logs", (False, True)),
    "processor": ("size", "architecture", ("arm64", "x86_64")),
    "spot": ("size", "fargate_spot", (False, True)),
    "probe": ("size", "probe", (False, True)),
    "standby": ("size", "multi_az", (False, True)),
    "insights": ("size", "database_insights", (True, False)),
    "database logs": ("size", "database_logs", (True, False)),
    "monitoring": ("size", "database_monitoring", (False, True)),
    "backup copy": ("size", "backup_copy_region", ("", "eu-west-1")),
    "faults": ("devices", "fault_alarm", (False, True)),
    "archive": ("devices", "archive_days", (0, 30)),
    "fleet": ("devices", "fleet_provisioning", (False, True)),
    "outside check": ("alerts", "health_check", (False, True)),
    "budget": ("alerts", "budget", (True, False)),
    "billing alarm": ("alerts", "billing_alarm", (False, True)),
    "viewing": (
        "access",
        "",
        ({}, {"viewing": "public"}, {"viewing": "addresses", "addresses": ["203.0.113.0/24"]}),
    ),
    "trail": ("governance", "trail", (True, False)),
    "github": ("governance", "github_repository", ("", "owner/name")),
    "support": ("governance", "support_principal_arn", ("", SUPPORT)),
    "boundary": ("governance", "permissions_boundary_arn", ("", BOUNDARY)),
    "backup plan": ("governance", "backup_plan_days", (0, 35)),
}
CANDIDATES: Final = 30
TIERS: Final = ("small", "medium", "large")

Picks = dict[str, int]
Pair = tuple[tuple[str, int], tuple[str, int]]


def values(name: str) -> tuple[Any, ...]:
    """Return what may be chosen for a choice, the tier among them."""
    return TIERS if name == "tier" else CHOICES[name][2]


NAMES: Final = ("tier", *CHOICES)


def pairs() -> set[Pair]:
    """Return every pair of values of two different choices."""
    return {
        ((one, i), (two, j))
        for one, two in combinations(NAMES, 2)
        for i, j in product(range(len(values(one))), range(len(values(two))))
    }


def covered(picks: Picks) -> set[Pair]:
    """Return the pairs that occur in a set of picks."""
    return {((a, picks[a]), (b, picks[b])) for a, b in combinations(NAMES, 2)}


def picked() -> Iterator[Picks]:
    """Yield sets of picks until every pair has occurred; the first is small as it comes."""
    left = pairs()
    order = random.Random(CANDIDATES)  # always the same sets
    picks: Picks = dict.fromkeys(NAMES, 0)
    while left:
        left -= covered(picks)
        yield picks
        if left:
            sorted_pairs = sorted(left)
            found = [_next(order.choice(sorted_pairs), left, order) for _ in range(CANDIDATES)]
            picks = max(found, key=lambda each: len(covered(each) & left))


def _next(first: Pair, left: set[Pair], order: random.Random) -> Picks:
    picks: Picks = dict(first)
    for name in order.sample(NAMES, len(NAMES)):
        if name not in picks:
            picks[name] = max(
                range(len(values(name))), key=lambda i: (_new(left, picks, name, i), order.random())
            )
    return {name: picks[name] for name in NAMES}


def _new(left: set[Pair], picks: Picks, name: str, index: int) -> int:
    mine = (name, index)
    return sum((mine, other) in left or (other, mine) in left for other in picks.items())


def site(picks: Picks, name: str = "") -> Site:
    """Return the example of the picked tier with everything that is picked."""
    choice: dict[str, dict[str, Any]] = {}
    for key, (section, field, options) in CHOICES.items():
        chosen = options[picks[key]]
        choice.setdefault(section, {}).update({field: chosen} if field else chosen)
    made = example(TIERS[picks["tier"]], choice)
    if not name:
        return made
    return Site.model_validate(
        made.model_dump(by_alias=True) | {"name": name, "region": "us-east-1"}
    )


def named(sets: tuple[Picks, ...]) -> tuple[str, ...]:
    """Return what the tests of some sets are called."""
    return tuple(f"{TIERS[picks['tier']]}-{number}" for number, picks in enumerate(sets))


SETS: Final = tuple(picked())
IDS: Final = named(SETS)
SLICE: Final = tuple(
    {name: number % len(values(name)) for name in NAMES}
    for number in range(max(len(values(name)) for name in NAMES))
)
"""The fewest sets that hold every choice once; those with every pair are left to `make torture`."""
