"""The permissions that each operation of AWS's APIs needs of its caller.

Most are named after the operation. Source of the others: Service Authorization Reference, and each
service's pages on identity and access management.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

from solarrally_tui.simulator.iam import resource_names
from solarrally_tui.simulator.iam.elements import as_list
from solarrally_tui.simulator.iam.needs import Need, needs
from solarrally_tui.simulator.iam.resource_names import Given, Place

Extra = Callable[[Given, Place], Iterator[Need]]

PREFIXES: Final[Mapping[str, str]] = {
    "cloudfront-keyvaluestore": "cloudfront-keyvaluestore",
    "elbv2": "elasticloadbalancing",
    "events": "events",
    "iot-data": "iot",
    "resourcegroupstaggingapi": "tag",
    "service-quotas": "servicequotas",
    "sesv2": "ses",
    "stepfunctions": "states",
}
"""IAM's prefix of a service, where it differs from boto3's name."""

UNCHECKED: Final = frozenset(
    {"sts.AssumeRoleWithWebIdentity", "sts.GetCallerIdentity", "sts.GetSessionToken"}
)
"""Operations that need no permission of the caller's own policies."""

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "budgets.CreateBudget": ("budgets:ModifyBudget",),
    "budgets.DeleteBudget": ("budgets:ModifyBudget",),
    "budgets.DescribeBudget": ("budgets:ViewBudget",),
    "budgets.DescribeBudgets": ("budgets:ViewBudget",),
    "budgets.UpdateBudget": ("budgets:ModifyBudget",),
    # Of the copy. The source needs a permission of its own: see _MORE.
    "s3.CopyObject": ("s3:PutObject",),
    "s3.DeleteBucketLifecycle": ("s3:PutLifecycleConfiguration",),
    "s3.GetBucketEncryption": ("s3:GetEncryptionConfiguration",),
    "s3.GetBucketLifecycleConfiguration": ("s3:GetLifecycleConfiguration",),
    "s3.GetPublicAccessBlock": ("s3:GetBucketPublicAccessBlock",),
    "s3.HeadBucket": ("s3:ListBucket",),
    # Without ListBucket, S3 answers 403 for an object that does not exist.
    "s3.HeadObject": ("s3:GetObject", "s3:ListBucket"),
    "s3.ListBuckets": ("s3:ListAllMyBuckets",),
    "s3.ListMultipartUploads": ("s3:ListBucketMultipartUploads",),
    "s3.ListObjects": ("s3:ListBucket",),
    "s3.ListObjectsV2": ("s3:ListBucket",),
    "s3.ListObjectVersions": ("s3:ListBucketVersions",),
    "s3.PutBucketEncryption": ("s3:PutEncryptionConfiguration",),
    "s3.PutBucketLifecycleConfiguration": ("s3:PutLifecycleConfiguration",),
    "s3.PutPublicAccessBlock": ("s3:PutBucketPublicAccessBlock",),
}

_TAGGED: Final[Mapping[str, str]] = {
    "cloudformation.CreateChangeSet": "cloudformation:TagResource",
    "cloudformation.CreateStack": "cloudformation:TagResource",
    "ecs.RunTask": "ecs:TagResource",
    "iam.CreateOpenIDConnectProvider": "iam:TagOpenIDConnectProvider",
    "iam.CreatePolicy": "iam:TagPolicy",
    "iam.CreateRole": "iam:TagRole",
    "iam.CreateUser": "iam:TagUser",
    "ssm.PutParameter": "ssm:AddTagsToResource",
}
"""What an operation needs besides, where it is given tags."""

_LOOKUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "AWS::EC2::AvailabilityZone::Name": ("ec2:DescribeAvailabilityZones",),
    "AWS::EC2::Image::Id": ("ec2:DescribeImages",),
    "AWS::EC2::SecurityGroup::Id": ("ec2:DescribeSecurityGroups",),
    "AWS::EC2::Subnet::Id": ("ec2:DescribeSubnets",),
    "AWS::EC2::VPC::Id": ("ec2:DescribeVpcs",),
    "AWS::Route53::HostedZone::Id": ("route53:GetHostedZone",),
}
"""With what CloudFormation looks up parameters of an AWS-specific type, as the caller, also where
it then works with a service role. The deploy role of the AWS CDK is therefore allowed
ssm:GetParameters (bootstrap template, aws-cdk 2.1148.1)."""


def needed(service: str, operation: str, given: Given, place: Place) -> Iterator[Need]:
    """Return what a call needs. `service` is boto3's name; see UNCHECKED for what needs nothing."""
    name = f"{service}.{operation}"
    if name in UNCHECKED:
        return
    if name == "sts.AssumeRole":
        yield _assume_role(given)
        return
    prefix = PREFIXES.get(service, service)
    facts = dict(_facts(name, given, place))
    for action in _actions(name, prefix, operation, given):
        yield from needs(action, given, place, facts)
    if name in _TAGGED and (given.get("Tags") or given.get("tags")):
        yield from needs(_TAGGED[name], given, place, facts)
    if name in _MORE:
        yield from _MORE[name](given, place)


def _assume_role(given: Given) -> Need:
    facts = {key: str(given[field]) for field, key in _KEYS["sts"].items() if given.get(field)}
    if given.get("SerialNumber") and given.get("TokenCode"):
        facts["aws:multifactorauthpresent"] = "true"
    return Need("sts:AssumeRole", str(given.get("RoleArn", "*")), given, facts)


def _actions(name: str, prefix: str, operation: str, given: Given) -> tuple[str, ...]:
    if name == "s3.DeleteObjects":
        listed = (given.get("Delete") or {}).get("Objects", ())
        versions = any(each.get("VersionId") for each in listed)
        plain = any(not each.get("VersionId") for each in listed)
        return ("s3:DeleteObject",) * plain + ("s3:DeleteObjectVersion",) * versions
    if name in {"s3.GetObject", "s3.DeleteObject"} and given.get("VersionId"):
        return (f"s3:{operation}Version",)
    if name == "ssm.GetParameters":
        return ("ssm:GetParameters",)
    return _NAMES.get(name, (f"{prefix}:{operation}",))


def _facts(name: str, given: Given, place: Place) -> Iterator[tuple[str, str | list[str]]]:
    """Yield the condition keys that a service adds to a request."""
    for parameter, key in _KEYS.get(name.partition(".")[0], {}).items():
        if value := given.get(parameter):
            yield key, str(value)
    if name.startswith("ecs.") and (cluster := given.get("cluster")):
        yield "ecs:cluster", resource_names.arns("ecs:cluster", {"cluster": cluster}, place)[0]
    if name == "ecs.UpdateService":
        yield from _of_update(given, place)
    if name == "codebuild.StartBuild":
        yield from _of_build(given)
    if name.startswith("iam.") and (role := given.get("RoleName")):
        current = resource_names.boundary(str(role))
        if current and "PermissionsBoundary" not in given:
            yield "iam:permissionsboundary", current


def _of_update(given: Given, place: Place) -> Iterator[tuple[str, str | list[str]]]:
    if definition := given.get("taskDefinition"):
        named = {"taskDefinition": definition}
        yield "ecs:task-definition", resource_names.arns("ecs:task-definition", named, place)[0]
    if "enableExecuteCommand" in given:
        yield "ecs:enable-execute-command", str(given["enableExecuteCommand"]).lower()
    network = (given.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
    if subnets := network.get("subnets"):
        yield "ecs:subnet", list(subnets)


def _of_build(given: Given) -> Iterator[tuple[str, str | list[str]]]:
    """Yield what a start brings with it (CodeBuild guide, "AWS CodeBuild condition keys")."""
    variables = given.get("environmentVariablesOverride") or ()
    if variables:
        prefix = "codebuild:environment.environmentvariables"
        yield f"{prefix}.name", [str(each["name"]) for each in variables]
        for each in variables:
            yield f"{prefix}/{str(each['name']).lower()}.value", str(each.get("value", ""))
    for field, key in _BUILD_KEYS.items():
        if field in given:
            yield f"codebuild:{key}", str(given[field])


_BUILD_KEYS: Final[Mapping[str, str]] = {
    "artifactsOverride": "artifacts",
    "buildspecOverride": "source.buildspec",
    "imageOverride": "environment.image",
    "logsConfigOverride": "logsconfig",
    "privilegedModeOverride": "environment.privilegedmode",
    "registryCredentialOverride": "environment.registrycredential",
    "secondaryArtifactsOverride": "secondaryartifacts",
    "secondarySourcesOverride": "secondarysources",
    "serviceRoleOverride": "servicerole",
    "sourceLocationOverride": "source.location",
}

_KEYS: Final[Mapping[str, Mapping[str, str]]] = {
    "cloudformation": {
        "ChangeSetName": "cloudformation:changesetname",
        "RoleARN": "cloudformation:rolearn",
        "TemplateURL": "cloudformation:templateurl",
    },
    "iam": {
        "AWSServiceName": "iam:awsservicename",
        "PermissionsBoundary": "iam:permissionsboundary",
        "PolicyArn": "iam:policyarn",
    },
    "kms": {"EncryptionContext": "kms:encryptioncontext"},
    "s3": {"Prefix": "s3:prefix", "ACL": "s3:x-amz-acl", "VersionId": "s3:versionid"},
    "secretsmanager": {
        "SecretId": "secretsmanager:secretid",
        "VersionStage": "secretsmanager:versionstage",
    },
    "sts": {"ExternalId": "sts:externalid", "RoleSessionName": "sts:rolesessionname"},
}


def pass_role(role: str, service: str, place: Place) -> Iterator[Need]:
    """Return the permission to hand a role to a service."""
    arn = resource_names.role(role, place)
    yield Need("iam:PassRole", arn, facts={"iam:passedtoservice": service})


def _with_service_role(given: Given, place: Place) -> Iterator[Need]:
    if role := given.get("RoleARN"):
        yield from pass_role(str(role), "cloudformation.amazonaws.com", place)


def _of_task(given: Given, place: Place) -> Iterator[Need]:
    name = str(given.get("taskDefinition", ""))
    # A registration is about the definition that it gives.
    definition = given if "family" in given else resource_names.task_definition(name, place.region)
    overrides: Mapping[str, Any] = given.get("overrides") or {}
    for field in ("taskRoleArn", "executionRoleArn"):
        if role := overrides.get(field) or definition.get(field):
            yield from pass_role(str(role), "ecs-tasks.amazonaws.com", place)


def _with_key(service: str, find: Callable[[Given, Place], str], *actions: str) -> Extra:
    """Return what a call needs of the customer managed key that encrypts what it is about."""

    def needed(given: Given, place: Place) -> Iterator[Need]:
        key = find(given, place)
        facts = {
            "kms:viaservice": f"{service}.{place.region}.amazonaws.com",
            "kms:calleraccount": place.account,
        }
        for action in actions if key else ():
            yield Need(action, key, facts=facts)

    return needed


def _of_copied(given: Given, place: Place) -> Iterator[Need]:
    bucket, _, key = unquote(str(given.get("CopySource", ""))).lstrip("/").partition("/")
    source = {"Bucket": bucket, "Key": key.partition("?")[0]}
    yield from needs("s3:GetObject", source, place)


def _passing(field: str, service: str) -> Extra:
    def passing(given: Given, place: Place) -> Iterator[Need]:
        if role := given.get(field):
            yield from pass_role(str(role), service, place)

    return passing


_MORE: Final[Mapping[str, Extra]] = {
    "cloudformation.CreateChangeSet": _with_service_role,
    "cloudformation.CreateStack": _with_service_role,
    "cloudformation.DeleteStack": _with_service_role,
    "cloudformation.UpdateStack": _with_service_role,
    "codebuild.CreateProject": _passing("serviceRole", "codebuild.amazonaws.com"),
    "ecs.RunTask": _of_task,
    "ecs.RegisterTaskDefinition": _of_task,
    "s3.CopyObject": _of_copied,
    "secretsmanager.GetSecretValue": _with_key(
        "secretsmanager", resource_names.key_of_secret, "kms:Decrypt"
    ),
    "secretsmanager.PutSecretValue": _with_key(
        "secretsmanager", resource_names.key_of_secret, "kms:Decrypt", "kms:GenerateDataKey"
    ),
    "sns.Publish": _with_key(
        "sns", resource_names.key_of_topic, "kms:Decrypt", "kms:GenerateDataKey"
    ),
    "sqs.ReceiveMessage": _with_key("sqs", resource_names.key_of_queue, "kms:Decrypt"),
    "sqs.SendMessage": _with_key(
        "sqs", resource_names.key_of_queue, "kms:Decrypt", "kms:GenerateDataKey"
    ),
    **{
        # DynamoDB opens a table's key in the name of whoever uses the table (DynamoDB developer
        # guide, "DynamoDB encryption at rest: usage notes", authorizing use of your key).
        f"dynamodb.{name}": _with_key("dynamodb", resource_names.key_of_table, "kms:Decrypt")
        for name in (
            "BatchGetItem",
            "BatchWriteItem",
            "DeleteItem",
            "GetItem",
            "PutItem",
            "Query",
            "Scan",
            "UpdateItem",
        )
    },
    "iot.SetV2LoggingOptions": _passing("roleArn", "iot.amazonaws.com"),
}


def lookups(parameters: Iterable[tuple[str, Any]], place: Place) -> Iterator[Need]:
    """Return what the parameters of a template, by type and value, need of the caller."""
    for type_, value in parameters:
        plain = type_.removeprefix("List<").removesuffix(">")
        if type_.startswith("AWS::SSM::Parameter::"):
            yield from needs("ssm:GetParameters", {"Names": as_list(value)}, place)
            plain = type_.partition("<")[2].removesuffix(">")
        for action in _LOOKUPS.get(plain, ()):
            yield from needs(action, {"Id": value} if "HostedZone" in type_ else {}, place)
