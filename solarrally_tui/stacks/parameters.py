"""From a site, its facts and the outputs of earlier stacks to the parameters of each stack.

Nothing here calls AWS.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from solarrally_tui.site.model import Site
from solarrally_tui.site.names import GLOBAL_REGION
from solarrally_tui.site.tiers import Egress, Shape
from solarrally_tui.stacks.facts import Facts, Images, Volume

V = TypeVar("V")
Values = dict[str, Any]

NAT_IMAGE: Final = "/aws/service/ami-amazon-linux-latest/al2023-ami-minimal-kernel-default-arm64"
"""Public SSM parameter in which AWS names its newest Amazon Linux for ARM64."""


class MissingValueError(LookupError):
    """A stack needs an output, an image or a provider that does not exist yet."""

    def __init__(self, text: str, output: tuple[str, str] | None = None) -> None:
        """output: the stack (bootstrap, network, ...) and its output that is missing, if one is."""
        super().__init__(text)
        self.output = output


@dataclass(frozen=True)
class _Given:
    """Everything that parameters are computed from."""

    site: Site
    facts: Facts
    outputs: Mapping[str, Mapping[str, Any]]

    @property
    def images(self) -> Images:
        if self.facts.images is None:
            raise MissingValueError("The images do not exist yet.")
        return self.facts.images

    def take(self, stack: str, *names: str) -> Values:
        """Return outputs of one stack under their own names."""
        return {name: self.output(stack, name) for name in names}

    def output(self, stack: str, name: str) -> Any:
        if name not in self.outputs.get(stack, {}):
            raise MissingValueError(f"The stack {stack} has no output {name}.", (stack, name))
        return self.outputs[stack][name]

    def optional(self, stack: str, name: str) -> Any:
        return self.outputs.get(stack, {}).get(name, "")


def parameters(
    stack: str, site: Site, facts: Facts, outputs: Mapping[str, Mapping[str, V]]
) -> dict[str, str | V]:
    """Return the parameters of one stack: text, as CloudFormation takes it, and outputs as given.

    Raises MissingValueError where an output of an earlier stack, an image or a provider is missing,
    and KeyError for an unknown stack.
    """
    return {"SiteName": site.name, **_STACKS[stack](_Given(site, facts, outputs))}


def edge_alone(
    site: Site, facts: Facts, outputs: Mapping[str, Mapping[str, V]]
) -> dict[str, str | V]:
    """Return the parameters of `edge` before there is a load balancer, a certificate or a firewall.

    The others have defaults that say so. Raises MissingValueError.
    """
    return {"SiteName": site.name, **_page(_Given(site, facts, outputs))}


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _domain(given: _Given) -> Values:
    domain = given.site.domain
    in_route53 = bool(domain.name) and not domain.is_external
    zone = (domain.hosted_zone_id or given.facts.hosted_zone_id) if in_route53 else ""
    return {"DomainName": domain.name, "HostedZoneId": zone}


def _charger_host(given: _Given) -> Values:
    host, facts = given.site.domain.charger_host, given.facts
    return {
        "DomainName": host,
        "HostedZoneId": facts.charger_host_zone_id if host else "",
        "CertificateArn": facts.charger_certificate_arn if host else "",
    }


def _boundary(given: _Given) -> Values:
    return {"PermissionsBoundaryArn": given.site.governance.permissions_boundary_arn}


def _name_suffix(given: _Given, stack: str) -> Values:
    return {"NameSuffix": given.facts.name_suffixes.get(stack, "")}


def _bootstrap(given: _Given) -> Values:
    return {"AlertEmail": given.site.alerts.email}


def _global(given: _Given) -> Values:
    size = given.site.size
    return _domain(given) | {"WafMode": size.waf.value, "RateLimit": str(size.waf_rate_limit)}


def _budget(given: _Given) -> Values:
    alerts = given.site.alerts
    # The billing metric is in us-east-1 only, and an alarm notifies topics of its own Region only.
    alarm = alerts.billing_alarm and given.site.region == GLOBAL_REGION
    return {
        "CreateBudget": _flag(alerts.budget),
        "BudgetAmount": str(alerts.monthly_budget_usd or given.facts.monthly_budget_usd),
        "CountsSiteOnly": _flag(given.facts.budget_of_site),
        "WarnPercent": str(alerts.warn_percent),
        "ForecastPercent": str(alerts.forecast_percent),
        "AlertEmail": alerts.email,
        "BillingAlarm": _flag(alarm),
        "AlertTopicArn": given.output("bootstrap", "AlertTopicArn") if alarm else "",
    }


def _network(given: _Given) -> Values:
    size = given.site.size
    return given.take("bootstrap", "LogBucketName") | {
        "VpcCidr": size.vpc_cidr,
        "AvailabilityZones": ",".join(given.facts.availability_zones),
        "ZoneCount": str(size.zones),
        # Functions leave through endpoints, and tasks that run once have a public address.
        "EgressMode": (Egress.PUBLIC_TASKS if _has_functions(given) else size.egress).value,
        "NatImageId": NAT_IMAGE,
        "InterfaceEndpoints": _flag(size.interface_endpoints),
        "FunctionEndpoints": _function_endpoints(given),
        "FlowLogs": _flag(size.flow_logs),
    }


def _has_functions(given: _Given) -> bool:
    return given.site.size.shape is Shape.FUNCTIONS


def _function_endpoints(given: _Given) -> str:
    """Return where functions reach secrets: in each zone only where the database is in two."""
    if not _has_functions(given):
        return "none"
    return "every-zone" if given.site.size.multi_az else "one-zone"


def _iot(given: _Given) -> Values:
    devices = given.site.devices
    return (
        given.take("bootstrap", "AlertTopicArn", "LogBucketName", "KmsKeyArn")
        | _boundary(given)
        | _name_suffix(given, "iot")
        | _charger_host(given)
        | {
            "TopicName": given.site.topic_name,
            "FaultAlarm": _flag(devices.fault_alarm),
            "ArchiveDays": str(devices.archive_days),
            "FleetProvisioning": _flag(devices.fleet_provisioning),
            "Bridge": _flag(not _has_functions(given)),
            "LogRetentionDays": str(given.site.size.log_retention_days),
        }
    )


def _build(given: _Given) -> Values:
    return (
        given.take("bootstrap", "ArtifactBucketName", "LogBucketName", "KmsKeyArn")
        | _boundary(given)
        | {
            "Architecture": given.site.size.architecture.value,
            "Functions": _flag(_has_functions(given)),
            "BuildSourceKey": given.facts.build_source_key,
            "LogRetentionDays": str(given.site.size.log_retention_days),
        }
    )


def _governance(given: _Given) -> Values:
    rules = given.site.governance
    return (
        given.take("bootstrap", "KmsKeyArn")
        | _boundary(given)
        | _name_suffix(given, "governance")
        | {
            "SupportPrincipalArn": rules.support_principal_arn,
            "BackupPlanDays": str(rules.backup_plan_days),
            "GitHubRepository": rules.github_repository,
            "GitHubRef": rules.github_ref,
        }
    )


def _trail(given: _Given) -> Values:
    wanted = {"CreateTrail": _flag(given.site.governance.trail)}
    return given.take("bootstrap", "LogBucketName") | _name_suffix(given, "trail") | wanted


def _data(given: _Given) -> Values:
    size = given.site.size
    wanted = Volume(size.database_storage_gib, size.database_max_storage_gib)
    volume = given.facts.volume or wanted
    return (
        given.take("bootstrap", "AlertTopicArn", "KmsKeyArn")
        | given.take("network", "VpcId", "DatabaseSubnetIds")
        | _boundary(given)
        | {
            "EngineVersion": given.facts.engine_version,
            "InstanceClass": size.database_class,
            "StorageGiB": str(volume.size),
            "MaxStorageGiB": str(volume.most),
            "MultiAz": _flag(size.multi_az),
            "BackupDays": str(size.backup_days),
            "BackupCopyRegion": size.backup_copy_region,
            "DeletionProtection": _flag(size.deletion_protection),
            "SnapshotIdentifier": size.database_snapshot,
            "BackupArn": size.database_backup,
            "RestoreTime": size.database_restore_time,
            "Insights": _flag(size.database_insights),
            "LogExports": _flag(size.database_logs),
            "EnhancedMonitoring": _flag(size.database_monitoring),
        }
    )


def _balancer(given: _Given) -> Values:
    origin = given.site.domain.origin
    subnets = "PublicSubnetIds" if origin == "public-alb" else "PrivateSubnetIds"
    return (
        given.take("bootstrap", "LogBucketName", "KmsKeyArn")
        | given.take("network", "VpcId")
        | _domain(given)
        | {
            "AlbSubnetIds": given.output("network", subnets),
            "OriginMode": origin,
            "CloudFrontPrefixListId": given.facts.cloudfront_prefix_list_id,
            "IotPort": given.facts.iot_port,
        }
    )


def _app(given: _Given) -> Values:
    size = given.site.size
    return (
        given.take("bootstrap", "AlertTopicArn", "KmsKeyArn")
        | given.take("network", "VpcId", "TaskSubnetIds", "AssignPublicIp")
        | _serving(given, "balancer", "TaskSecurityGroupId", "TargetGroupArn")
        | _serving(given, "balancer", "LoadBalancerFullName", "TargetGroupFullName")
        | given.take("data", "DbEndpoint", "DbPort", "DbName", "DbSecretArn")
        | given.take("data", "DbClientSecurityGroupId")
        | _serving(given, "iot", "BridgeSecretArn")
        | given.take("iot", "BridgeClientIdPrefix", "TopicPrefix")
        | _boundary(given)
        | {
            "IotEndpoint": given.facts.iot_host,
            "IotPort": given.facts.iot_port,
            "AppImage": given.images.app,
            "AppRepositoryArn": given.images.app_repository_arn,
            "BrokerImage": given.images.broker,
            "Architecture": size.architecture.value,
            "Cpu": str(size.task_cpu),
            "Memory": str(size.task_memory),
            "MinTasks": str(size.min_tasks),
            "MaxTasks": str(size.max_tasks),
            "HubLinks": str(size.hub_links if size.has_hub else 0),
            "Spot": _flag(size.fargate_spot),
            "Probe": _flag(size.probe),
            "RolloutAlarm": _flag(_watches_rollout(given)),
            "AllowedSilence": str(given.site.allowed_silence),
            "AdminEmail": given.site.administrator,
            "LogRetentionDays": str(size.log_retention_days),
        }
        | _page_facts(given)
    )


def _serving(given: _Given, stack: str, *names: str) -> Values:
    """Return outputs that only tasks which serve need: empty where functions do."""
    return dict.fromkeys(names, "") if _has_functions(given) else given.take(stack, *names)


def _page_facts(given: _Given) -> Values:
    """Return what the application tells the page of the site."""
    tariff = given.site.tariff
    return {
        "Currency": tariff.currency,
        "SolarPrice": f"{tariff.solar_per_kwh:.10g}",
        "GridPrice": f"{tariff.grid_per_kwh:.10g}",
        "SilentAfterSeconds": str(given.site.silent_after_seconds),
    }


def _functions(given: _Given) -> Values:
    return (
        given.take("bootstrap", "AlertTopicArn", "KmsKeyArn")
        | given.take("network", "PrivateSubnetIds")
        | given.take("data", "DbEndpoint", "DbPort", "DbName", "DbSecretArn")
        | given.take("data", "DbClientSecurityGroupId")
        | given.take("iot", "TopicPrefix")
        | given.take("app", "TaskSecurityGroupId", "JwtSecretArn")
        | _boundary(given)
        | _page_facts(given)
        | {
            "AppImage": given.images.app,
            "Architecture": given.site.size.architecture.value,
            "LogRetentionDays": str(given.site.size.log_retention_days),
        }
    )


def _watches_rollout(given: _Given) -> bool:
    """Whether an alarm takes an update of the tasks back: from the first other image on.

    ECS then takes some minutes longer, which would only delay a first deployment.
    """
    running = given.facts.running_image
    return given.facts.rollout_alarm or bool(running and running != given.images.app)


def _page(given: _Given) -> Values:
    """Return what `edge` needs to serve the page alone."""
    access = given.site.access
    return (
        given.take("bootstrap", "KmsKeyArn", "AlertTopicArn")
        | given.take("build", "WebBucketName", "WebBucketDomainName")
        | {
            "PriceClass": given.site.size.price_class,
            "Viewing": access.viewing,
            "ViewerAddresses": ",".join(access.addresses),
            "OpenRegistration": _flag(access.open_registration),
        }
    )


def _edge(given: _Given) -> Values:
    return (
        _page(given)
        | (_apis(given) if _has_functions(given) else _load_balancer(given))
        | _domain(given)
        | {
            "OriginMode": given.site.domain.origin,
            "CertificateArn": given.optional("global", "CertificateArn"),
            "WebAclArn": given.optional("global", "WebAclArn"),
            "HealthCheck": _flag(given.site.alerts.health_check),
        }
    )


def _load_balancer(given: _Given) -> Values:
    none = {"ApiHost": "", "LiveHost": ""}
    secret = {"OriginSecretArn": given.optional("balancer", "OriginSecretArn")}
    names = ("OriginProtocol", "LoadBalancerArn", "LoadBalancerDnsName")
    return none | secret | given.take("balancer", *names)


def _apis(given: _Given) -> Values:
    none = {"OriginProtocol": "https-only", "LoadBalancerArn": "", "LoadBalancerDnsName": ""}
    secret = {"OriginSecretArn": given.output("functions", "ApiOriginSecretArn")}
    return none | secret | given.take("functions", "ApiHost", "LiveHost")


_OF_FUNCTIONS: Final = (
    "HttpApiId",
    "ApiErrorsAlarmName",
    "OldestMessageAlarmName",
    "TelemetryFunctionName",
    "TelemetryQueueName",
    "TelemetryLogGroupName",
)
"""What `observe` watches of functions."""


def _observe(given: _Given) -> Values:
    if _has_functions(given):
        own = given.take("functions", *_OF_FUNCTIONS)
        own["LogGroupName"] = given.output("functions", "ApiLogGroupName")
    else:
        own = dict.fromkeys(_OF_FUNCTIONS, "") | given.take("app", "LogGroupName")
    return (
        given.take("bootstrap", "AlertTopicArn")
        | given.take("data", "DbInstanceId")
        | _serving(given, "balancer", "LoadBalancerFullName", "TargetGroupFullName")
        | _serving(given, "app", "ServiceName")
        | given.take("app", "ClusterName")
        | given.take("edge", "DistributionId")
        | own
    )


_STACKS: Final[Mapping[str, Callable[[_Given], Values]]] = {
    "bootstrap": _bootstrap,
    "global": _global,
    "network": _network,
    "balancer": _balancer,
    "iot": _iot,
    "build": _build,
    "governance": _governance,
    "trail": _trail,
    "budget": _budget,
    "data": _data,
    "app": _app,
    "functions": _functions,
    "edge": _edge,
    "observe": _observe,
}
