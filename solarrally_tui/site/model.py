"""The site: everything that an operator decides, frozen and validated."""

import math
import re
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from solarrally_tui.site import image_reference
from solarrally_tui.site.access import Access, split_entries
from solarrally_tui.site.database_classes import known_class
from solarrally_tui.site.image_reference import ImageReference
from solarrally_tui.site.regions import known_region, zone_id_prefix
from solarrally_tui.site.repository import address_problem, ref_problem
from solarrally_tui.site.tiers import Architecture, Egress, Shape, Tier, WafMode, preset

SCHEMA: Final = 1
DEFAULT_REPOSITORY: Final = "https://github.com/FreeBandoLano/SolarRally.git"
DEFAULT_COMMIT: Final = "c8661384cb640162d95edf9c1bf4912038d0ee92"
"""The commit that our measurements and fixes are for; a newer one may need other fixes."""

MOST_CHARGERS: Final = 1000
MOST_ON_A_LINK: Final = 80.0
"""Messages a second on one connection. AWS IoT discards what exceeds 100 publishes a second on a
connection, in either direction (AWS General Reference, AWS IoT Core message broker quotas)."""
CARRIED_BY_A_VCPU: Final = 1000.0
"""Messages a second that the application carries with one vCPU and ten viewers. It has one worker,
which cannot use more. docs/application.md says how that was measured."""
CARRIED_BY_FUNCTIONS: Final = 100.0
"""Messages a second that functions are planned for: five batches of ten at a time, each of which
may take half a second until every viewer has it. No real account was asked (docs/lambda.md)."""
_LINK_SHARE: Final = 50.0
"""Messages a second that are planned for each link of the hub. AWS IoT picks a link at random for
each message, so the busiest second of a link is well above its mean."""
_FEWEST_LINKS: Final = 2
HUB_PAYS_FROM: Final = 6.0
"""Copies a second beyond the first from which the hub costs less than it saves. A copy a second is
2.6 million messages a month; tests compare this with the price book of every Region."""

MOST_AVOIDED: Final = 4
"""A network needs two zones, and no Region has more than six."""

FARGATE_MEMORY_MIB: Final = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4097, 1024)),
    1024: tuple(range(2048, 8193, 1024)),
    2048: tuple(range(4096, 16385, 1024)),
    4096: tuple(range(8192, 30721, 1024)),
}
"""Memory (MiB) that Fargate offers for each task CPU (ECS guide, task definition parameters)."""

NAME_RULE: Final = "3 to 20 characters: a-z, 0-9 and single hyphens, starting with a letter"
_NAME = r"^[a-z](-?[a-z0-9])+$"
_ZONE = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d[a-z]|[a-z]{2,6}\d-az\d{1,2}")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_EMAIL = rf"^[^@\s<>\"'(),;:\\]{{1,64}}@{_LABEL}(?:\.{_LABEL})+$"
_DOMAIN = r"^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$"
_COMMIT = r"^[0-9a-f]{40}$"
_GITHUB = r"^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/[A-Za-z0-9._-]{1,100})?$"
_PRINCIPAL = r"^(?:arn:[a-z-]+:iam::\d{12}:(?:root|user/.+|role/.+))?$"
_POLICY = r"^(?:arn:[a-z-]+:iam::(?:\d{12}|aws):policy/.+)?$"
_BACKUP = r"^(?:arn:[a-z-]+:rds:[a-z0-9-]+:\d{12}:auto-backup:[A-Za-z0-9-]{1,64})?$"
_UTC = r"^(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)?$"
_GIT_REF = r"^(?:refs/(?:heads|tags)/[A-Za-z0-9._/-]{1,200})?$"


def _stripped(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_stripped)]


def _zone(name: str) -> str:
    if not _ZONE.fullmatch(name):
        raise ValueError(
            f"{name} is neither the id of an Availability Zone, such as use1-az2, nor a name such "
            "as us-east-1b."
        )
    return name


def _region_or_none(code: str) -> str:
    return known_region(code) if code else ""


class _Frozen(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", use_enum_values=False, hide_input_in_errors=True
    )


class Alerts(_Frozen):
    """Who is notified, and at which cost."""

    email: Text = Field(
        pattern=_EMAIL,
        max_length=254,
        examples=["ops@example.com"],
        description="an e-mail address",
    )
    budget: bool = Field(default=True, examples=[True])
    """Whether the account gets a budget. A member account of an organization may have none until
    the account that pays allows it."""
    monthly_budget_usd: int | None = Field(default=None, ge=1, le=1_000_000, examples=[90])
    """Budget in USD a month. None means the high estimate of the site, rounded up. It counts the
    whole account until the cost allocation tag solarrally:site is active there."""
    warn_percent: int = Field(default=80, ge=1, le=99, examples=[80])
    """AWS sends an e-mail when this percentage of the budget is spent, and always at 100 %."""
    forecast_percent: int = Field(default=100, ge=1, le=1000, examples=[100])
    """AWS sends an e-mail when it forecasts spending above this percentage of the budget."""
    billing_alarm: bool = Field(default=False, examples=[False])
    """Whether an alarm also watches the billing metric. Only sites in us-east-1 get it: the metric
    exists only there, and an alarm notifies only topics of its own Region."""
    anomaly_detection: bool = Field(default=True, examples=[True])
    health_check: bool = Field(default=False, examples=[False])
    """Whether Route 53 checks from outside, every 30 seconds, that the site responds."""


class Domain(_Frozen):
    """The site's own domain; without a name it has CloudFront's address."""

    name: Text = Field(
        default="",
        pattern=rf"{_DOMAIN}|^$",
        max_length=64,
        examples=["charging.example.com"],
        description="a lower-case domain name of at most 64 characters",
    )
    dns: Literal["route53", "external"] = Field(default="route53", examples=["route53"])
    """Who hosts the name: a Route 53 hosted zone of this account, or another provider. There the
    operator creates the DNS records by hand, and is shown which."""
    hosted_zone_id: Text = Field(
        default="",
        pattern=r"^(Z[A-Z0-9]{1,31})?$",
        examples=["Z0123456789ABCDEFGHIJ"],
        description="a Route 53 hosted zone id, without /hostedzone/",
    )
    """Route 53 hosted zone. Empty with a name: it is looked up. External DNS has none."""
    charger_host: Text = Field(
        default="",
        pattern=rf"{_DOMAIN}|^$",
        max_length=64,
        examples=["mqtt.charging.example.com"],
        description="a lower-case domain name of at most 64 characters",
    )
    """Host under which chargers reach AWS IoT; empty for AWS's own, which belongs to a Region and
    always works too. Below the name, so that one zone has the records of both. A recovered site has
    it without a name."""
    origin: Literal["vpc-origin", "public-alb"] = Field(
        default="vpc-origin", examples=["vpc-origin"]
    )

    @field_validator("hosted_zone_id")
    @classmethod
    def _zone_only_in_route53(cls, zone: str, info: ValidationInfo) -> str:
        if zone and info.data.get("dns") == "external":
            raise ValueError(
                'must be empty with domain.dns = "external": that DNS uses no hosted zone here.'
            )
        return zone

    @field_validator("charger_host")
    @classmethod
    def _host_below_name(cls, host: str, info: ValidationInfo) -> str:
        name = info.data.get("name", "")
        if host and name and not host.endswith(f".{name}"):
            raise ValueError(f"must end with .{name}: one zone has the DNS records of both.")
        return host

    @property
    def names(self) -> tuple[str, ...]:
        """The names that need a certificate and DNS records: the site's, and its chargers' host."""
        return tuple(filter(None, (self.name, self.charger_host)))

    @property
    def is_external(self) -> bool:
        """Whether the operator creates the DNS records at another provider, by hand."""
        return bool(self.names) and self.dns == "external"


class Size(_Frozen):
    """How large everything is. The tier gives the defaults."""

    shape: Shape = Field(default=Shape.TASKS, examples=["tasks"])
    """What runs the application: tasks of ECS behind a load balancer, or functions of AWS Lambda.
    It cannot change once the site exists."""
    chargers: int = Field(ge=1, le=MOST_CHARGERS, examples=[10])
    interval_seconds: int = Field(ge=1, le=3600, examples=[10])
    task_cpu: Literal[256, 512, 1024, 2048, 4096] = Field(examples=[512])
    task_memory: int = Field(ge=512, le=30720, examples=[1024])
    min_tasks: int = Field(ge=1, le=20, examples=[1])
    max_tasks: int = Field(ge=1, le=20, examples=[2])
    architecture: Architecture = Field(default=Architecture.ARM64, examples=["arm64"])
    database_class: Annotated[Text, AfterValidator(known_class)] = Field(
        pattern=r"^db\.[a-z0-9]+\.[a-z0-9]+$",
        examples=["db.t4g.micro"],
        description="an RDS instance class",
    )
    database_major: Literal[15, 16, 17, 18] = Field(default=17, examples=[17])
    """Major version of PostgreSQL. A new database gets the newest minor version of the Region."""
    database_storage_gib: int = Field(ge=20, le=16384, examples=[20])
    database_max_storage_gib: int = Field(ge=22, le=65536, examples=[50])
    multi_az: bool = Field(examples=[False])
    backup_days: int = Field(ge=1, le=35, examples=[7])
    deletion_protection: bool = Field(default=True, examples=[True])
    egress: Egress = Field(examples=["public-tasks"])
    vpc_cidr: Text = Field(
        default="10.42.0.0/16",
        pattern=r"^(10\.\d{1,3}|172\.(1[6-9]|2\d|3[01])|192\.168)\.0\.0/16$",
        examples=["10.42.0.0/16"],
        description="a private /16 block",
    )
    log_retention_days: Literal[7, 14, 30, 60, 90, 180, 365, 731] = Field(examples=[30])
    waf: WafMode = Field(default=WafMode.BLOCK, examples=["block"])
    waf_rate_limit: int = Field(default=2000, ge=100, le=2_000_000, examples=[2000])
    """Requests of one address in five minutes before the firewall acts."""
    price_class: Literal["PriceClass_100", "PriceClass_200", "PriceClass_All"] = Field(
        default="PriceClass_100", examples=["PriceClass_100"]
    )
    zones: Literal[2, 3] = Field(default=2, examples=[2])
    """Availability Zones that the network spans."""
    interface_endpoints: bool = Field(default=False, examples=[False])
    flow_logs: bool = Field(default=False, examples=[False])
    hub: bool | Literal["auto"] = Field(default="auto", examples=["auto", True, False])
    """Whether a hub takes each message from AWS IoT once and passes it on to all tasks. Auto: where
    that costs less than a copy for every task, or one connection would not carry the messages."""
    fargate_spot: bool = Field(default=False, examples=[False])
    """Whether every task but the first runs on Fargate Spot."""
    probe: bool = Field(default=True, examples=[True])
    """Whether a container in each task measures the database and the MQTT bridge."""
    database_insights: bool = Field(default=True, examples=[True])
    database_logs: bool = Field(default=True, examples=[True])
    database_monitoring: bool = Field(default=False, examples=[False])
    database_snapshot: Text = Field(
        default="",
        pattern=r"^([A-Za-z][A-Za-z0-9:._/-]{0,254})?$",
        examples=["solarrally-garage-final"],
        description="the name or ARN of a database snapshot",
    )
    """Snapshot that the database is created from. A change replaces the database."""
    database_backup: Text = Field(
        default="",
        pattern=_BACKUP,
        examples=["arn:aws:rds:eu-west-1:123456789012:auto-backup:ab-0123456789abcdef"],
        description="the ARN of automated backups of RDS",
    )
    """Automated backups that the database is created from instead. `solarrally recover` writes it.
    A change replaces the database."""
    database_restore_time: Text = Field(
        default="",
        pattern=_UTC,
        examples=["2026-11-29T14:05:00Z"],
        description="a time in UTC such as 2026-11-29T14:05:00Z",
    )
    """The moment that is taken from database_backup. A change replaces the database."""
    backup_copy_region: Annotated[Text, AfterValidator(_region_or_none)] = Field(
        default="", examples=["eu-west-1"]
    )
    """Another Region to which RDS copies the automated backups; empty for none."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.messages_per_second > self.carried:
            raise ValueError(self._too_many())
        if self.shape is Shape.FUNCTIONS:
            self._refuse_what_tasks_have()
        elif self.messages_per_second > MOST_ON_A_LINK and self.hub is False:
            raise ValueError(self._needs_hub())
        if self.task_memory not in FARGATE_MEMORY_MIB[self.task_cpu]:
            offered = FARGATE_MEMORY_MIB[self.task_cpu]
            raise ValueError(
                f"task_memory {self.task_memory} is not available with task_cpu {self.task_cpu}. "
                f"Fargate offers {offered[0]} to {offered[-1]} MiB."
            )
        if self.max_tasks < self.min_tasks:
            raise ValueError(f"max_tasks {self.max_tasks} is below min_tasks {self.min_tasks}.")
        if self.database_max_storage_gib < 1.1 * self.database_storage_gib:
            raise ValueError(
                "database_max_storage_gib must be at least 10 % above database_storage_gib: "
                "RDS storage autoscaling requires it."
            )
        if bool(self.database_backup) != bool(self.database_restore_time):
            raise ValueError(
                "database_backup and database_restore_time go together: which backups, and which "
                "moment of them."
            )
        if self.database_backup and self.database_snapshot:
            raise ValueError(
                "database_snapshot and database_backup exclude each other: a database is created "
                "from one of them."
            )
        return self

    @property
    def messages_per_second(self) -> float:
        """Telemetry messages a second from all chargers together."""
        return self.chargers / self.interval_seconds

    @property
    def carried(self) -> float:
        """Messages a second that a task of this size carries; each task gets every message."""
        if self.shape is Shape.FUNCTIONS:
            return CARRIED_BY_FUNCTIONS
        return CARRIED_BY_A_VCPU * min(1.0, self.task_cpu / 1024)

    @property
    def has_hub(self) -> bool:
        """Whether the site has a hub, chosen or by the rule of `auto`."""
        return self.hub is True or (self.hub == "auto" and bool(self.why_hub))

    @property
    def why_hub(self) -> str:
        """Why `auto` takes a hub, in words that complete "because"; empty where it takes none."""
        if self.shape is Shape.FUNCTIONS:
            return ""
        copies = (self.min_tasks - 1) * self.messages_per_second
        if self.messages_per_second > MOST_ON_A_LINK:
            return f"one connection carries no more than {MOST_ON_A_LINK:.0f} messages a second"
        return f"{self.min_tasks} tasks would each get a copy" if copies >= HUB_PAYS_FROM else ""

    @property
    def hub_links(self) -> int:
        """How many connections the hub has to AWS IoT."""
        return max(_FEWEST_LINKS, math.ceil(self.messages_per_second / _LINK_SHARE))

    def _refuse_what_tasks_have(self) -> None:
        """Refuse answers that say something of tasks and would change nothing."""
        for name in ("hub", "fargate_spot"):
            if getattr(self, name) is True:
                raise ValueError(
                    f'{name} = true does not go with shape = "functions": no task of ECS serves '
                    f"there. Leave {name} out, or take the shape tasks."
                )

    def _too_many(self) -> str:
        if self.shape is Shape.FUNCTIONS:
            return (
                f"{self._rate}. Functions are planned for {self.carried:.0f}. Try "
                f"interval_seconds = {math.ceil(self.chargers / self.carried)}, or shape = "
                '"tasks", which carries more.'
            )
        more = " or a larger task_cpu" if self.task_cpu < 1024 else ""
        return (
            f"{self._rate}. A task with task_cpu {self.task_cpu} carries {self.carried:.0f}, as "
            f"measured with the application (docs/application.md), and every task gets every "
            f"message. Try interval_seconds = {math.ceil(self.chargers / self.carried)}{more}."
        )

    def _needs_hub(self) -> str:
        longer = math.ceil(self.chargers / MOST_ON_A_LINK)
        return (
            f"{self._rate}. Without a hub no more than {MOST_ON_A_LINK:.0f} are possible: AWS IoT "
            "discards messages above 100 a second on a connection, and each task has one. Try hub "
            f"= true or interval_seconds = {longer}."
        )

    @property
    def _rate(self) -> str:
        rate = f"{self.messages_per_second:.0f} messages a second"
        return f"chargers {self.chargers} every {self.interval_seconds} s are {rate}"


class Network(_Frozen):
    """Where the network is. It cannot change once the network exists."""

    avoid_zones: Annotated[
        tuple[Annotated[Text, AfterValidator(_zone)], ...],
        Field(max_length=MOST_AVOIDED),
        BeforeValidator(split_entries),
    ] = Field(default=(), examples=[["use1-az2"]])
    """Availability Zones that a new network does not use, because something is not offered there or
    has no capacity. An id means the same zone in every account, a name does not."""


class Application(_Frozen):
    """What runs: the application's source at a pinned commit, or an image instead."""

    repository: Text = Field(
        default=DEFAULT_REPOSITORY,
        examples=[DEFAULT_REPOSITORY],
        description="an https:// address of a Git repository",
    )
    ref: Text = Field(
        default="",
        examples=["main"],
        description="a branch or tag, without refs/",
    )
    """Branch or tag that the commit was found under; empty if the commit itself was chosen."""
    commit: Text = Field(
        default=DEFAULT_COMMIT,
        pattern=_COMMIT,
        examples=[DEFAULT_COMMIT],
        description="a full Git commit id of 40 hexadecimal digits",
    )
    image: Text = Field(default="", examples=[image_reference.EXAMPLE])
    """Image, by its digest, that runs instead of one that is built. The web page is still built
    from the source."""
    admin_email: Text = Field(
        default="",
        pattern=rf"{_EMAIL}|^$",
        max_length=254,
        examples=["admin@example.com"],
        description="an e-mail address",
    )
    """Address of the first administrator. Empty means the address for alerts."""
    database_dump: bool = Field(default=False, examples=[False])
    """Whether the operator plans to import a dump of an existing database after the deployment."""

    @field_validator("repository")
    @classmethod
    def _public_address(cls, repository: str) -> str:
        if wrong := address_problem(repository):
            raise ValueError(wrong)
        return repository

    @field_validator("ref")
    @classmethod
    def _name_of_branch(cls, ref: str) -> str:
        if ref and (wrong := ref_problem(ref)):
            raise ValueError(wrong)
        return ref

    @field_validator("image")
    @classmethod
    def _image_by_digest(cls, image: str) -> str:
        if image:
            ImageReference.parse(image)
        return image


class Tariff(_Frozen):
    """What energy costs, as the dashboard shows it. Without a currency it shows no money."""

    currency: Text = Field(
        default="",
        pattern=r"^[A-Z]{3}$|^$",
        examples=["EUR"],
        description="a currency code of three capital letters, such as EUR",
    )
    """ISO 4217."""
    solar_per_kwh: float = Field(default=0.0, ge=0, le=1_000_000, examples=[0.12])
    """Price of a kWh from the sun, in the currency."""
    grid_per_kwh: float = Field(default=0.0, ge=0, le=1_000_000, examples=[0.35])
    """Price of a kWh from the grid, in the currency."""

    @model_validator(mode="after")
    def _prices_have_a_currency(self) -> Self:
        if (self.solar_per_kwh or self.grid_per_kwh) and not self.currency:
            raise ValueError(
                "currency is empty, so the dashboard would not show the prices. Name the currency "
                "of solar_per_kwh and grid_per_kwh, such as EUR."
            )
        return self


class Devices(_Frozen):
    """What AWS IoT does for chargers besides carrying telemetry. All of it is billed."""

    fault_alarm: bool = Field(default=False, examples=[False])
    archive_days: int = Field(default=0, ge=0, le=3650, examples=[0])
    """Days for which every telemetry message is kept in S3; 0 keeps none."""
    fleet_provisioning: bool = Field(default=False, examples=[False])
    topic_name: Text = Field(
        default="",
        pattern=rf"{_NAME}|^$",
        max_length=20,
        examples=["sunny-garage"],
        description=NAME_RULE,
    )
    """Name of the site in the topics of chargers; empty for the site's own. `solarrally recover`
    writes the name of the site whose chargers it takes over, so that they keep their topics."""
    iot_log: bool = Field(default=True, examples=[True])
    """Whether the Region's log of AWS IoT is enabled for errors, unless it is enabled already."""
    fleet_index: bool = Field(default=True, examples=[True])
    """Whether the Region's index of connected things is enabled, which `status` counts from."""


class Governance(_Frozen):
    """Audit trail, roles for others than the operator, and a backup plan."""

    trail: bool = Field(default=True, examples=[True])
    github_repository: Text = Field(
        default="",
        pattern=_GITHUB,
        examples=["owner/name"],
        description="a GitHub repository as owner/name",
    )
    github_ref: Text = Field(
        default="",
        pattern=_GIT_REF,
        examples=["refs/heads/main"],
        description="a full Git reference",
    )
    support_principal_arn: Text = Field(
        default="",
        pattern=_PRINCIPAL,
        examples=["arn:aws:iam::123456789012:role/support"],
        description="the ARN of an IAM user, role or account root",
    )
    permissions_boundary_arn: Text = Field(
        default="",
        pattern=_POLICY,
        examples=["arn:aws:iam::123456789012:policy/boundary"],
        description="the ARN of an IAM policy",
    )
    service_role: bool = Field(default=True, examples=[True])
    """Whether CloudFormation uses a service role, so that a deployment continues when the sign-in
    session of the operator ends. It needs permission to write IAM."""
    backup_plan_days: int = Field(default=0, ge=0, le=3650, examples=[0])
    """Days for which weekly backups stay in a vault of AWS Backup; 0 creates none."""


class Site(_Frozen):
    """One SolarRally installation, as its operator decided it."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True
    )

    schema_version: Literal[1] = Field(default=SCHEMA, alias="schema", examples=[1])
    name: Text = Field(
        pattern=_NAME, min_length=3, max_length=20, examples=["sunny-garage"], description=NAME_RULE
    )
    region: Annotated[Text, AfterValidator(known_region)] = Field(examples=["us-east-1"])
    tier: Tier = Field(examples=["small"])
    alerts: Alerts
    domain: Domain = Field(default_factory=Domain)
    size: Size
    network: Network = Field(default_factory=Network)
    application: Application = Field(default_factory=Application)
    tariff: Tariff = Field(default_factory=Tariff)
    devices: Devices = Field(default_factory=Devices)
    access: Access = Field(default_factory=Access)
    governance: Governance = Field(default_factory=Governance)

    @model_validator(mode="before")
    @classmethod
    def _fill_from_tier(cls, data: Any) -> Any:
        """Let the tier give every sizing answer that the file leaves out."""
        if not isinstance(data, dict) or not isinstance(data.get("size", {}), dict):
            return data
        try:
            tier = Tier(data.get("tier", ""))
        except ValueError:
            return {**data, "size": preset(Tier.SMALL) | data.get("size", {})}
        return {**data, "size": preset(tier) | data.get("size", {})}

    @model_validator(mode="after")
    def _origin_needs_domain(self) -> Self:
        if self.domain.origin == "public-alb" and not self.domain.name:
            raise ValueError(
                "domain.origin public-alb needs domain.name: a public load balancer must use "
                "HTTPS, and its certificate needs a name."
            )
        return self

    @model_validator(mode="after")
    def _functions_have_their_own_image(self) -> Self:
        if self.size.shape is Shape.TASKS:
            return self
        if self.application.image:
            raise ValueError(
                "application.image is set, but functions run programs that only the build in the "
                'account puts into the image. Leave it empty, or set size.shape = "tasks".'
            )
        if self.governance.github_repository:
            raise ValueError(
                "governance.github_repository is set, but GitHub Actions replace tasks, and this "
                "site has functions. Leave it empty and use solarrally update, or set "
                'size.shape = "tasks".'
            )
        if self.domain.origin == "public-alb":
            raise ValueError(
                "domain.origin is public-alb, but functions have no load balancer. Set it to "
                'vpc-origin, or size.shape = "tasks".'
            )
        return self

    @model_validator(mode="after")
    def _regions_differ(self) -> Self:
        if self.size.backup_copy_region == self.region:
            raise ValueError(
                f"size.backup_copy_region is {self.region}, the site's own Region. A copy of the "
                "backups has to be in another one."
            )
        return self

    @model_validator(mode="after")
    def _zones_of_the_region(self) -> Self:
        for zone in self.network.avoid_zones:
            if not zone.startswith((self.region, zone_id_prefix(self.region))):
                raise ValueError(
                    f"network.avoid_zones names {zone}, which is not in {self.region}. Ids there "
                    f"begin with {zone_id_prefix(self.region)}, names with {self.region}."
                )
        return self

    @property
    def silent_after_seconds(self) -> int:
        """After how long without a message the dashboard counts a charger as silent.

        Three messages may be lost, and half a minute is never too long.
        """
        return max(30, 3 * self.size.interval_seconds)

    @property
    def messages_per_second(self) -> float:
        """Telemetry messages a second from all chargers together."""
        return self.size.messages_per_second

    @property
    def allowed_silence(self) -> int:
        """How old the newest message of the connected chargers may be, in seconds."""
        return allowed_silence(self.size.interval_seconds)

    @property
    def administrator(self) -> str:
        """The e-mail address of the application's first administrator."""
        return self.application.admin_email or self.alerts.email

    @property
    def topic_name(self) -> str:
        """The name in the topics of its chargers: its own, or that of a site that it recovered."""
        return self.devices.topic_name or self.name

    @property
    def has_domain(self) -> bool:
        """Whether the site has its own domain."""
        return bool(self.domain.name)


def allowed_silence(interval: int) -> int:
    """Return for how many seconds a charger may be silent that sends every interval seconds.

    One message may be lost: the way from AWS IoT to the tasks is QoS 0.
    """
    return 2 * interval + 5
