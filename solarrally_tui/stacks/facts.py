"""What only the account can tell, and what the parameters of the stacks need of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Images:
    """The two images of a task, each by its digest."""

    app: str
    broker: str
    app_repository_arn: str
    """ARN of the application's repository in Amazon ECR; empty for all other registries."""


@dataclass(frozen=True, slots=True)
class Volume:
    """The storage of the database, in GiB."""

    size: int
    most: int
    """RDS enlarges it automatically up to this; equal to the size where it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Looked up in the account before the first stack is deployed."""

    account_id: str
    partition: str
    """The AWS partition, such as aws or aws-cn."""
    availability_zones: tuple[str, ...]
    """Names of the zones of the network, in the order of its subnets."""
    engine_version: str
    """Of PostgreSQL, such as 17.6."""
    volume: Volume | None = None
    """Of the database, where there is one or a snapshot of one; None where the answers decide."""
    name_suffixes: Mapping[str, str] = field(default_factory=dict)
    """By stack: the end of the name of what stays there when an option is switched off. Where none
    is given, the stack takes the start of its own id."""
    cloudfront_prefix_list_id: str
    iot_host: str
    iot_port: str
    hosted_zone_id: str = ""
    """Empty where Route 53 does not answer for the site's domain, or there is no domain."""
    charger_host_zone_id: str = ""
    """Of the zone that proves the certificate of the chargers' host. It stays as long as the host:
    another one would replace the certificate."""
    charger_certificate_arn: str = ""
    """Of the host's certificate that was prepared for a recovery; empty where the stack requests
    one. It stays as long as the host, too."""
    build_source_key: str
    """Of the zip of build specs and fixes in the artefact bucket."""
    monthly_budget_usd: int
    """The site's own budget, by default its high estimate."""
    running_image: str = ""
    """The application's image that the tasks run by now; empty before the first deployment."""
    rollout_alarm: bool = False
    """Whether ECS watches the updates of the tasks already."""
    budget_of_site: bool = False
    """Whether the budget counts this site alone: its tag is active for cost allocation."""
    images: Images | None = None
    """None until they are built or given."""
    warnings: tuple[str, ...] = ()
    """Where the account decides otherwise than the answers. A sentence or more each."""
