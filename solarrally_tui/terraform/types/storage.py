"""S3, Secrets Manager, KMS and the registry of images."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from solarrally_tui.terraform.bodies import Body, Flat, Into, as_json, body
from solarrally_tui.terraform.hcl import Block, Expression
from solarrally_tui.terraform.names import snake
from solarrally_tui.terraform.provider import schema
from solarrally_tui.terraform.scope import Scope
from solarrally_tui.terraform.types.model import Resource, Row


def _expires(scope: Scope, node: Any) -> Body:
    return Body({}, [Block("expiration", (), {"days": scope.value(node)})])


def _whole_bucket(scope: Scope, node: Any) -> Body:
    return Body({}, [Block("filter", (), {"prefix": scope.value(node)})])


_PARTS: Final[Mapping[str, tuple[str, Any]]] = {
    "BucketEncryption": (
        "server_side_encryption_configuration",
        Flat(
            {
                "ServerSideEncryptionConfiguration": Into(
                    "rule",
                    {
                        "ServerSideEncryptionByDefault": Into(
                            "apply_server_side_encryption_by_default",
                            {"SSEAlgorithm": "sse_algorithm"},
                        )
                    },
                )
            }
        ),
    ),
    "OwnershipControls": ("ownership_controls", Flat({"Rules": "rule"})),
    "PublicAccessBlockConfiguration": ("public_access_block", Flat()),
    "VersioningConfiguration": ("versioning", "versioning_configuration"),
    "LoggingConfiguration": (
        "logging",
        Flat({"DestinationBucketName": "target_bucket", "LogFilePrefix": "target_prefix"}),
    ),
    "LifecycleConfiguration": (
        "lifecycle_configuration",
        Flat({"Rules": Into("rule", {"ExpirationInDays": _expires, "Prefix": _whole_bucket})}),
    ),
}
"""By property of a bucket: the resource of Terraform that it is there, and its rules."""


def _parts(scope: Scope, resource: Resource) -> Iterator[Block]:
    for name, node in resource.properties.items():
        if name in _PARTS:
            part, rule = _PARTS[name]
            kind = f"aws_s3_bucket_{part}"
            made = body(scope, {name: node}, schema(kind), {name: rule})
            bucket = {"bucket": resource.refers("aws_s3_bucket", "id")}
            yield resource.block(kind, bucket | made.arguments, made.blocks)


def _password(scope: Scope, resource: Resource) -> Iterator[Block]:
    """A generated value that is never in the state: ephemeral here, write-only in the secret."""
    wanted = resource.properties.get("GenerateSecretString")
    if not wanted:
        return
    name = resource.name
    yield Block(
        "ephemeral",
        ("random_password", name),
        {
            "length": wanted["PasswordLength"],
            "special": not wanted.get("ExcludePunctuation", False),
        },
    )
    value = Expression(f"ephemeral.random_password.{name}.result")
    if "SecretStringTemplate" in wanted:
        fields = f"jsondecode({scope.text(wanted['SecretStringTemplate'])})"
        key = wanted["GenerateStringKey"]
        value = Expression(f"jsonencode(merge({fields}, {{ {key} = {value.text} }}))")
    yield resource.block(
        "aws_secretsmanager_secret_version",
        {
            "secret_id": resource.refers("aws_secretsmanager_secret", "id"),
            "secret_string_wo": value,
            "secret_string_wo_version": 1,
        },
        [Block("lifecycle", (), {"ignore_changes": [Expression("secret_string_wo_version")]})],
        when="!var.is_adopted",
    )


def _policies(scope: Scope, resource: Resource) -> Iterator[Block]:
    """What a repository deletes by itself, and who may pull from it."""
    repository = resource.refers("aws_ecr_repository", "name")
    if cleaning := resource.properties.get("LifecyclePolicy"):
        policy = scope.value(cleaning["LifecyclePolicyText"])
        yield resource.block(
            "aws_ecr_lifecycle_policy", {"repository": repository, "policy": policy}
        )
    if access := resource.properties.get("RepositoryPolicyText"):
        condition, document = "", access
        if set(access) == {"Fn::If"}:
            condition, document, _nothing = access["Fn::If"]
        arguments = {"repository": repository, "policy": scope.policy(document)}
        when = f"local.{snake(condition)}" if condition else ""
        yield resource.block("aws_ecr_repository_policy", arguments, when=when)


ROWS: Final = {
    "AWS::S3::Bucket": Row(
        "aws_s3_bucket",
        {"BucketName": "bucket", **dict.fromkeys(_PARTS)},
        attributes={"Arn": "arn", "RegionalDomainName": "bucket_regional_domain_name"},
        more=_parts,
        beside=tuple(f"aws_s3_bucket_{part}" for part, _ in _PARTS.values()),
    ),
    "AWS::S3::BucketPolicy": Row("aws_s3_bucket_policy", {"PolicyDocument": as_json("policy")}),
    "AWS::SecretsManager::Secret": Row(
        "aws_secretsmanager_secret",
        {"GenerateSecretString": None},
        ref="arn",
        more=_password,
        beside=("aws_secretsmanager_secret_version",),
    ),
    "AWS::KMS::Key": Row(
        "aws_kms_key",
        {"KeyPolicy": as_json("policy"), "PendingWindowInDays": "deletion_window_in_days"},
        attributes={"Arn": "arn"},
    ),
    "AWS::ECR::Repository": Row(
        "aws_ecr_repository",
        {"EmptyOnDelete": "force_delete", "LifecyclePolicy": None, "RepositoryPolicyText": None},
        ref="name",
        attributes={"Arn": "arn", "RepositoryUri": "repository_url"},
        named="name",
        default_name="solarrally-{site}-{stack}-{lower}",
        more=_policies,
        beside=("aws_ecr_lifecycle_policy", "aws_ecr_repository_policy"),
    ),
}
