"""Which entry of AWS's price list is which price of the book, by exact usage types.

Sources of the usage types: GetAttributeValues and GetProducts captures of 2022 and 2026. Similar
ones that mean something else (Windows, Outposts, extended support, Lightsail) do not match.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from solarrally_tui.pricing.price_book.book import GLOBAL

_PREFIXES: Final[Mapping[str, tuple[str, ...]]] = {
    "us-east-1": ("", "USE1-"),
    "us-east-2": ("USE2-",),
    "us-west-1": ("USW1-",),
    "us-west-2": ("USW2-",),
    "ca-central-1": ("CAN1-",),
    "eu-west-1": ("EU-", "EUW1-"),
    "eu-west-2": ("EUW2-",),
    "eu-west-3": ("EUW3-",),
    "eu-central-1": ("EUC1-",),
    "eu-north-1": ("EUN1-",),
    "eu-south-1": ("EUS1-",),
    "eu-south-2": ("EUS2-",),
    "ap-southeast-1": ("APS1-",),
    "ap-southeast-2": ("APS2-",),
    "ap-southeast-5": ("APS7-",),
    "ap-northeast-1": ("APN1-",),
    "ap-northeast-2": ("APN2-",),
    "ap-northeast-3": ("APN3-",),
    "ap-south-1": ("APS3-",),
    "ap-east-1": ("APE1-",),
    "af-south-1": ("AFS1-",),
    "me-south-1": ("MES1-",),
    "me-central-1": ("MEC1-",),
    "sa-east-1": ("SAE1-",),
}
"""What usage types begin with in a Region. Old services have no prefix in us-east-1."""
_BURSTING: Final = ("micro", "small", "medium", "large", "xlarge", "2xlarge")
_STEADY: Final = ("large", "xlarge", "2xlarge")
PRICED_CLASSES: Final = tuple(
    f"db.{family}.{size}"
    for families, sizes in (
        (("t3", "t4g"), _BURSTING),
        (("m6g", "m6i", "m7g", "r6g", "r6i", "r7g"), _STEADY),
    )
    for family in families
    for size in sizes
)
"""Database classes that the book has where AWS has them, up to what a site can need."""
_POSTGRES: Final = "CreateDBInstance:0014"
_PLACES: Final[Mapping[str, str]] = {
    "US": "US, Mexico, Canada",
    "EU": "Europe, Israel",
    "SA": "South America",
    "JP": "Japan",
    "AU": "Australia, New Zealand",
    "AP": "Hong Kong, Philippines, Asia Pacific",
    "IN": "India",
    "ME": "South Africa, Kenya, Middle East",
}


@dataclass(frozen=True)
class PriceListItem:
    """A price of the book, and where AWS's price list has it."""

    service: str
    name: str
    offer: str
    usage: str
    """Usage type without the Region's prefix; {region} is replaced by the Region's code."""
    operation: str | None = None
    family: str | None = None
    prefixed: bool = True
    queried: bool = False
    """Whether its file is too large to read, so that only the query API has it."""
    place: str = ""
    """The Region, or GLOBAL for a price that is the same everywhere."""
    somewhere: bool = False
    """Whether AWS has it in some Regions only, as it has classes of databases."""

    def usage_types(self) -> tuple[str, ...]:
        """Return the exact usage types that this price can have."""
        usage = self.usage.replace("{region}", self.place)
        if not self.prefixed:
            return (usage,)
        return tuple(prefix + usage for prefix in prefixes(self.place))

    def matches(self, usage_type: str, operation: str, family: str) -> bool:
        """Return whether a product of the price list is this one."""
        return (
            usage_type in self.usage_types()
            and self.operation in {None, operation}
            and self.family in {None, family}
        )


def prefixes(region: str) -> tuple[str, ...]:
    """Return what usage types begin with in a Region. Raises ValueError for an unknown one."""
    if region not in _PREFIXES:
        raise ValueError(f"the usage types of {region} are not known")
    return _PREFIXES[region]


def known_regions() -> tuple[str, ...]:
    """Return the Regions that can be refreshed."""
    return tuple(_PREFIXES)


def price_list_items(region: str) -> tuple[PriceListItem, ...]:
    """Return every price that a refresh looks for. Raises ValueError for an unknown Region."""
    prefixes(region)
    regional = (PriceListItem(*row, place=region) for row in _plain())
    return (*regional, *_special(region), *_database(region), *_everywhere())


def _plain() -> Iterator[tuple[str, str, str, str]]:
    """Yield service, item, offer and usage type of prices that need nothing else."""
    for service, items in _TABLE.items():
        for item, usage in items.items():
            yield service, item, service, usage


def _special(region: str) -> Iterator[PriceListItem]:
    balancer = "Load Balancer-Application"
    for item, usage in (("ALB hour", "LoadBalancerUsage"), ("ALB LCU-hour", "LCUUsage")):
        yield PriceListItem("AWSELB", item, "AWSELB", usage, family=balancer, place=region)
    for item, usage in (
        ("NAT gateway hour", "NatGateway-Hours"),
        ("NAT gateway data processed", "NatGateway-Bytes"),
    ):
        yield PriceListItem(
            "AmazonEC2", item, "AmazonEC2", usage, family="NAT Gateway", queried=True, place=region
        )
    firehose = "AmazonKinesisFirehose"
    yield PriceListItem(
        firehose,
        "Data ingested, direct put (5 KB metering)",
        firehose,
        "BilledBytes",
        operation="PutRecord",
        place=region,
    )
    for item, usage in (
        ("Customer managed key", "{region}-KMS-Keys"),
        ("Symmetric requests (20,000/month free per account)", "{region}-KMS-Requests"),
    ):
        yield PriceListItem("awskms", item, "awskms", usage, prefixed=False, place=region)


def _database(region: str) -> Iterator[PriceListItem]:
    for name in PRICED_CLASSES:
        for zones, usage in (("Single-AZ", "InstanceUsage"), ("Multi-AZ", "Multi-AZUsage")):
            yield PriceListItem(
                "AmazonRDS",
                f"RDS PostgreSQL {name} {zones}",
                "AmazonRDS",
                f"{usage}:{name}",
                operation=_POSTGRES,
                place=region,
                somewhere=True,
            )


def _everywhere() -> Iterator[PriceListItem]:
    for item, usage in (
        ("Web ACL, CloudFront scope (Global-WebACLV2)", "Global-WebACLV2"),
        ("Rule, CloudFront scope (Global-RuleV2)", "Global-RuleV2"),
        ("Requests, CloudFront scope (Global-RequestV2)", "Global-RequestV2-Tier1"),
    ):
        yield PriceListItem("awswaf", item, "awswaf", usage, prefixed=False, place=GLOBAL)
    front = "AmazonCloudFront"
    yield PriceListItem(
        front,
        "CloudFront Functions invocations",
        front,
        "Executions-CloudFrontFunctions",
        prefixed=False,
        place=GLOBAL,
    )
    for code, place in _PLACES.items():
        transfer = f"Data transfer out to internet - {place}"
        for item, usage in (
            (
                f"{transfer} (pay-as-you-go; first 1 TB/month free account-wide)",
                "DataTransfer-Out-Bytes",
            ),
            (
                f"HTTPS requests - {place} (first 10M HTTP/HTTPS per month free)",
                "Requests-Tier2-HTTPS",
            ),
        ):
            yield PriceListItem(front, item, front, f"{code}-{usage}", prefixed=False, place=GLOBAL)


_TABLE: Final[Mapping[str, Mapping[str, str]]] = {
    "AWSIoT": {
        "Connectivity (connection minutes)": "ConnectionMinutes",
        "Messages (5 KB metering), MQTT/HTTP": "Messages",
        "Rules triggered (5 KB metering)": "RulesTriggered",
        "Rule actions executed (5 KB metering)": "ActionsExecuted",
        "Device Shadow + Registry operations (1 KB metering)": "RegistryAndShadowOperations",
    },
    "AmazonECS": {
        "Fargate Linux x86 vCPU-hour": "Fargate-vCPU-Hours:perCPU",
        "Fargate Linux x86 GB-hour": "Fargate-GB-Hours",
        "Fargate Linux ARM vCPU-hour": "Fargate-ARM-vCPU-Hours:perCPU",
        "Fargate Linux ARM GB-hour": "Fargate-ARM-GB-Hours",
        "Fargate ephemeral storage above 20 GB": "Fargate-EphemeralStorage-GB-Hours",
    },
    "AmazonVPC": {
        "Public IPv4 in use": "PublicIPv4:InUseAddress",
        "Public IPv4 idle": "PublicIPv4:IdleAddress",
        "Interface VPC endpoint hour (per AZ/ENI)": "VpcEndpoint-Hours",
        "Interface VPC endpoint data processed": "VpcEndpoint-Bytes",
    },
    "AmazonS3": {
        "S3 Standard storage": "TimedStorage-ByteHrs",
        "S3 PUT/COPY/POST/LIST": "Requests-Tier1",
        "S3 GET and other": "Requests-Tier2",
    },
    "AmazonECR": {"ECR private storage": "TimedStorage-ByteHrs"},
    "AWSSecretsManager": {
        "Secret": "AWSSecretsManager-Secrets",
        "API requests": "AWSSecretsManagerAPIRequest",
    },
    "AmazonCloudWatch": {
        "Custom/detailed metric": "CW:MetricMonitorUsage",
        "Alarm, standard resolution": "CW:AlarmMonitorUsage",
        "Alarm, high resolution": "CW:HighResAlarmMonitorUsage",
        "Alarm, composite": "CW:CompositeAlarmMonitorUsage",
        "Logs ingestion, Standard class": "DataProcessing-Bytes",
        "Logs storage (compressed)": "TimedStorage-ByteHrs",
        "Vended logs ingestion (e.g. VPC flow logs, WAF)": "VendedLog-Bytes",
        "Vended logs delivered to S3 (e.g. VPC flow logs)": "S3-Egress-Bytes",
    },
    "AmazonRDS": {
        "RDS gp3 storage Single-AZ": "RDS:GP3-Storage",
        "RDS gp3 storage Multi-AZ": "RDS:Multi-AZ-GP3-Storage",
        "RDS backup/snapshot storage beyond 100% of provisioned": "RDS:ChargedBackupUsage",
    },
    "CodeBuild": {
        "Linux general1.small": "Build-Min:Linux:g1.small",
        "Linux general1.medium": "Build-Min:Linux:g1.medium",
        "Linux arm1.small": "Build-Min:ARM:g1.small",
        "Linux arm1.large": "Build-Min:ARM:g1.large",
    },
    "AWSDataTransfer": {"Data transfer out to internet": "DataTransfer-Out-Bytes"},
    "awswaf": {
        "Web ACL (WAFv2 regional)": "WebACLV2",
        "Rule or managed rule group": "RuleV2",
        "Requests inspected (up to 1,500 WCU)": "RequestV2-Tier1",
    },
}
