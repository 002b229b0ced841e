"""From what a call or a template names to the ARN that IAM checks."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ministack.services import cloudformation, dynamodb, ec2, ecs, iam, secretsmanager, sns, sqs
from ministack.services.cloudformation import changesets

from solarrally_tui.simulator.iam import reference
from solarrally_tui.simulator.iam.elements import as_list
from solarrally_tui.simulator.pins import private, scoped

_stacks = private(cloudformation, "_stacks")
_addresses = private(ec2, "_addresses")
_find_change_set = private(changesets, "_find_change_set")
_roles = private(iam, "_roles")
_queues = private(sqs, "_queues")
_secrets = private(secretsmanager, "_secrets")
_tables = private(dynamodb, "_tables")
_topics = private(sns, "_topics")
_task_definitions = private(ecs, "_task_defs")
_latest_revisions = private(ecs, "_task_def_latest")

Given = Mapping[str, Any]
"""Parameters of a call or properties of a resource."""

FORMS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "acm:certificate": ("acm:{region}:{account}:certificate/{name}", ("CertificateArn",)),
    "backup:backupPlan": ("backup:{region}:{account}:backup-plan:{name}", ("BackupPlanId",)),
    "backup:backupVault": ("backup:{region}:{account}:backup-vault:{name}", ("BackupVaultName",)),
    "backup:recoveryPoint": (
        "backup:{region}:{account}:recovery-point:{name}",
        ("RecoveryPointArn",),
    ),
    "billing:billingview": (
        "billing::{account}:billingview/{name}",
        ("BillingViewArn", "~primary"),
    ),
    "budgets:budget": ("budgets::{account}:budget/{name}", ("BudgetName", "Budget.BudgetName")),
    "ce:anomalymonitor": ("ce::{account}:anomalymonitor/{name}", ("MonitorArn", "MonitorArnList")),
    "ce:anomalysubscription": (
        "ce::{account}:anomalysubscription/{name}",
        ("SubscriptionArn", "SubscriptionArnList"),
    ),
    "cloudfront:distribution": (
        "cloudfront::{account}:distribution/{name}",
        ("DistributionId", "Id"),
    ),
    "cloudfront:key-value-store": (
        "cloudfront::{account}:key-value-store/{name}",
        ("KeyValueStoreId",),
    ),
    "cloudfront:vpcorigin": (
        "cloudfront::{account}:vpcorigin/{name}",
        ("VpcOriginId", "Id"),
    ),
    "cloudfront:function": ("cloudfront::{account}:function/{name}", ("Name",)),
    "cloudfront-keyvaluestore:key-value-store": (
        "cloudfront::{account}:key-value-store/{name}",
        ("KvsARN",),
    ),
    "cloudtrail:trail": ("cloudtrail:{region}:{account}:trail/{name}", ("TrailName", "Name")),
    "cloudwatch:alarm": ("cloudwatch:{region}:{account}:alarm:{name}", ("AlarmNames", "AlarmName")),
    "cloudwatch:dashboard": ("cloudwatch::{account}:dashboard/{name}", ("DashboardName",)),
    "codebuild:project": (
        "codebuild:{region}:{account}:project/{name}",
        ("ProjectName", "Name", "Ids"),
    ),
    "dynamodb:table": (
        "dynamodb:{region}:{account}:table/{name}",
        ("TableName", "ResourceArn", "RequestItems"),
    ),
    "ec2:instance": ("ec2:{region}:{account}:instance/{name}", ("InstanceId",)),
    "ec2:elastic-ip": ("ec2:{region}:{account}:elastic-ip/{name}", ("AllocationId",)),
    "ec2:image": ("ec2:{region}::image/{name}", ("ImageId",)),
    "ec2:internet-gateway": (
        "ec2:{region}:{account}:internet-gateway/{name}",
        ("InternetGatewayId",),
    ),
    "ec2:route-table": ("ec2:{region}:{account}:route-table/{name}", ("RouteTableId",)),
    "ec2:security-group": ("ec2:{region}:{account}:security-group/{name}", ("GroupId",)),
    "ec2:subnet": ("ec2:{region}:{account}:subnet/{name}", ("SubnetId",)),
    "ec2:natgateway": ("ec2:{region}:{account}:natgateway/{name}", ("NatGatewayId",)),
    "ec2:vpc-endpoint": ("ec2:{region}:{account}:vpc-endpoint/{name}", ("VpcEndpointId",)),
    "ec2:vpc-flow-log": ("ec2:{region}:{account}:vpc-flow-log/{name}", ("FlowLogId",)),
    "ec2:vpc": ("ec2:{region}:{account}:vpc/{name}", ("VpcId",)),
    "ecr:repository": ("ecr:{region}:{account}:repository/{name}", ("RepositoryName",)),
    "ecs:cluster": (
        "ecs:{region}:{account}:cluster/{name}",
        ("Cluster", "ClusterName", "Clusters"),
    ),
    "elasticloadbalancing:loadbalancer/app/": (
        "elasticloadbalancing:{region}:{account}:loadbalancer/app/{name}/*",
        ("LoadBalancerArn", "Name"),
    ),
    "elasticloadbalancing:targetgroup": (
        "elasticloadbalancing:{region}:{account}:targetgroup/{name}/*",
        ("TargetGroupArn", "Name"),
    ),
    "events:rule": ("events:{region}:{account}:rule/{name}", ("Name",)),
    "firehose:deliverystream": (
        "firehose:{region}:{account}:deliverystream/{name}",
        ("DeliveryStreamName",),
    ),
    "iam:group": ("iam::{account}:group/{name}", ("GroupName",)),
    "iam:instance-profile": (
        "iam::{account}:instance-profile/{name}",
        ("InstanceProfileName", "IamInstanceProfile"),
    ),
    "iam:oidc-provider": (
        "iam::{account}:oidc-provider/{name}",
        ("OpenIDConnectProviderArn", "Url"),
    ),
    "iam:policy": ("iam::{account}:policy/{name}", ("PolicyArn", "PolicyName")),
    "iam:user": ("iam::{account}:user/{name}", ("UserName",)),
    "iot:cert": ("iot:{region}:{account}:cert/{name}", ("CertificateId", "Target", "Principal")),
    "iot:client": ("iot:{region}:{account}:client/{name}", ("ClientId",)),
    "iot:domainconfiguration": (
        "iot:{region}:{account}:domainconfiguration/{name}",
        ("DomainConfigurationName",),
    ),
    "iot:index": ("iot:{region}:{account}:index/{name}", ("IndexName", "~AWS_Things")),
    "iot:job": ("iot:{region}:{account}:job/{name}", ("JobId",)),
    "iot:policy": ("iot:{region}:{account}:policy/{name}", ("PolicyName",)),
    "iot:provisioningtemplate": (
        "iot:{region}:{account}:provisioningtemplate/{name}",
        ("TemplateName",),
    ),
    "iot:rule": ("iot:{region}:{account}:rule/{name}", ("RuleName",)),
    "iot:thing": ("iot:{region}:{account}:thing/{name}", ("ThingName", "Targets")),
    "iot:thinggroup": (
        "iot:{region}:{account}:thinggroup/{name}",
        ("ThingGroupName", "Target", "Targets"),
    ),
    "iot:dynamicthinggroup": ("iot:{region}:{account}:thinggroup/{name}", ("ThingGroupName",)),
    "iot:thingtype": ("iot:{region}:{account}:thingtype/{name}", ("ThingTypeName",)),
    "kms:alias": ("kms:{region}:{account}:{name}", ("AliasName",)),
    "kms:key": ("kms:{region}:{account}:key/{name}", ("KeyId", "KmsKeyId", "EncryptionKeyArn")),
    "lambda:eventSourceMapping": (
        "lambda:{region}:{account}:event-source-mapping:{name}",
        ("UUID",),
    ),
    "lambda:function": ("lambda:{region}:{account}:function:{name}", ("FunctionName",)),
    # The empty name of a log stream is part of what CloudWatch Logs checks and names in refusals.
    "logs:log-group": (
        "logs:{region}:{account}:log-group:{name}:log-stream:",
        ("LogGroupName", "LogGroupIdentifier"),
    ),
    "rds:auto-backup": (
        "rds:{region}:{account}:auto-backup:{name}",
        ("DBInstanceAutomatedBackupsArn", "SourceDBInstanceAutomatedBackupsArn"),
    ),
    "rds:db": (
        "rds:{region}:{account}:db:{name}",
        ("DBInstanceIdentifier", "TargetDBInstanceIdentifier"),
    ),
    "rds:es": ("rds:{region}:{account}:es:{name}", ("SubscriptionName",)),
    "rds:og": ("rds:{region}:{account}:og:{name}", ("OptionGroupName", "~default:postgres")),
    "rds:pg": ("rds:{region}:{account}:pg:{name}", ("DBParameterGroupName",)),
    "rds:snapshot": ("rds:{region}:{account}:snapshot:{name}", ("DBSnapshotIdentifier",)),
    "rds:subgrp": ("rds:{region}:{account}:subgrp:{name}", ("DBSubnetGroupName",)),
    "route53:hostedzone": ("route53:::hostedzone/{name}", ("HostedZoneId", "Id")),
    "route53:healthcheck": ("route53:::healthcheck/{name}", ("HealthCheckId",)),
    "route53:change": ("route53:::change/{name}", ("ChangeId",)),
    "s3:bucket": ("s3:::{name}", ("Bucket", "BucketName")),
    "servicequotas:quota": (
        "servicequotas:{region}:{account}:{name}",
        ("ServiceCode/QuotaCode",),
    ),
    "sns:topic": ("sns:{region}:{account}:{name}", ("TopicArn", "TopicName", "Topics", "Name")),
    "sqs:queue": ("sqs:{region}:{account}:{name}", ("QueueUrl", "QueueName")),
    "ssm:parameter": ("ssm:{region}:{account}:parameter/{name}", ("Name", "Names", "Path")),
    "wafv2:webacl": ("wafv2:{region}:{account}:global/webacl/{name}/*", ("Name",)),
}
"""ARN after `arn:PARTITION:`, and the fields that may name the resource, the first one first.

Fields of calls and of templates are the same but for capitals, which do not count. `A/B` joins two
fields, and what follows a tilde is the name where no field has one.
"""


@dataclass(frozen=True, slots=True)
class Place:
    """The account and Region in which a call is made."""

    account: str
    region: str
    partition: str = "aws"

    def arn(self, rest: str) -> str:
        """Return an ARN from what follows its partition."""
        filled = rest.format(account=self.account, region=self.region, name="{name}")
        return f"arn:{self.partition}:{filled}"


def arns(kind: str, given: Given, place: Place) -> list[str]:
    """Return the ARNs of the resources of a kind that some fields name.

    Where none is named, as when AWS generates the id or everything is listed, one ARN has a star.
    """
    named = {key.lower(): value for key, value in given.items() if value not in (None, "", [])}
    if kind in _SPECIAL:
        found: list[str] = _SPECIAL[kind](named, place)
        return found
    if kind not in FORMS:
        return [_any(kind, place)]
    form, fields = FORMS[kind]
    names = next((found for field in fields if (found := _names(field, named))), ["*"])
    return [_arn(form, name, kind, place) for name in names]


def mentions(kind: str, given: Given) -> bool:
    """Return whether fields name a resource of a kind."""
    named = {key.lower(): value for key, value in given.items() if value not in (None, "", [])}
    fields = _SPECIAL_FIELDS.get(kind) or FORMS.get(kind, ("", ()))[1]
    return any(_names(field, named) for field in fields if not field.startswith("~"))


def _any(kind: str, place: Place) -> str:
    rest = reference.pattern(kind)
    if rest == "*":
        return rest
    service, region, account, name = rest.split(":", 3)
    region = place.region if region == "*" else region
    return (
        f"arn:{place.partition}:{service}:{region}:{account.format(account=place.account)}:{name}"
    )


def _names(field: str, named: Given) -> list[str]:
    if field.startswith("~"):
        return [field[1:]]
    if "/" in field:
        parts = [_names(part, named) for part in field.split("/")]
        return ["/".join(part[0] for part in parts)] if all(parts) else []
    head, _, rest = field.lower().partition(".")
    value = named.get(head)
    if rest:
        return (
            _names(rest, {k.lower(): v for k, v in value.items()})
            if isinstance(value, dict)
            else []
        )
    return [str(each) for each in (value if isinstance(value, dict) else as_list(value))]


def _arn(form: str, name: str, kind: str, place: Place) -> str:
    if name.startswith("arn:"):
        return f"{name}:log-stream:" if kind == "logs:log-group" and name.count(":") == 6 else name
    service = kind.partition(":")[0]
    if service == "codebuild":  # the id of a build begins with its project
        name = name.partition(":")[0]
    if service == "sqs":  # the address of a queue ends with its name
        name = name.rpartition("/")[2]
    if service == "iam":
        name = name.removeprefix("https://")
    if service in {"ssm", "route53"}:  # their names and ids may begin as paths do
        name = name.removeprefix("/").removeprefix("hostedzone/")
    if service == "ssm":  # a version or a label of a parameter may stand behind its name
        name = name.partition(":")[0]
    if service == "ssm" and name.startswith("aws/service/"):  # AWS's own, of no account
        form = form.replace("{account}", "")
    return place.arn(form).format(name=name)


def _stack(named: Given, place: Place) -> list[str]:
    change_set = str(named.get("changesetname", ""))
    name = str(named.get("stackname", ""))
    if not name:
        name = (_find_change_set(change_set)[1] or {}).get("StackName", "*")
    if name.startswith("arn:"):
        return [name]
    stack = _stacks.get(name)
    found = stack["StackId"] if stack and stack["StackStatus"] != "DELETE_COMPLETE" else None
    return [found or place.arn(f"cloudformation:{{region}}:{{account}}:stack/{name}/*")]


def role(name: str, place: Place, path: str = "/") -> str:
    """Return the ARN of a role by its name, its own if there is one, or by its ARN."""
    if name.startswith("arn:"):
        return name
    found = _roles.get(name)
    return str(found["Arn"]) if found else place.arn(f"iam::{{account}}:role{path}{name}")


def _role(named: Given, place: Place) -> list[str]:
    if service := named.get("awsservicename"):
        return [place.arn(f"iam::{{account}}:role/aws-service-role/{service}/*")]
    path = str(named.get("path", "/"))
    return [role(str(named.get("rolename", "*")), place, path)]


def _secret(named: Given, place: Place) -> list[str]:
    name = str(named.get("secretid", named.get("name", "*")))
    if name.startswith("arn:"):
        return [name]
    found = _secrets.get(name)
    end = "*" if name == "*" else f"{name}-??????"
    return [
        found["ARN"] if found else place.arn(f"secretsmanager:{{region}}:{{account}}:secret:{end}")
    ]


def _in_cluster(kind: str, *fields: str) -> Any:
    def found(named: Given, place: Place) -> list[str]:
        cluster = str(named.get("cluster", "default")).rpartition("/")[2]
        values = next((as_list(named[field]) for field in fields if field in named), ["*"])
        form = f"ecs:{{region}}:{{account}}:{kind}/{cluster}/"
        return [v if v.startswith("arn:") else place.arn(form) + v for v in map(str, values)]

    return found


def _task_definition(named: Given, place: Place) -> list[str]:
    name = str(named.get("taskdefinition", named.get("family", "*")))
    if name.startswith("arn:"):
        return [name]
    revision = "" if ":" in name else f":{_latest_revisions.get(name, '*')}"
    return [place.arn(f"ecs:{{region}}:{{account}}:task-definition/{name}{revision}")]


def _object(named: Given, place: Place) -> list[str]:
    bucket = named.get("bucket", "*")
    keys: Iterable[Any] = as_list(named.get("key", named.get("prefix", "*")))
    if listed := named.get("delete"):
        keys = [each["Key"] for each in listed.get("Objects", ())]
    return [place.arn(f"s3:::{bucket}/") + str(key) for key in keys]


def _log_stream(named: Given, place: Place) -> list[str]:
    group = str(named.get("loggroupname", named.get("loggroupidentifier", "*")))
    stream = named.get("logstreamname", "*")
    if group.startswith("arn:"):
        return [f"{group.removesuffix(':*')}:log-stream:{stream}"]
    return [place.arn(f"logs:{{region}}:{{account}}:log-group:{group}:log-stream:{stream}")]


def _below(kind: str, field: str, above: str, parent: str) -> Any:
    """Return a resource by its ARN, or any that will be below another one."""

    def found(named: Given, place: Place) -> list[str]:
        if arn := named.get(field):
            return [str(arn)]
        other = str(named.get(parent, ""))
        if other.startswith("arn:"):
            return [other.replace(f":{above}/", f":{kind}/") + "/*"]
        return [place.arn(f"elasticloadbalancing:{{region}}:{{account}}:{kind}/app/*/*")]

    return found


def _service_deployment(named: Given, place: Place) -> list[str]:
    [service] = _in_cluster("service-deployment", "service", "servicename")(named, place)
    return [f"{service.replace(':service/', ':service-deployment/')}/*"]


_SPECIAL: Final[Mapping[str, Any]] = {
    "cloudformation:stack": _stack,
    "iam:role": _role,
    "secretsmanager:Secret": _secret,
    "ecs:service": _in_cluster("service", "services", "service", "servicename"),
    "ecs:service-deployment": _service_deployment,
    "elasticloadbalancing:listener/app": _below(
        "listener", "listenerarn", "loadbalancer", "loadbalancerarn"
    ),
    "elasticloadbalancing:listener-rule/app": _below(
        "listener-rule", "rulearn", "listener", "listenerarn"
    ),
    "ecs:task": _in_cluster("task", "tasks", "task"),
    "ecs:container-instance": _in_cluster("container-instance", "containerinstance"),
    "ecs:task-definition": _task_definition,
    "s3:object": _object,
    "logs:log-stream": _log_stream,
}
_SPECIAL_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "cloudformation:stack": ("StackName", "ChangeSetName"),
    "iam:role": ("RoleName", "AWSServiceName"),
    "secretsmanager:Secret": ("SecretId", "Name"),
    "ecs:service": ("Services", "Service", "ServiceName"),
    "ecs:task": ("Tasks", "Task"),
    "ecs:task-definition": ("TaskDefinition", "Family"),
    "s3:object": ("Key", "Delete"),
    "logs:log-stream": ("LogStreamName",),
    "elasticloadbalancing:listener/app": ("ListenerArn",),
    "elasticloadbalancing:listener-rule/app": ("RuleArn",),
}


def trusted_services(role_arn: str) -> list[str]:
    """Return the services that a role trusts; none when there is no such role."""
    found = _roles.get(role_arn.rpartition("/")[2])
    document = json.loads(found["AssumeRolePolicyDocument"]) if found else {}
    return [
        str(service)
        for statement in as_list(document.get("Statement"))
        for service in as_list((statement.get("Principal") or {}).get("Service"))
    ]


def key_of_secret(given: Given, place: Place) -> str:
    """Return the ARN of the customer managed key of a secret; empty when AWS's own encrypts it."""
    [arn] = arns("secretsmanager:Secret", given, place)
    keys = [each.get("KmsKeyId") for each in _secrets.values() if each.get("ARN") == arn]
    return _customer_key(keys[0] if keys else None, place)


def key_of_topic(given: Given, place: Place) -> str:
    """Return the ARN of the customer managed key of a topic; empty when none encrypts it."""
    topic = _topics.get(str(given.get("TopicArn", ""))) or {}
    return _customer_key((topic.get("attributes") or {}).get("KmsMasterKeyId"), place)


def key_of_queue(given: Given, place: Place) -> str:
    """Return the ARN of the customer managed key of a queue; empty when SQS's own encrypts it."""
    name = str(given.get("QueueUrl", "")).rpartition("/")[2]
    found = [q["attributes"] for url, q in _queues.items() if url.rpartition("/")[2] == name]
    return _customer_key(found[0].get("KmsMasterKeyId"), place) if found else ""


def key_of_table(given: Given, place: Place) -> str:
    """Return the ARN of the customer managed key of a table; empty when DynamoDB's encrypts it."""
    named = {"tablename": given.get("TableName"), "requestitems": given.get("RequestItems")}
    for arn in arns("dynamodb:table", {k: v for k, v in named.items() if v}, place):
        record = _tables.get(arn.rpartition("/")[2]) or {}
        if key := (record.get("SSEDescription") or {}).get("KMSMasterKeyArn"):
            return _customer_key(key, place)
    return ""


def _customer_key(key: Any, place: Place) -> str:
    if not key or "alias/aws/" in str(key):
        return ""
    return str(key) if str(key).startswith("arn:") else arns("kms:key", {"KeyId": key}, place)[0]


def allocation(identifier: str) -> str:
    """Return the id of an Elastic IP by its address; any other id unchanged."""
    found = (name for name, each in _addresses.items() if each.get("PublicIp") == identifier)
    return str(next(found, identifier))


def boundary(role_name: str) -> str:
    """Return the ARN of a role's permissions boundary; empty when it has none."""
    return str((_roles.get(role_name.rpartition("/")[2]) or {}).get("PermissionsBoundary") or "")


def task_definition(name: str, region: str) -> Any:
    """Return a task definition by name, revision or ARN; empty when there is none."""
    short = name.rpartition("/")[2]
    if ":" not in short:
        short = f"{short}:{_latest_revisions.get(short, '')}"
    found = (value for key, value in scoped(_task_definitions) if key[-1] == short)
    return next((value for value in found if f":{region}:" in value["taskDefinitionArn"]), {})
