"""Write docs/prices.md and the figures in README.md, docs/blueprints.md and docs/lambda.md.

Usage: python tools/price_document.py, or make generated
"""

import os
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from solarrally_tui.blueprints import of_shape
from solarrally_tui.pricing.advice.breakeven import break_evens
from solarrally_tui.pricing.advice.compare import Comparer
from solarrally_tui.pricing.breakdown import by_service
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.pricing.metering.assumptions import DEFAULTS
from solarrally_tui.pricing.metering.estimate_lines import Estimate
from solarrally_tui.pricing.metering.resources import ACCOUNT
from solarrally_tui.pricing.money import Money
from solarrally_tui.pricing.quotes.quote import QuoteOptions, quote
from solarrally_tui.pricing.quotes.text_table import to_table
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site
from solarrally_tui.site.tiers import Shape

ROOT: Final = Path(__file__).parents[1]
_TIER_ROW: Final = re.compile(r"^(\| (small|medium|large) \| .* \| )\d+( \|)$", re.MULTILINE)
_COSTS: Final = re.compile(
    r"(\| stack \| small .*\n\|[-|]+\n).*?(\| \*\*sum\*\* [^\n]*\n)", re.DOTALL
)
_TIERS: Final = ("small", "medium", "large")
_MOSTLY: Final = {
    "bootstrap": "the encryption key",
    "global": 'the firewall; `size.waf = "off"` saves it',
    "network": "NAT gateways and their traffic",
    "iot": "messages from chargers",
    "build": "stored images, build minutes",
    "budget": "the billing alarm",
    "trail": "the audit log",
    "governance": "weekly backups",
    "data": "the database instance, twice with a standby",
    "balancer": "the load balancer",
    "app": "tasks, messages delivered to them",
    "edge": "the viewers' secret, their requests and traffic",
    "observe": "alarms",
}
_WATCHED: Final = {"viewers": "10", "viewer_hours": "24"}
_ALERTS: Final = {"email": "ops@example.com"}
_BY_HAND: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "small without the probe, us-east-1": ("66.54", {"tier": "small", "size": {"probe": False}}),
    "medium, eu-central-1": (
        "236.08",
        {"tier": "medium", "region": "eu-central-1", "size": {"hub": False}},
    ),
    "large, three zones, sa-east-1": (
        "1452.15",
        {"tier": "large", "region": "sa-east-1", "size": {"zones": 3, "hub": False}},
    ),
    "medium, Spot, four tasks, us-east-1": (
        "263.24",
        {
            "tier": "medium",
            "size": {"fargate_spot": True, "min_tasks": 4, "max_tasks": 4, "hub": False},
        },
    ),
    "large, fault alarm, archive of 365 days, us-east-1": (
        "919.90",
        {
            "tier": "large",
            "size": {"hub": False},
            "devices": {"fault_alarm": True, "archive_days": 365},
        },
    ),
}
"""Bills that a reviewer made by hand in November 2026, USD a month, and their sites."""
_OPTIONS: Final[Mapping[str, tuple[str, Sequence[tuple[dict[str, Any], dict[str, Any]]]]]] = {
    "size.shape": ("{} with functions", [({}, {"size": {"shape": "functions"}})]),
    "size.zones = 3": (
        "{0}; {1} with a NAT gateway in each zone",
        [
            ({}, {"size": {"zones": 3}}),
            (
                {"size": {"egress": "nat-per-az"}},
                {"size": {"egress": "nat-per-az", "zones": 3}},
            ),
        ],
    ),
    "size.egress": (
        "{0} / {1} / {2} / {3}",
        [
            ({}, {"size": {"egress": way}})
            for way in ("public-tasks", "nat-instance", "nat-single", "nat-per-az")
        ],
    ),
    "size.interface_endpoints": ("{0}", [({}, {"size": {"interface_endpoints": True}})]),
    "size.flow_logs": ("about {0}", [({}, {"size": {"flow_logs": True}})]),
    "size.fargate_spot": (
        "{0} with one task, {1} with two; never more than without",
        [
            ({}, {"size": {"fargate_spot": True}}),
            (
                {"size": {"min_tasks": 2}},
                {"size": {"min_tasks": 2, "fargate_spot": True}},
            ),
        ],
    ),
    "size.probe": ("{0}; on", [({"size": {"probe": False}}, {})]),
    "alerts.health_check": (
        "{0}, with its requests",
        [({}, {"alerts": {"health_check": True}})],
    ),
    "domain.name": ("{0}, and its registration", [({}, {"domain": {"name": "ev.example.com"}})]),
    "size.multi_az": ("{0}; on from medium", [({}, {"size": {"multi_az": True}})]),
    "size.database_monitoring": (
        "{0} within the 5 GB of logs that are always free; on from medium",
        [({}, {"size": {"database_monitoring": True}})],
    ),
    "size.backup_copy_region": (
        "at most {0}",
        [({}, {"size": {"backup_copy_region": "us-east-2"}})],
    ),
    "devices.fault_alarm": ("{0}", [({}, {"devices": {"fault_alarm": True}})]),
    "devices.archive_days": (
        "{0} for 30 days, {1} for 365, once it is full",
        [({}, {"devices": {"archive_days": days}}) for days in (30, 365)],
    ),
    "devices.iot_log": (
        "{0}; by volume",
        [({"devices": {"iot_log": False}}, {})],
    ),
    "devices.fleet_index": (
        "{0}; by how often chargers connect",
        [({"devices": {"fleet_index": False}}, {})],
    ),
    "governance.backup_plan_days": (
        "at most {0}, and what changes",
        [({}, {"governance": {"backup_plan_days": 30}})],
    ),
}
"""What an option costs, in words: the difference between two small sites in each place."""
_ADDED: Final = {
    "wire_bytes": "0",
    "connection_events": "0",
    "log_compression": "1",
    "index_queries": "0",
}
"""What this estimate counts and those bills do not, and the value that leaves it out."""

# The plan's lines with its amounts, our services, and what the price list says about them.
_SMALL: Final = (
    (
        "IoT Core, 1 to 10 chargers",
        "5-15",
        ("AWSIoT",),
        "Ten chargers at 10 s. One charger is {one}, so the plan's lower bound is too high.",
    ),
    (
        "Fargate",
        "30-50",
        ("AmazonECS",),
        (
            "0.5 vCPU and 1 GB on ARM carry this load. "
            "The plan's 2 vCPU and 4 GB are {task}, not 30-50."
        ),
    ),
    (
        "RDS t3.micro",
        "25-40",
        ("AmazonRDS",),
        "db.t4g.micro with 20 GB in one zone. The plan's figure is right only for two zones.",
    ),
    (
        "S3 and CloudFront",
        "1-5",
        ("AmazonS3", "AmazonCloudFront"),
        "The first TB from CloudFront is always free.",
    ),
    ("Load balancer", "about 20", ("AWSELB",), "Internal, so it has no public addresses."),
    (
        "NAT gateways",
        "forgotten",
        ("AmazonEC2",),
        "None: each task has a public address that accepts no connections. Two would be {nat}.",
    ),
    (
        "Public and private addresses",
        "forgotten",
        ("AmazonVPC", "AmazonRoute53"),
        "One for each task, {address} each. A hub has one, and a private zone for 0.50.",
    ),
    ("Firewall", "forgotten", ("awswaf",), "A web ACL, its rules and its requests."),
    ("Secrets and keys", "forgotten", ("AWSSecretsManager", "awskms"), ""),
    (
        "Logs, alarms, dashboard",
        "forgotten",
        ("AmazonCloudWatch",),
        "Ten alarms, ten metrics and 5 GB of logs are always free.",
    ),
    ("Images and builds", "forgotten", ("AmazonECR", "CodeBuild"), ""),
    ("Internet traffic", "forgotten", ("AWSDataTransfer",), "The first 100 GB are always free."),
)
_MEDIUM: Final = {
    "IoT Core, 1 to 10 chargers": (
        "IoT Core, 10 to 100 chargers",
        "50-150",
        "A hundred chargers at 10 s, delivered to two tasks. Ten chargers are {ten}.",
    ),
    "Fargate": (
        "Fargate",
        "100-200",
        "Two tasks of 0.5 vCPU, 1 GB, ARM, and a hub. Two as planned: {tasks}, four: {four}.",
    ),
    "RDS t3.micro": (
        "RDS t3.small or t3.medium",
        "100-200",
        "db.t4g.small with 50 GB in two zones. The plan's t3.small in one zone is {database}.",
    ),
    "S3 and CloudFront": ("S3 and CloudFront", "5-15", ""),
    "Load balancer": ("Load balancer", "not listed", ""),
}


def site(tier: str, **size: Any) -> Site:
    """Return a tier's site with other sizes where they are given."""
    answers = {"name": "sunny-garage", "region": "us-east-1", "tier": tier, "alerts": _ALERTS}
    return from_answers(answers | {"size": size})


def of(cost: Estimate, services: tuple[str, ...]) -> Decimal:
    """Return USD a month of some services."""
    found = (share.monthly for share in by_service(cost) if share.service in services)
    return sum(found, Decimal(0))


def figures() -> dict[str, str]:
    """Return the figures in the words of the two tables."""
    plain = estimate(site("small"))
    ways = ("AmazonEC2", "AmazonVPC")
    gateways = [
        line.monthly
        for line in estimate(site("small", egress="nat-per-az")).lines
        if line.kind == "fixed" and line.service in ways
    ]
    planned = {"task_cpu": 2048, "task_memory": 4096, "architecture": "x86_64"}
    task = of(estimate(site("small", **planned)), ("AmazonECS",))
    database = {"database_class": "db.t3.small", "database_storage_gib": 100}
    amounts = {
        "one": of(estimate(site("small", chargers=1)), ("AWSIoT",)),
        "ten": of(estimate(site("medium", chargers=10)), ("AWSIoT",)),
        "task": task,
        "tasks": 2 * task,
        "four": 4 * task,
        "nat": sum(gateways, Decimal(0)),
        "address": of(plain, ("AmazonVPC",)),
        "database": of(
            estimate(site("small", database_max_storage_gib=200, **database)), ("AmazonRDS",)
        ),
    }
    return {name: f"{amount:.2f}" for name, amount in amounts.items()}


def seed_table(cost: Estimate, *, medium: bool) -> str:
    """Return the plan against ours, line by line."""
    lines = ["| line | plan | ours | why |", "|---|---|---|---|"]
    said = figures()
    for key, small_plan, services, small_why in _SMALL:
        small = (key, small_plan, small_why)
        name, planned, why = _MEDIUM.get(key, small) if medium else small
        lines.append(f"| {name} | {planned} | {of(cost, services):.2f} | {why.format(**said)} |")
    planned = "275-585" if medium else "80-130"
    span = f"Between {cost.low:.2f} and {cost.high:.2f}."
    lines.append(f"| **Total** | **{planned}** | **{cost.expected:.2f}** | {span} |")
    return "\n".join(lines)


def goals() -> str:
    """Return the owner's goals against the estimate and the cheapest recommended variant."""
    lines = ["| goal | limit | tier | cheapest recommended variant |", "|---|---|---|---|"]
    for words, limit, wanted in (
        ("small, 10 chargers at 10 s", 75, site("small")),
        ("small, 1 charger at 10 s", 60, site("small", chargers=1)),
        ("medium, 100 chargers at 10 s, two tasks, two zones", 250, site("medium")),
    ):
        cost, cheap = estimate(wanted), Comparer(wanted).cheapest()[0].cost
        met = "met" if cost.expected <= limit else f"**over by {cost.expected - limit:.2f}**"
        lines.append(f"| {words} | {limit} | {cost.expected:.2f}, {met} | {cheap.expected:.2f} |")
    return "\n".join(lines)


def one_charger() -> str:
    """Return what would bring the small tier with one charger below 60, and what each leaves."""
    one = site("small", chargers=1)
    cost = estimate(one)
    secrets = [line for line in cost.lines if line.item == "Secret"]
    count = int(sum(line.quantity for line in secrets))
    merged = secrets[0].unit_price * (count - 1)
    quarter = (
        cost.expected - estimate(site("small", chargers=1, task_cpu=256, task_memory=512)).expected
    )
    lines = ["| change | saves | leaves |", "|---|---|---|"]
    for words, saved in (
        ("none", Decimal(0)),
        (f"one secret instead of {count}", merged),
        ("tasks of 0.25 vCPU and 0.5 GB", quarter),
        ("no public address of the task (IPv6)", of(cost, ("AmazonVPC",))),
    ):
        lines.append(f"| {words} | {saved:.2f} | {cost.expected - saved:.2f} |")
    return "\n".join(lines)


def by_hand() -> str:
    """Return the bills made by hand against the estimate, with what it counts in addition."""
    head = ("site", "by hand", *(f"`{name}`" for name in _ADDED), "estimate", "left over")
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for words, (bill, answers) in _BY_HAND.items():
        defaults = {"name": "sunny-garage", "region": "us-east-1", "alerts": _ALERTS}
        one = from_answers(defaults | answers)
        full = estimate(one).expected
        added = [
            full - estimate(one, DEFAULTS.replaced({name: value})).expected
            for name, value in _ADDED.items()
        ]
        left = full - Decimal(bill) - sum(added)
        amounts = " | ".join(f"{amount + 0:.2f}" for amount in (*added, full))
        lines.append(f"| {words} | {bill} | {amounts} | {left:z.2f}, {left / full:z.2%} |")
    return "\n".join(lines)


def stack_costs() -> str:
    """Return the table of costs by stack, with a row for what is always free."""
    costs = [estimate(site(tier)) for tier in _TIERS]
    rows = [
        f"| {item.id} | {_amounts([_of_stack(cost, item.id) for cost in costs])} | "
        f"{_MOSTLY[item.id]} |"
        for item in of_shape("tasks")
    ]
    beside = _amounts([_of_stack(cost, ACCOUNT) for cost in costs])
    rows.append(f"| {ACCOUNT} | {beside} | the fleet index, the log of AWS IoT, a hosted zone |")
    free = _amounts([cost.always_free for cost in costs])
    rows.append(f"| always free | {free} | what AWS deducts for every account |")
    total = " | ".join(f"**{cost.expected:.2f}**" for cost in costs)
    return "\n".join([*rows, f"| **sum** | {total} | |\n"])


def _of_stack(cost: Estimate, stack: str) -> Decimal:
    listed = (line for line in cost.lines if not line.is_allowance)
    return sum((line.monthly for line in listed if line.stack == stack), Decimal(0))


def _amounts(amounts: list[Decimal]) -> str:
    return " | ".join(f"{amount:.2f}" for amount in amounts)


def blueprints(text: str) -> str:
    """Return docs/blueprints.md with the table of costs that the estimate gives now."""
    text = _COSTS.sub(lambda found: found[1] + stack_costs(), text)
    for name, (words, pairs) in _OPTIONS.items():
        row = re.compile(rf"^(\| `{re.escape(name)}` \| [^|]* \| )[^|]*( \|)$", re.MULTILINE)
        more = [
            f"{_small(after).expected - _small(before).expected:z.2f}" for before, after in pairs
        ]
        text, found = row.subn(rf"\g<1>{words.format(*more)}\g<2>", text)
        if found != 1:
            raise ValueError(f"docs/blueprints.md has {found} rows of the option {name}")
    return text


def _small(changes: Mapping[str, Any]) -> Estimate:
    answers: dict[str, Any] = {"name": "sunny-garage", "region": "us-east-1", "tier": "small"}
    return estimate(
        from_answers(answers | changes | {"alerts": _ALERTS | changes.get("alerts", {})})
    )


def functions_page(text: str) -> str:
    """Return docs/lambda.md with the table of what both shapes cost."""
    watched = DEFAULTS.replaced(_WATCHED)
    for tier in _TIERS:
        columns = [
            estimate(site(tier, shape=shape.value), assume).expected
            for assume in (DEFAULTS, watched)
            for shape in Shape
        ]
        row = re.compile(rf"^\| {tier} \|.*$", re.MULTILINE)
        text, found = row.subn(f"| {tier} | {_amounts(columns)} |", text)
        if found != 1:
            raise ValueError(f"docs/lambda.md has {found} rows of {tier}")
    return text


def break_even_list() -> str:
    """Return the break-evens as a list."""
    money = Money()
    return "\n".join(
        f"* {one.first}: {money.show(one.first_monthly)}; {one.second}: "
        f"{money.show(one.second_monthly)} a month. {one.answer}"
        for one in break_evens("us-east-1")
    )


def unknowns() -> str:
    """Return what has no price, as a list."""
    lines = dict.fromkeys(
        f"* {line.item} ({line.service}): {line.reason}"
        for tier in _TIERS
        for line in estimate(site(tier)).unknown
    )
    return "\n".join(lines) or "Nothing in the tiers as they come."


def document() -> str:
    """Return docs/prices.md."""
    template = (ROOT / "tools" / "prices.md.txt").read_text(encoding="utf-8")
    parts = {
        "SMALL": seed_table(estimate(site("small")), medium=False),
        "MEDIUM": seed_table(estimate(site("medium")), medium=True),
        "GOALS": goals(),
        "ONE_CHARGER": one_charger(),
        "BY_HAND": by_hand(),
        "BREAK_EVENS": break_even_list(),
        "UNKNOWNS": unknowns(),
        "QUOTE": shown_quote(),
    }
    for name, text in parts.items():
        template = template.replace(f"@{name}@", text)
    return template


def shown_quote() -> str:
    """Return a quote as the command prints it."""
    return to_table(quote(site("small"), "", QuoteOptions())).rstrip("\n")


def readme(text: str) -> str:
    """Return README.md with each tier's price in whole dollars."""
    return _TIER_ROW.sub(lambda row: f"{row[1]}{estimate(site(row[2])).expected:.0f}{row[3]}", text)


def main() -> None:
    """Write the four files."""
    os.environ["COLUMNS"] = "80"  # a quote is as wide as the terminal, whoever runs this
    (ROOT / "docs" / "prices.md").write_text(document(), encoding="utf-8")
    for path, updated in (
        (ROOT / "README.md", readme),
        (ROOT / "docs" / "blueprints.md", blueprints),
        (ROOT / "docs" / "lambda.md", functions_page),
    ):
        path.write_text(updated(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
