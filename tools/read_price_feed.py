"""Write the table of prices that AWS's pricing pages load, from public copies of their files.

Usage: python tools/read_price_feed.py CHECKOUT... > tools/feed-prices.csv

AWS's pricing pages load one file for each service, for all Regions, without credentials:
{"manifest": {...}, "regions": {LOCATION: {NAME: {"price", "rateCode"}}}}. Public repositories keep
copies; COPIES names them, and each CHECKOUT is a working tree of one of them in a folder
of the repository's name. The files themselves are in raw/ or lib/data/pricing/. Some are too large
for that, and stand only in the watchers' own form in processed/: {NAME: {LOCATION: price}}, without
rate codes or a date of publication.

The newest file wins, and files themselves win over processed ones. What the copies disagree about
is printed, with both prices. Then run make_price_book.py.
"""

import csv
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from solarrally_tui.pricing.price_book.book import GLOBAL, pack
from solarrally_tui.pricing.price_book.price_list_items import PRICED_CLASSES

LOCATIONS: Final[Mapping[str, str]] = {
    "AWS GLOBAL": GLOBAL,
    "Africa (Cape Town)": "af-south-1",
    "Asia Pacific (Hong Kong)": "ap-east-1",
    "Asia Pacific (Hyderabad)": "ap-south-2",
    "Asia Pacific (Jakarta)": "ap-southeast-3",
    "Asia Pacific (Malaysia)": "ap-southeast-5",
    "Asia Pacific (Melbourne)": "ap-southeast-4",
    "Asia Pacific (Mumbai)": "ap-south-1",
    "Asia Pacific (New Zealand)": "ap-southeast-6",
    "Asia Pacific (Osaka)": "ap-northeast-3",
    "Asia Pacific (Seoul)": "ap-northeast-2",
    "Asia Pacific (Singapore)": "ap-southeast-1",
    "Asia Pacific (Sydney)": "ap-southeast-2",
    "Asia Pacific (Taipei)": "ap-east-2",
    "Asia Pacific (Thailand)": "ap-southeast-7",
    "Asia Pacific (Tokyo)": "ap-northeast-1",
    "Canada (Central)": "ca-central-1",
    "Canada West (Calgary)": "ca-west-1",
    "EU (Frankfurt)": "eu-central-1",
    "EU (Ireland)": "eu-west-1",
    "EU (London)": "eu-west-2",
    "EU (Milan)": "eu-south-1",
    "EU (Paris)": "eu-west-3",
    "EU (Spain)": "eu-south-2",
    "EU (Stockholm)": "eu-north-1",
    "EU (Zurich)": "eu-central-2",
    "Israel (Tel Aviv)": "il-central-1",
    "Mexico (Central)": "mx-central-1",
    "Middle East (Bahrain)": "me-south-1",
    "Middle East (UAE)": "me-central-1",
    "South America (Sao Paulo)": "sa-east-1",
    "US East (N. Virginia)": "us-east-1",
    "US East (Ohio)": "us-east-2",
    "US West (N. California)": "us-west-1",
    "US West (Oregon)": "us-west-2",
}
"""What the pricing pages call the Regions."""
COPIES: Final[Mapping[str, str]] = {
    "v0rts/aws-price-watcher": "2025-12-06",
    "lamngockhuong/aws-price": "2025-11-04",
    "QuinnyPig/aws-price-watcher": "2025-06-18",
}
"""Repositories on GitHub with copies of the feed, the newest first, and the day of each."""
_PUBLISHED: Final = ("raw", "lib/data/pricing")
"""Where copies keep the files that AWS published."""
REGIONS: Final = (
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
    *("eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1", "eu-south-2"),
    *("me-central-1", "me-south-1"),
    *("ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-south-1"),
    *("ap-southeast-1", "ap-southeast-2"),
)
"""Regions for which AWS publishes prices of AWS IoT and CodeBuild, which every site needs."""
HEADER: Final = (
    *("region", "service", "usage_item", "unit", "price_usd", "tier_from", "tier_to"),
    *("source", "source_date", "confidence"),
)
Row = dict[str, str]


@dataclass(frozen=True)
class FeedItem:
    """A price of the book, and what the feed calls each of its tiers: (start, name)."""

    file: str
    service: str
    item: str
    unit: str
    tiers: tuple[tuple[str, str], ...]
    confidence: str = "high"


@dataclass(frozen=True)
class Rate:
    """A price as the feed has it, in USD for one single thing, and where that stands."""

    amount: Decimal
    source: str
    date: str


@dataclass
class Copy:
    """One copy of the feed, in a working tree."""

    repository: str
    fetched: str
    """The day of the copy's last commit."""
    tree: Path
    _read: dict[str, dict[str, dict[str, Rate]]] = field(default_factory=dict)

    def rates(self, folder: str, file: str) -> dict[str, dict[str, Rate]]:
        """Return a file's rates by name and place; empty where this copy does not have it."""
        path = f"{folder}/{file}.json"
        if path not in self._read:
            self._read[path] = {}
            if (self.tree / path).exists():
                data = json.loads((self.tree / path).read_text(encoding="utf-8"))
                read = self._processed if folder == "processed" else self._published
                read(file, path, data)
        return self._read[path]

    def _published(self, file: str, path: str, data: Mapping[str, Any]) -> None:
        date = f"{data['manifest']['hawkFilePublicationDate'][:10]} (fetched {self.fetched})"
        for location, rates in data["regions"].items():
            for name, rate in rates.items():
                source = f"{self._source(file, path)}; rateCode {rate['rateCode']})"
                self._add(path, name, location, Rate(Decimal(rate["price"]), source, date))

    def _processed(self, file: str, path: str, data: Mapping[str, Any]) -> None:
        date = f"{self.fetched} (fetched)"
        for name, prices in data.items():
            source = f'{self._source(file, path)} key "{name}")'
            for words, price in prices.items():
                location, target = _location(words)
                key = f"{name} > {LOCATIONS[target]}" if target in LOCATIONS else name
                self._add(path, key, location, Rate(Decimal(price), source, date))

    def _source(self, file: str, path: str) -> str:
        return f"AWS meteredUnitMaps/{file} ({self.repository} {path}"

    def _add(self, path: str, name: str, location: str, rate: Rate) -> None:
        self._read[path].setdefault(name, {})[LOCATIONS.get(location, location)] = rate


def _location(words: str) -> tuple[str, str]:
    """Split "EU (Paris) (To Location: EU (Milan))" into its two locations.

    Other words in brackets, such as the memory of an instance, are dropped.
    """
    found = re.match(r"(.*?\)) \(To Location: (.*)\)$", words)
    if found:
        return found[1], found[2]
    return re.sub(r"^(.*?\)) \(.*$", r"\1", words), ""


def _items() -> Iterator[FeedItem]:
    for file, service, item, unit, name in _SINGLE:
        yield FeedItem(file, service, item, unit, (("0", name),))
    for file, service, item, unit, tiers in _TIERED:
        yield FeedItem(file, service, item, unit, tiers)
    yield _VAULT
    for name in PRICED_CLASSES:
        kind = "Memory optimized" if name.startswith("db.r") else "General purpose"
        for zones in ("Single-AZ", "Multi-AZ"):
            words = f"{name.replace('.', ' ', 1)} {kind} {zones} Current Generation"
            key = f"Database Instance PostgreSQL No license required {words}"
            item = f"RDS PostgreSQL {name} {zones}"
            yield FeedItem("rds-postgresql-ondemand", "AmazonRDS", item, "hour", (("0", key),))


@dataclass(frozen=True)
class Feed:
    """All copies of the feed."""

    copies: tuple[Copy, ...]
    """The newest first."""

    def rows(self) -> Iterator[Row]:
        """Yield a row for each tier of each price that the feed has. Raises ValueError."""
        for item in _items():
            for region in REGIONS:
                yield from self._rows_of(item, region)
        for region in REGIONS:
            yield from self._transfer(region)
        for item in _HEALTH_CHECKS:
            yield from self._rows_of(item, GLOBAL, "")

    def _rows_of(self, item: FeedItem, region: str, place: str | None = None) -> Iterator[Row]:
        """Yield an item's rows. place is what the feed has in place of the Region."""
        where = region if place is None else place
        rates = [self._rate(item.file, name, where) for _, name in item.tiers]
        found = [rate for rate in rates if rate]
        if found and len(found) < len(rates):
            raise ValueError(f"{region}: the feed has only some tiers of {item.item}")
        ends = [start for start, _ in item.tiers[1:]] + ["Inf"]
        for (start, _), end, rate in zip(item.tiers[: len(found)], ends, found, strict=False):
            yield _row(item, region, rate, (start, end))

    def _rate(self, file: str, name: str, place: str) -> Rate | None:
        """Return the newest rate of a name in a place, and print what others say otherwise."""
        published, processed = (
            sorted(
                (
                    rate
                    for folder in folders
                    for copy in self.copies
                    if (rate := copy.rates(folder, file).get(name, {}).get(place))
                ),
                key=lambda rate: rate.date,
                reverse=True,
            )
            for folders in (_PUBLISHED, ("processed",))
        )
        found = [*published, *processed]
        for other in found[1:]:
            if other.amount != found[0].amount:
                words = f"{place}, {name}: {found[0].amount} ({found[0].date})"
                print(f"{words}, {other.amount} ({other.date})", file=sys.stderr)
        return found[0] if found else None

    def _transfer(self, region: str) -> Iterator[Row]:
        """The dearest way to another Region of the aws partition, for a copy of a backup."""
        name = "DataTransfer InterRegion Outbound to "
        newest = next(
            rates for copy in self.copies if (rates := copy.rates("processed", "datatransfer"))
        )
        ways = [
            places[region]
            for key, places in newest.items()
            if key.startswith(name) and key.rsplit(" > ")[-1] in REGIONS and region in places
        ]
        if ways:
            dearest = max(ways, key=lambda rate: rate.amount)
            yield _row(_TRANSFER, region, dearest)


def _row(item: FeedItem, region: str, rate: Rate, reach: tuple[str, str] = ("0", "Inf")) -> Row:
    price = f"{(rate.amount * pack(item.unit)).normalize():f}"
    what = (region, item.service, item.item, item.unit, price, *reach)
    return dict(zip(HEADER, (*what, rate.source, rate.date, item.confidence), strict=True))


def main(checkouts: list[str]) -> None:
    """Write the table."""
    copies = [
        Copy(repository, fetched, Path(checkout))
        for repository, fetched in COPIES.items()
        for checkout in checkouts
        if Path(checkout).name == repository.replace("/", "+")
    ]
    if len(copies) < len(COPIES):
        raise SystemExit(f"needs a checkout of each: {', '.join(COPIES)} (/ as +)")
    table = csv.DictWriter(sys.stdout, HEADER, lineterminator="\n")
    table.writeheader()
    table.writerows(Feed(tuple(copies)).rows())


_SINGLE: Final = (
    ("iot", "AWSIoT", "Connectivity (connection minutes)", "1M minutes", "Connectivity Minutes"),
    ("iot", "AWSIoT", "Rules triggered (5 KB metering)", "1M rules", "RulesTriggered"),
    ("iot", "AWSIoT", "Rule actions executed (5 KB metering)", "1M actions", "ActionsExecuted"),
    (
        "iot",
        "AWSIoT",
        "Device Shadow + Registry operations (1 KB metering)",
        "1M operations",
        "Device Shadow and Registry",
    ),
    ("iotdevicemanagement", "AWSIoT", "Fleet index updates", "1M updates", "Index Updates"),
    ("iotdevicemanagement", "AWSIoT", "Fleet index queries", "10k queries", "Queries per Queries"),
    ("ecs", "AmazonECS", "Fargate Linux x86 vCPU-hour", "vCPU-hour", "perCPU per hour"),
    ("ecs", "AmazonECS", "Fargate Linux x86 GB-hour", "GB-hour", "perGB per hour"),
    ("ecs", "AmazonECS", "Fargate Linux ARM vCPU-hour", "vCPU-hour", "ARM perCPU per hour"),
    ("ecs", "AmazonECS", "Fargate Linux ARM GB-hour", "GB-hour", "ARM perGB per hour"),
    (
        "ecs",
        "AmazonECS",
        "Fargate ephemeral storage above 20 GB",
        "GB-hour",
        "Storage per GB-Hours",
    ),
    ("elb", "AWSELB", "ALB hour", "hour", "Application Load Balancer Hours"),
    ("elb", "AWSELB", "ALB LCU-hour", "LCU-hour", "Application Load Balancer LCU Hours"),
    ("elb", "AWSELB", "NLB hour", "hour", "Network Load Balancer Hours"),
    ("elb", "AWSELB", "NLB NLCU-hour", "NLCU-hour", "Network Load Balancer LCU Hours"),
    ("natgateway", "AmazonEC2", "NAT gateway hour", "hour", "Hourly charge for NAT Gateways"),
    (
        "natgateway",
        "AmazonEC2",
        "NAT gateway data processed",
        "GB",
        "Charge for per GB data processed by NatGateways",
    ),
    (
        "vpc",
        "AmazonVPC",
        "Public IPv4 in use",
        "hour",
        "Hourly charge for In use Public IPv4 Addresses per Hrs",
    ),
    (
        "vpc",
        "AmazonVPC",
        "Public IPv4 idle",
        "hour",
        "Hourly charge for Idle Public IPv4 Addresses per Hrs",
    ),
    (
        "vpc",
        "AmazonVPC",
        "Interface VPC endpoint hour (per AZ/ENI)",
        "hour",
        "Hourly charge for VPC Endpoints per Hrs",
    ),
    (
        "vpc",
        "AmazonVPC",
        "Interface VPC endpoint data processed",
        "GB",
        "Charge for per GB data processed by VPC Endpoints per GB from 0 to 1048576",
    ),
    (
        "s3",
        "AmazonS3",
        "S3 PUT/COPY/POST/LIST",
        "1k requests",
        "PUT COPY/POST or LIST requests per Requests",
    ),
    (
        "s3",
        "AmazonS3",
        "S3 GET and other",
        "1k requests",
        "GET and all other requests per Requests",
    ),
    ("ecr", "AmazonECR", "ECR private storage", "GB-month", "EC2 Container Registry"),
    ("waf", "awswaf", "Web ACL (WAFv2 regional)", "ACL-month", "WebACL per month"),
    (
        "waf",
        "awswaf",
        "Rule or managed rule group",
        "rule-month",
        "Rules added per WebACL per month",
    ),
    (
        "waf",
        "awswaf",
        "Requests inspected (up to 1,500 WCU)",
        "1M requests",
        "Request Processed Tier1 per Request",
    ),
    ("kms", "awskms", "Customer managed key", "key-month", "Encryption Key"),
    (
        "kms",
        "awskms",
        "Symmetric requests (20,000/month free per account)",
        "10k requests",
        "API request - Non Free Tier",
    ),
    ("secretsmanager", "AWSSecretsManager", "Secret", "secret-month", "Secret"),
    ("secretsmanager", "AWSSecretsManager", "API requests", "10k requests", "API Request"),
    (
        "cloudwatch",
        "AmazonCloudWatch",
        "Alarm, standard resolution",
        "alarm-metric-month",
        "Alarm Standard",
    ),
    (
        "cloudwatch",
        "AmazonCloudWatch",
        "Alarm, high resolution",
        "alarm-metric-month",
        "Alarm High Resolution",
    ),
    ("cloudwatch", "AmazonCloudWatch", "Alarm, composite", "alarm-month", "Alarm Composite"),
    (
        "cloudwatch",
        "AmazonCloudWatch",
        "Logs ingestion, Standard class",
        "GB",
        "Logs Collected Data Ingestion",
    ),
    ("cloudwatch", "AmazonCloudWatch", "Logs storage (compressed)", "GB-month", "Stored Data"),
    (
        "cloudwatch",
        "AmazonCloudWatch",
        "Vended logs ingestion (e.g. VPC flow logs, WAF)",
        "GB",
        "Vended Logs First 10TB",
    ),
    ("cloudtrail", "AWSCloudTrail", "Data events", "100k events", "Data Events Recorded"),
    (
        "rds-storage",
        "AmazonRDS",
        "RDS gp3 storage Single-AZ",
        "GB-month",
        "Database Storage Single AZ General Purpose-GP3",
    ),
    (
        "rds-storage",
        "AmazonRDS",
        "RDS gp3 storage Multi-AZ",
        "GB-month",
        "Database Storage Multi AZ General Purpose-GP3",
    ),
    (
        "rds-storage",
        "AmazonRDS",
        "RDS backup/snapshot storage beyond 100% of provisioned",
        "GB-month",
        "Storage Snapshot",
    ),
    *(
        ("lambda", "AWSLambda", f"{what}, {name}", unit, f"{key}{mark}")
        for name, mark in (("x86", ""), ("ARM", "-ARM"))
        for what, unit, key in (
            ("Requests", "1M requests", "Lambda Requests"),
            ("Duration", "GB-second", "Lambda Duration"),
        )
    ),
    (
        "apigateway",
        "AmazonApiGateway",
        "WebSocket connection minutes",
        "1M minutes",
        "WebSocket Connection Minutes",
    ),
    (
        "queueservice",
        "AWSQueueService",
        "SQS standard requests (first 1M/month free)",
        "1M requests",
        "Standard per Requests",
    ),
    *(
        ("dynamodb", "AmazonDynamoDB", f"On-demand {what}", "1M units", f"PayPerRequest {key}")
        for what, key in (
            ("write request units", "Write Request Units"),
            ("read request units", "Read Request Units"),
        )
    ),
    *(
        (
            "codebuild",
            "CodeBuild",
            f"Linux {machine}",
            "build-minute",
            f"[OnDemand-EC2 Linux] OnDemand-EC2 Linux-computetype-{machine}",
        )
        for machine in ("general1.small", "general1.medium", "arm1.small", "arm1.large")
    ),
    *(
        (
            "ec2",
            "AmazonEC2",
            f"EC2 {kind} Linux on-demand (NAT instance candidate)",
            "hour",
            f"OnDemand Linux-instancetype-{kind}",
        )
        for kind in ("t4g.nano", "t4g.micro", "t4g.small")
    ),
)
"""Prices with one tier: file, service, item, unit, and the feed's name."""
_TIERED: Final = (
    (
        "apigateway",
        "AmazonApiGateway",
        "HTTP API requests",
        "1M requests",
        (
            ("0", "ApiGatewayHttpApi First 300 million"),
            ("300M", "ApiGatewayHttpApi more than 300 million"),
        ),
    ),
    (
        "apigateway",
        "AmazonApiGateway",
        "WebSocket messages",
        "1M messages",
        (
            ("0", "WebSocket Messages Messages first 1 billion"),
            ("1000M", "WebSocket Messages Messages over 1 billion"),
        ),
    ),
    (
        "iot",
        "AWSIoT",
        "Messages (5 KB metering), MQTT/HTTP",
        "1M messages",
        (
            ("0", "Messages Up to 1B"),
            ("1000M", "Messages Next 4B"),
            ("5000M", "Messages Over 5B"),
        ),
    ),
    (
        "iotdevicemanagement",
        "AWSIoT",
        "Remote actions (jobs)",
        "1k actions",
        (("0", "Remote Actions 0 to 250000"), ("250000", "Remote Actions over 250000")),
    ),
    (
        "kinesisfirehose",
        "AmazonKinesisFirehose",
        "Data ingested, direct put (5 KB metering)",
        "GB",
        (
            ("0", "Per GB of data ingested first 500TB"),
            ("512000", "Per GB of data ingested Next 1 5PB"),
            ("2048000", "Per GB of data ingested Next 3PB"),
        ),
    ),
    (
        "cloudwatch",
        "AmazonCloudWatch",
        "Vended logs delivered to S3 (e.g. VPC flow logs)",
        "GB",
        (
            ("0", "Delivered Logs for first 10TB"),
            ("10240", "Delivered Logs for next 20TB"),
            ("30720", "Delivered Logs for next next 20 TB"),
            ("51200", "Delivered Logs for over 50TB"),
        ),
    ),
    (
        "cloudwatch",
        "AmazonCloudWatch",
        "Custom/detailed metric",
        "metric-month",
        (("0", "Metric for the first 10000"), ("10000", "Metric for the next 240000")),
    ),
    (
        "s3",
        "AmazonS3",
        "S3 Standard storage",
        "GB-month",
        (
            ("0", "Standard Storage First 50 TB per GB Mo"),
            ("51200", "Standard Storage Next 450 TB per GB Mo"),
        ),
    ),
    (
        "datatransfer",
        "AWSDataTransfer",
        "Data transfer out to internet",
        "GB",
        (
            ("0", "DataTransfer External Outbound Next 10 TB"),
            ("10240", "DataTransfer External Outbound Next 40 TB"),
            ("51200", "DataTransfer External Outbound Next 100 TB"),
            ("153600", "DataTransfer External Outbound Greater than 150 TB"),
        ),
    ),
)
"""Prices with tiers: file, service, item, unit, and (start, the feed's name) for each tier."""
_VAULT: Final = FeedItem(
    "rds-storage",
    "AWSBackup",
    "AWS Backup RDS snapshot storage (warm)",
    "GB-month",
    (("0", "Storage Snapshot"),),
    "medium",
)
"""AWS Backup asks for a snapshot of RDS what RDS asks; the pricing pages have equal figures."""
_TRANSFER: Final = FeedItem(
    "datatransfer", "AWSDataTransfer", "Data transfer to another Region, at most", "GB", ()
)
_HEALTH_CHECKS: Final = (
    FeedItem(
        "route53",
        "AmazonRoute53",
        "Health check, AWS endpoint above 50 free",
        "check-month",
        (("50", "Basic Health checks AWS per Mo"),),
    ),
    FeedItem(
        "route53",
        "AmazonRoute53",
        "Health check, optional feature, AWS endpoint",
        "feature-month",
        (("0", "Optional Health Check Features AWS per Mo"),),
    ),
)
"""Prices of Route 53 that are the same everywhere."""


if __name__ == "__main__":
    main(sys.argv[1:])
