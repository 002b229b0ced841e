"""Boxes and arrows: what a site consists of, how it is connected, prices and states."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, Protocol

from solarrally_tui.findings.glyphs import Signed

if TYPE_CHECKING:
    from solarrally_tui.site.model import Site


class BoxId(StrEnum):
    """What a box stands for. The values are stable: texts and screens refer to them."""

    CHARGERS = "chargers"
    MESSAGES = "messages"
    HUB = "hub"
    QUEUE = "queue"
    ARCHIVE = "archive"
    TASKS = "tasks"
    FUNCTIONS = "functions"
    DATABASE = "database"
    BALANCER = "balancer"
    API = "api"
    DELIVERY = "delivery"
    FIREWALL = "firewall"
    PEOPLE = "people"
    NETWORK = "network"
    MONITORING = "monitoring"
    SECRETS = "secrets"
    FILES = "files"
    OTHER = "other"
    """What no other box takes, so that the boxes always add up."""


OUTSIDE: Final = frozenset({BoxId.CHARGERS, BoxId.PEOPLE})
"""Boxes that are not in the AWS account, and cost nothing there."""

SUPPORT: Final = (
    BoxId.NETWORK,
    BoxId.MONITORING,
    BoxId.SECRETS,
    BoxId.FILES,
    BoxId.ARCHIVE,
    BoxId.OTHER,
)
"""Boxes that serve all others, without an arrow to each."""

OF_SERVICES: Final[Mapping[str, BoxId]] = {
    "AWSBackup": BoxId.DATABASE,
    "AWSDataTransfer": BoxId.NETWORK,
    "AWSELB": BoxId.BALANCER,
    "AWSIoT": BoxId.MESSAGES,
    "AWSLambda": BoxId.FUNCTIONS,
    "AWSQueueService": BoxId.QUEUE,
    "AWSSecretsManager": BoxId.SECRETS,
    "AmazonApiGateway": BoxId.API,
    "AmazonCloudFront": BoxId.DELIVERY,
    "AmazonCloudWatch": BoxId.MONITORING,
    "AmazonDynamoDB": BoxId.FUNCTIONS,
    "AmazonEC2": BoxId.NETWORK,
    "AmazonECR": BoxId.FILES,
    "AmazonECS": BoxId.TASKS,
    "AmazonKinesisFirehose": BoxId.ARCHIVE,
    "AmazonRDS": BoxId.DATABASE,
    "AmazonRegistrar": BoxId.DELIVERY,
    "AmazonRoute53": BoxId.DELIVERY,
    "AmazonS3": BoxId.FILES,
    "AmazonVPC": BoxId.NETWORK,
    "CodeBuild": BoxId.FILES,
    "awskms": BoxId.SECRETS,
    "awswaf": BoxId.FIREWALL,
}
"""By the service codes of AWS's price list. A test fails for a billed service that is not here."""

_HUB: Final = frozenset({("AmazonECS", "HubService"), ("AmazonRoute53", "HubNamespace")})
"""Service and logical id of what the hub is charged for in the stack app: its task, and the zone of
names in which the tasks find it."""

_OF_TYPES: Final[Mapping[str, BoxId]] = {
    "AWS::ApiGatewayV2::Api": BoxId.API,
    "AWS::CloudFront::Distribution": BoxId.DELIVERY,
    "AWS::CloudWatch::Alarm": BoxId.MONITORING,
    "AWS::CloudWatch::CompositeAlarm": BoxId.MONITORING,
    "AWS::CodeBuild::Project": BoxId.FILES,
    "AWS::DynamoDB::Table": BoxId.FUNCTIONS,
    "AWS::EC2::Instance": BoxId.NETWORK,
    "AWS::EC2::VPCEndpoint": BoxId.NETWORK,
    "AWS::EC2::NatGateway": BoxId.NETWORK,
    "AWS::EC2::VPC": BoxId.NETWORK,
    "AWS::ECR::Repository": BoxId.FILES,
    "AWS::ECS::Service": BoxId.TASKS,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": BoxId.BALANCER,
    "AWS::IoT::ThingType": BoxId.MESSAGES,
    "AWS::KMS::Key": BoxId.SECRETS,
    "AWS::KinesisFirehose::DeliveryStream": BoxId.ARCHIVE,
    "AWS::RDS::DBInstance": BoxId.DATABASE,
    "AWS::S3::Bucket": BoxId.FILES,
    "AWS::SQS::Queue": BoxId.QUEUE,
    "AWS::SecretsManager::Secret": BoxId.SECRETS,
    "AWS::WAFv2::WebACL": BoxId.FIREWALL,
}
"""Types whose resources make a box appear, and are counted in it."""

_ORIGIN: Final = "AWS::CloudFront::VpcOrigin"
_FUNCTION: Final = "AWS::Lambda::Function"

_OF_IDS: Final[Mapping[str, BoxId]] = {
    "HubService": BoxId.HUB,
    **dict.fromkeys(("ApiFunction", "TelemetryFunction", "ViewersFunction"), BoxId.FUNCTIONS),
}
"""Logical ids whose box is another one than that of their type, which may have none."""


class Declared(Protocol):
    """A resource of a resolved template."""

    @property
    def stack(self) -> str:
        """The stack that it is in."""

    @property
    def id(self) -> str:
        """Its logical id."""

    @property
    def type(self) -> str:
        """Its type in CloudFormation."""

    @property
    def properties(self) -> Mapping[str, Any]:
        """Its resolved properties."""


class Charged(Protocol):
    """A charge for a resource. monthly is USD a month."""

    @property
    def stack(self) -> str:
        """The stack that it is in."""

    @property
    def resource(self) -> str:
        """The logical id of what is charged for."""

    @property
    def service(self) -> str:
        """The service's code in AWS's price list."""

    @property
    def monthly(self) -> Decimal:
        """USD a month."""


class Unpriced(Protocol):
    """Something that is billed, without a price. minor is a few cents at most."""

    @property
    def resource(self) -> str:
        """The logical id of what is billed."""

    @property
    def service(self) -> str:
        """The service's code in AWS's price list."""

    @property
    def minor(self) -> bool:
        """Whether it is a few cents at most."""


@dataclass(frozen=True, slots=True)
class Box:
    """One part of a site. monthly is USD, None outside the AWS account."""

    id: BoxId
    count: int
    """How many there are of what the box stands for: chargers, tasks, instances."""
    facts: Mapping[str, str | int]
    """What describes it, in AWS's own names and numbers."""
    resources: tuple[tuple[str, str], ...] = ()
    """Stack and logical id of what it consists of, so that a screen can show their states."""
    monthly: Decimal | None = None
    complete: bool = True
    """Whether nothing that matters in it lacks a price."""
    state: Signed | None = None
    """How far it is, or how well; None where that is not shown."""
    services: frozenset[str] = frozenset()
    """Whose charges are in it, by their codes in AWS's price list."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """Who connects to whom, and how."""

    start: BoxId
    end: BoxId
    protocol: str


@dataclass(frozen=True, slots=True)
class Diagram:
    """The architecture of a site."""

    region: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    lit: frozenset[BoxId] = frozenset()
    """Boxes that the picture is about; empty where it is about all alike."""

    @property
    def monthly(self) -> Decimal:
        """USD a month of all boxes."""
        return sum((box.monthly or Decimal(0) for box in self.boxes), Decimal(0))

    def box(self, wanted: BoxId) -> Box | None:
        """Return one box, or None where a site has none."""
        return next((box for box in self.boxes if box.id is wanted), None)

    def in_states(self, states: Mapping[BoxId, Signed]) -> "Diagram":
        """Return it with states; a box that is not named has none."""
        boxes = tuple(replace(box, state=states.get(box.id)) for box in self.boxes)
        return replace(self, boxes=boxes)


WAYS: Final[tuple[tuple[BoxId, ...], ...]] = (
    (
        *(BoxId.CHARGERS, BoxId.MESSAGES, BoxId.HUB, BoxId.QUEUE),
        *(BoxId.TASKS, BoxId.FUNCTIONS, BoxId.DATABASE),
    ),
    (
        *(BoxId.PEOPLE, BoxId.FIREWALL, BoxId.DELIVERY, BoxId.BALANCER, BoxId.API),
        *(BoxId.TASKS, BoxId.FUNCTIONS),
    ),
)
"""The way of a message, and the way of a request, through the boxes that a site has: it has tasks,
or it has functions with a queue and an API."""

_PROTOCOLS: Final[Mapping[BoxId, str]] = {
    BoxId.CHARGERS: "MQTT",
    BoxId.MESSAGES: "MQTT",
    BoxId.HUB: "MQTT",
    BoxId.QUEUE: "batches",
    BoxId.TASKS: "SQL",
    BoxId.FUNCTIONS: "SQL",
    BoxId.PEOPLE: "HTTPS",
    BoxId.FIREWALL: "HTTPS",
    BoxId.DELIVERY: "HTTPS",
    BoxId.BALANCER: "HTTP",
    BoxId.API: "events",
}
"""What each box speaks to the next one on its way."""

_HEARD: Final[dict[BoxId, str]] = {BoxId.QUEUE: "rule"}
"""How a box is spoken to, where that is not what the one before it speaks to others."""


def box_of(service: str, resource: str = "") -> BoxId:
    """Return the box of a charge, by the service's code in AWS's price list and its logical id."""
    return BoxId.HUB if (service, resource) in _HUB else OF_SERVICES.get(service, BoxId.OTHER)


def diagram(
    site: "Site",
    declared: Iterable[Declared],
    charged: Iterable[Charged] = (),
    unpriced: Iterable[Unpriced] = (),
) -> Diagram:
    """Return the architecture of a site.

    The resources are those of its resolved templates. Every charge is in exactly one box, so the
    boxes add up to the sum of the charges.
    """
    parts: dict[BoxId, list[Declared]] = {}
    origin = ""
    for resource in declared:
        name = _OF_IDS.get(resource.id) or _OF_TYPES.get(resource.type)
        if name:
            parts.setdefault(name, []).append(resource)
        if resource.type == _ORIGIN:
            origin = str(resource.properties["VpcOriginEndpointConfig"]["OriginProtocolPolicy"])
    sums: dict[BoxId, Decimal] = {}
    services: dict[BoxId, set[str]] = {}
    for charge in charged:
        name = box_of(charge.service, charge.resource)
        sums[name] = sums.get(name, Decimal(0)) + charge.monthly
        services.setdefault(name, set()).add(charge.service)
    unknown = {box_of(one.service, one.resource) for one in unpriced if not one.minor}
    there = OUTSIDE | parts.keys() | sums.keys() | unknown
    boxes = tuple(
        replace(
            _described(name, site, parts.get(name, [])),
            monthly=None if name in OUTSIDE else sums.get(name, Decimal(0)),
            complete=name not in unknown,
            services=frozenset(services.get(name, ())),
        )
        for name in BoxId
        if name in there
    )
    heard = _HEARD | ({BoxId.BALANCER: "HTTP"} if origin == "http-only" else {})
    arrows = tuple(
        Arrow(start, end, heard.get(end, _PROTOCOLS[start]))
        for way in WAYS
        for start, end in pairwise(box for box in way if box in there)
    )
    return Diagram(site.region, boxes, arrows)


def _described(name: BoxId, site: "Site", parts: Sequence[Declared]) -> Box:
    describe = _DESCRIBED.get(name)
    count, facts = describe(site, parts) if describe else (len(parts), {})
    return Box(name, count, facts, tuple((part.stack, part.id) for part in parts))


_Described = tuple[int, Mapping[str, str | int]]


def _chargers(site: "Site", _: Sequence[Declared]) -> _Described:
    return site.size.chargers, {"seconds": site.size.interval_seconds}


def _tasks(site: "Site", _: Sequence[Declared]) -> _Described:
    size = site.size
    return size.min_tasks, {
        "most": size.max_tasks,
        "cpu_units": size.task_cpu,
        "memory_mib": size.task_memory,
    }


def _functions(_: "Site", parts: Sequence[Declared]) -> _Described:
    functions = [part for part in parts if part.type == _FUNCTION]
    most = max((int(part.properties.get("MemorySize", 128)) for part in functions), default=0)
    return len(functions), {"memory_mib": most, "tables": len(parts) - len(functions)}


def _database(site: "Site", parts: Sequence[Declared]) -> _Described:
    zones = 2 if any(str(part.properties.get("MultiAZ")).lower() == "true" for part in parts) else 1
    facts: Mapping[str, str | int] = {
        "class": site.size.database_class,
        "gigabytes": site.size.database_storage_gib,
        "zones": zones,
    }
    return len(parts), facts


def _delivery(_: "Site", parts: Sequence[Declared]) -> _Described:
    names = [
        name for part in parts for name in part.properties["DistributionConfig"].get("Aliases", ())
    ]
    return len(parts), {"name": str(names[0]) if names else ""}


def _balancer(_: "Site", parts: Sequence[Declared]) -> _Described:
    internal = any(part.properties.get("Scheme") == "internal" for part in parts)
    return len(parts), {"scheme": "internal" if internal else "internet-facing"}


def _network(_: "Site", parts: Sequence[Declared]) -> _Described:
    gateways = sum(part.type == "AWS::EC2::NatGateway" for part in parts)
    instances = sum(part.type == "AWS::EC2::Instance" for part in parts)
    endpoints = sum(part.properties.get("VpcEndpointType") == "Interface" for part in parts)
    return 1, {"nat_gateways": gateways, "nat_instances": instances, "endpoints": endpoints}


def _monitoring(_: "Site", parts: Sequence[Declared]) -> _Described:
    return len(parts), {"alarms": len(parts)}


def _firewall(site: "Site", parts: Sequence[Declared]) -> _Described:
    rules = sum(len(part.properties.get("Rules", ())) for part in parts)
    return len(parts), {"rules": rules, "mode": site.size.waf.value}


def _secrets(_: "Site", parts: Sequence[Declared]) -> _Described:
    secrets = sum(part.type == "AWS::SecretsManager::Secret" for part in parts)
    return len(parts), {"secrets": secrets, "keys": len(parts) - secrets}


def _files(_: "Site", parts: Sequence[Declared]) -> _Described:
    buckets = sum(part.type == "AWS::S3::Bucket" for part in parts)
    repositories = sum(part.type == "AWS::ECR::Repository" for part in parts)
    return len(parts), {"buckets": buckets, "repositories": repositories}


_DESCRIBED: Final[Mapping[BoxId, Callable[["Site", Sequence[Declared]], _Described]]] = {
    BoxId.CHARGERS: _chargers,
    BoxId.MESSAGES: _chargers,
    BoxId.TASKS: _tasks,
    BoxId.FUNCTIONS: _functions,
    BoxId.DATABASE: _database,
    BoxId.BALANCER: _balancer,
    BoxId.DELIVERY: _delivery,
    BoxId.FIREWALL: _firewall,
    BoxId.NETWORK: _network,
    BoxId.MONITORING: _monitoring,
    BoxId.SECRETS: _secrets,
    BoxId.FILES: _files,
}
