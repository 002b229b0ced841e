"""Bills worked out from a plain description of a site, by AWS's metering rules and list prices.

A second opinion that shares no code with the product: only the file of prices is the same. What a
site has (alarms, secrets, buckets ...) was counted in the templates by hand. Usage is what the
estimate says it expects, copied here, so that the bills test counting and metering, not guesses.

AWS's rules: aws.amazon.com/SERVICE/pricing, for AWS IoT with iot-core/pricing/additional-details.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

PRICES = Path(__file__).parents[2] / "solarrally_tui" / "pricing" / "price_book" / "prices.json"
BOOK = json.loads(PRICES.read_text(encoding="utf-8"))["prices"]
HOURS = 730
MONTH = HOURS * 3600
DAYS = 365 / 12
EXPECTED: Mapping[str, float] = {
    "message bytes": 334,
    "bytes around a message": 182,  # topic, MQTT, TLS, TCP/IP and the ACK on the way back
    "archived bytes": 350,
    "archive after GZIP": 0.125,
    "viewers": 2,
    "viewing hours a day": 4,
    "page loads": 1000,
    "requests": 500_000,
    "health checkers": 15,
    "LCU": 0.1,
    "log GB a task": 1,
    "log GB a group": 0.1,
    "logs after compression": 0.15,
    "system metrics GB": 0.3,
    "flow log GB a task": 0.3,
    "builds": 1,
    "build minutes": 15,
    "repository GB": 0.5,
    "bucket GB": 0.7,
    "bucket writes": 4000,
    "bucket reads": 10_000,
    "calls of a secret": 1000,
    "GB of a task to AWS": 3,
    "GB of a task to the Internet": 0.5,
    "connection events a day": 2,
    "index queries": 3000,
}
PLACES = {
    "us": "US, Mexico, Canada",
    "ca": "US, Mexico, Canada",
    "eu": "Europe, Israel",
    "sa": "South America",
    "ap-northeast-1": "Japan",
    "ap-south-1": "India",
    "ap-southeast-2": "Australia, New Zealand",
    "ap": "Hong Kong, Philippines, Asia Pacific",
    "me": "South Africa, Kenya, Middle East",
}
MAIL = "a@example.com"


@dataclass(frozen=True)
class Plan:
    """A site in plain words; the defaults are those of the small tier. Memory in GB."""

    region: str = "us-east-1"
    chargers: int = 10
    interval: int = 10
    tasks: int = 1
    cpu: float = 0.5
    memory: float = 1
    arm: bool = True
    database: str = "db.t4g.micro"
    multi_az: bool = False
    storage: int = 20
    egress: str = "public-tasks"
    zones: int = 2
    retention: int = 30
    firewall: bool = True
    spot: bool = False
    probe: bool = True
    database_logs: bool = True
    monitoring: bool = False
    endpoints: bool = False
    flow_logs: bool = False
    domain: bool = False
    dns: str = "route53"
    public_alb: bool = False
    health_check: bool = False
    billing_alarm: bool = False
    fault_alarm: bool = False
    archive_days: int = 0
    trail: bool = True
    backup_plan_days: int = 0
    copy_region: str = ""
    iot_log: bool = True
    fleet_index: bool = True
    links: int = 0  # connections of a hub to AWS IoT; 0 without one
    expected: Mapping[str, float] = field(default_factory=dict)


def price(region: str, service: str, item: str, count: float) -> float:
    """Return USD for a count of single things, tier by tier."""
    places = (BOOK.get(place, {}).get(service, {}) for place in (region, "global"))
    row = next(place[item] for place in places if item in place)
    pack = {"1M": 1e6, "100k": 1e5, "10k": 1e4, "1k": 1e3}.get(row["unit"].split()[0], 1)
    starts = [float(tier[0]) for tier in row["tiers"]]
    ends = [*starts[1:], float("inf")]
    return sum(
        max(0, min(count, end) - start) * float(tier[1]) / pack
        for tier, start, end in zip(row["tiers"], starts, ends, strict=True)
    )


class Bill:
    """Counts by price, whose tiers and free amounts are of the whole account."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.expected = {**EXPECTED, **plan.expected}
        self.counts: defaultdict[tuple[str, str, str, str], float] = defaultdict(float)
        parts = (messages, tasks, hub, way_out, front, database, storage, logs, watching, extras)
        for part in parts:
            part(plan, self.expected, self)

    def add(self, kind: str, service: str, item: str, count: float, region: str = "") -> None:
        self.counts[kind, service, item, region or self.plan.region] += count

    def lines(self) -> dict[tuple[str, str], float]:
        """Return USD by service and kind: fixed, usage or free."""
        found: defaultdict[tuple[str, str], float] = defaultdict(float)
        for (kind, service, item, region), count in self.counts.items():
            found[service, kind] += price(region, service, item, count)
        for service, items, free in FREE:
            left = free
            for item in items:
                for (_, billed, name, region), count in self.counts.items():
                    if billed == service and name.startswith(item):
                        given = min(count, left)
                        left -= given
                        found[service, "free"] -= price(region, service, name, given)
        return {line: amount for line, amount in found.items() if abs(amount) > 1e-9}

    def total(self) -> float:
        return sum(self.lines().values())


FREE = (
    ("AWSDataTransfer", ["Data transfer out to internet"], 100),
    ("AmazonCloudFront", ["Data transfer out"], 1024),
    ("AmazonCloudFront", ["HTTPS requests"], 10_000_000),
    ("AmazonCloudFront", ["CloudFront Functions"], 2_000_000),
    ("AmazonCloudFront", ["CloudFront KeyValueStore"], 2_000_000),
    ("AmazonCloudWatch", ["Alarm, standard"], 10),
    ("AmazonCloudWatch", ["Custom/detailed metric"], 10),
    ("AmazonCloudWatch", ["Logs ingestion, Standard"], 5),
    ("AmazonCloudWatch", ["Logs storage"], 5),
    ("awskms", ["Symmetric requests"], 20_000),
    ("CodeBuild", ["Linux arm1.small", "Linux general1.small"], 100),
)
"""What every account gets each month, always."""


def messages(plan: Plan, use: Mapping[str, float], bill: Bill) -> None:
    """Each message counts on arrival and for each task, or once for the hub, in steps of 5 KB."""
    copies = 1 if plan.links else plan.tasks
    sent = plan.chargers * MONTH / plan.interval
    steps = ceil((use["message bytes"] + 64) / 5120)
    bill.add("usage", "AWSIoT", "Messages (5 KB metering), MQTT/HTTP", sent * steps * (1 + copies))
    minutes = (plan.chargers + (plan.links or plan.tasks)) * HOURS * 60
    bill.add("usage", "AWSIoT", "Connectivity (connection minutes)", minutes)
    # Who comes and goes: rule, registry, republish, shadow. The index follows.
    events = plan.chargers * use["connection events a day"] * HOURS / 24
    telemetry_rules = plan.fault_alarm + bool(plan.archive_days)
    triggered = events + sent * steps * telemetry_rules
    bill.add("usage", "AWSIoT", "Rules triggered (5 KB metering)", triggered)
    executed = 2 * events + (sent * steps if plan.archive_days else 0)
    bill.add("usage", "AWSIoT", "Rule actions executed (5 KB metering)", executed)
    operations = "Device Shadow + Registry operations (1 KB metering)"
    bill.add("usage", "AWSIoT", operations, 2 * events)
    # Passed on to the tasks, whose probes want to know who is connected.
    bill.add("usage", "AWSIoT", "Messages (5 KB metering), MQTT/HTTP", events * (1 + copies))
    if plan.fleet_index:
        bill.add("usage", "AWSIoT", "Fleet index updates", events)
        bill.add("usage", "AWSIoT", "Fleet index queries", use["index queries"])
    if plan.archive_days:
        item = "Data ingested, direct put (5 KB metering)"
        bill.add("usage", "AmazonKinesisFirehose", item, sent * 5 / 1024**2)
        month = sent * use["archived bytes"] / 1e9
        kept = month * use["archive after GZIP"] * plan.archive_days / DAYS
        bill.add("usage", "AmazonS3", "S3 Standard storage", kept)
        files = max(MONTH / 900, month * 1000 / 64)
        bill.add("usage", "AmazonS3", "S3 PUT/COPY/POST/LIST", files)


def tasks(plan: Plan, use: Mapping[str, float], bill: Bill) -> None:
    """With Spot, the first task stays at the regular price."""
    kind = "ARM" if plan.arm else "x86"
    on_spot = plan.tasks - 1 if plan.spot else 0
    for unit, size in (("vCPU", plan.cpu), ("GB", plan.memory)):
        hours = (plan.tasks - on_spot) * HOURS * size
        bill.add("fixed", "AmazonECS", f"Fargate Linux {kind} {unit}-hour", hours)
        if on_spot:
            item = f"Fargate Spot Linux {kind} {unit}-hour (floating)"
            bill.add("fixed", "AmazonECS", item, on_spot * HOURS * size)
    out = plan.tasks * use["GB of a task to the Internet"]
    bill.add("usage", "AWSDataTransfer", "Data transfer out to internet", out)


def hub(plan: Plan, use: Mapping[str, float], bill: Bill) -> None:
    """A quarter of a vCPU and half a GB, a private zone, and what crosses to tasks in other zones.

    Its secret and its log are with the others. A byte between zones is billed on both sides.
    """
    if not plan.links:
        return
    kind = "ARM" if plan.arm else "x86"
    bill.add("fixed", "AmazonECS", f"Fargate Linux {kind} vCPU-hour", 0.25 * HOURS)
    bill.add("fixed", "AmazonECS", f"Fargate Linux {kind} GB-hour", 0.5 * HOURS)
    bill.add("fixed", "AmazonRoute53", "Hosted zone", 1)
    out = use["GB of a task to the Internet"]
    bill.add("usage", "AWSDataTransfer", "Data transfer out to internet", out)
    size = use["message bytes"] + use["bytes around a message"]
    passed = plan.chargers * MONTH / plan.interval * plan.tasks * size / 1e9
    item = "Cross-AZ (intra-region) data transfer, each direction"
    across = 2 * passed * (plan.zones - 1) / plan.zones
    bill.add("usage", "AWSDataTransfer", item, across)


def way_out(plan: Plan, use: Mapping[str, float], bill: Bill) -> None:
    """A byte crosses one gateway. Two directions of a zone border are billed."""
    sent = plan.chargers * MONTH / plan.interval
    size = use["message bytes"] + use["bytes around a message"]
    with_hub = plan.tasks + bool(plan.links)
    calls = with_hub * use["GB of a task to AWS"]
    gb = sent * (1 if plan.links else plan.tasks) * size / 1e9 + (0 if plan.endpoints else calls)
    ways = {"public-tasks": 0, "nat-instance": 1, "nat-single": 1, "nat-per-az": plan.zones}
    gateways = ways[plan.egress]
    addresses = gateways or with_hub
    addresses += plan.zones if plan.public_alb else 0
    bill.add("fixed", "AmazonVPC", "Public IPv4 in use", addresses * HOURS)
    if plan.egress == "nat-instance":
        item = "EC2 t4g.nano Linux on-demand (NAT instance candidate)"
        bill.add("fixed", "AmazonEC2", item, HOURS)
        bill.add("fixed", "AmazonEC2", "EBS gp3 storage (NAT instance root disk)", 4)
    elif gateways:
        bill.add("fixed", "AmazonEC2", "NAT gateway hour", gateways * HOURS)
        bill.add("usage", "AmazonEC2", "NAT gateway data processed", gb)
    if 0 < gateways < plan.zones:
        elsewhere = gb * (plan.zones - gateways) / plan.zones
        item = "Cross-AZ (intra-region) data transfer, each direction"
        bill.add("usage", "AWSDataTransfer", item, 2 * elsewhere)
    if plan.endpoints:  # two for the registry, secrets, logs
        hour = "Interface VPC endpoint hour (per AZ/ENI)"
        bill.add("fixed", "AmazonVPC", hour, 4 * plan.zones * HOURS)
        bill.add("usage", "AmazonVPC", "Interface VPC endpoint data processed", calls)


def front(plan: Plan, use: Mapping[str, float], bill: Bill) -> None:
    """CloudFront bills by where viewers are; its firewall is global."""
    place = PLACES.get(plan.region) or PLACES[plan.region.split("-")[0]]
    live = use["viewers"] * use["viewing hours a day"] * DAYS * 3600
    live_gb = live * plan.chargers / plan.interval * 358 / 1e9
    gb = live_gb + use["page loads"] * 0.0006
    transfer = f"Data transfer out to internet - {place}"
    transfer += " (pay-as-you-go; first 1 TB/month free account-wide)"
    bill.add("usage", "AmazonCloudFront", transfer, gb)
    checks = use["health checkers"] * MONTH / 30 if plan.health_check else 0
    requests = use["requests"] + checks
    https = f"HTTPS requests - {place} (first 10M HTTP/HTTPS per month free)"
    for item in (https, "CloudFront Functions invocations", "CloudFront KeyValueStore reads"):
        bill.add("usage", "AmazonCloudFront", item, requests)
    if plan.firewall:  # rate limit, known bad inputs, common rules
        bill.add("fixed", "awswaf", "Web ACL, CloudFront scope (Global-WebACLV2)", 1)
        bill.add("fixed", "awswaf", "Rule, CloudFront scope (Global-RuleV2)", 3)
        bill.add("usage", "awswaf", "Requests, CloudFront scope (Global-RequestV2)", requests)
    bill.add("fixed", "AWSELB", "ALB hour", HOURS)
    bill.add("usage", "AWSELB", "ALB LCU-hour", use["LCU"] * HOURS + live_gb)
    if plan.health_check:
        bill.add("fixed", "AmazonRoute53", "Health check, endpoint outside AWS", 1)
        https = "Health check, optional feature, endpoint outside AWS"
        bill.add("fixed", "AmazonRoute53", https, 1)
    if plan.domain and plan.dns == "route53":
        bill.add("fixed", "AmazonRoute53", "Hosted zone", 1)


def database(plan: Plan, use: Mapping[str, float], bill: Bill) -> None:
    """Backups as large as the storage are free here; copies in another Region are not."""
    zones = "Multi-AZ" if plan.multi_az else "Single-AZ"
    bill.add("fixed", "AmazonRDS", f"RDS PostgreSQL {plan.database} {zones}", HOURS)
    bill.add("fixed", "AmazonRDS", f"RDS gp3 storage {zones}", plan.storage)
    if plan.copy_region:
        item = "RDS backup/snapshot storage beyond 100% of provisioned"
        bill.add("usage", "AmazonRDS", item, plan.storage, plan.copy_region)
        between = "Data transfer to another Region, at most"
        bill.add("usage", "AWSDataTransfer", between, plan.storage)
    if plan.backup_plan_days:
        bill.add("usage", "AWSBackup", "AWS Backup RDS snapshot storage (warm)", plan.storage)


def storage(plan: Plan, use: Mapping[str, float], bill: Bill) -> None:
    """Buckets of access logs, build sources, the page, and the audit trail; two repositories."""
    buckets = 3 + plan.trail
    bill.add("usage", "AmazonS3", "S3 Standard storage", buckets * use["bucket GB"])
    bill.add("usage", "AmazonS3", "S3 PUT/COPY/POST/LIST", buckets * use["bucket writes"])
    bill.add("usage", "AmazonS3", "S3 GET and other", buckets * use["bucket reads"])
    bill.add("usage", "AmazonECR", "ECR private storage", 2 * use["repository GB"])
    for machine in ("arm1" if plan.arm else "general1", "general1"):  # images, then the page
        minutes = use["builds"] * use["build minutes"]
        bill.add("usage", "CodeBuild", f"Linux {machine}.small", minutes)


def logs(plan: Plan, use: Mapping[str, float], bill: Bill) -> None:
    """Groups of the application, two builds and IoT rules; of AWS IoT and RDS, kept for ever."""
    group, year = use["log GB a group"], 365
    groups = 3 + bool(plan.links)  # the hub writes to the group of the application
    kept = [(plan.tasks * use["log GB a task"], plan.retention), (groups * group, plan.retention)]
    kept += [(group, year)] if plan.iot_log else []
    kept += [(2 * group, year)] if plan.database_logs else []
    kept += [(use["system metrics GB"], 30)] if plan.monitoring else []
    for gb, days in kept:
        bill.add("usage", "AmazonCloudWatch", "Logs ingestion, Standard class", gb)
        stored = gb * days / DAYS * use["logs after compression"]
        bill.add("usage", "AmazonCloudWatch", "Logs storage (compressed)", stored)
    if plan.flow_logs:
        gb = (plan.tasks + bool(plan.links)) * use["flow log GB a task"]
        item = "Vended logs delivered to S3 (e.g. VPC flow logs)"
        bill.add("usage", "AmazonCloudWatch", item, gb)
        bill.add("usage", "AmazonS3", "S3 Standard storage", gb * 30 / DAYS)


def watching(plan: Plan, use: Mapping[str, float], bill: Bill) -> None:
    """Alarms: 6 of the site, 2 of the database, 2 that target tracking makes.

    The probe has 3: database, bridge, age of telemetry. Without it the bridge's log has 1.
    """
    only_home = plan.region == "us-east-1"
    alarms = 10 + (3 if plan.probe else 1) + plan.fault_alarm
    alarms += only_home and plan.health_check
    alarms += only_home and plan.billing_alarm
    bill.add("fixed", "AmazonCloudWatch", "Alarm, standard resolution", alarms)
    bill.add("fixed", "AmazonCloudWatch", "Alarm, composite", 1)
    # Errors of the log; 7 of the probe, or the bridge's attempts.
    metrics = 1 + (7 if plan.probe else 1) + plan.fault_alarm
    bill.add("fixed", "AmazonCloudWatch", "Custom/detailed metric", metrics)
    bill.add("fixed", "AmazonCloudWatch", "Dashboard above 3 free (up to 50 metrics each)", 1)


def extras(plan: Plan, use: Mapping[str, float], bill: Bill) -> None:
    """One key; secrets of the bridge, database, tokens, administrator, viewers, public ALB, hub."""
    secrets = 5 + plan.public_alb + bool(plan.links)
    bill.add("fixed", "awskms", "Customer managed key", 1)
    bill.add("fixed", "AWSSecretsManager", "Secret", secrets)
    calls = secrets * use["calls of a secret"]
    bill.add("usage", "AWSSecretsManager", "API requests", calls)
    bill.add("usage", "awskms", "Symmetric requests (20,000/month free per account)", calls)
