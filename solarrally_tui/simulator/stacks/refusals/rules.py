"""What AWS refuses and MiniStack accepts: one list, which grows.

Unknown and malformed properties are in `schema`. Every rule here has a template in tests/simulator
that must fail because of it.
"""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from ministack.core.responses import error_response_json
from ministack.services import ecr, secretsmanager
from ministack.services.cloudformation import engine

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.pins import private, replace
from solarrally_tui.simulator.resources.registry import Properties, handler_error
from solarrally_tui.simulator.stacks import service_roles
from solarrally_tui.simulator.stacks.refusals import (
    capacity_providers,
    databases,
    functions,
    in_use,
    template_references,
)
from solarrally_tui.simulator.stacks.refusals.rule import RefusalRule
from solarrally_tui.simulator.stacks.resource_hooks import ResourceHooks

_secrets = private(secretsmanager, "_secrets")
_resolve = private(secretsmanager, "_resolve")
_find_image = private(ecr, "_find_image")


def declare(hooks: ResourceHooks) -> None:
    """Put every rule into force."""
    declare_hook: dict[str, Callable[[str, Any], None]] = {
        "new": hooks.refuse_new,
        "create": hooks.refuse_create,
        "update": hooks.refuse_update,
        "delete": hooks.refuse_delete,
    }
    for rule in RULES:
        for kind in rule.kinds:
            declare_hook[rule.when](kind, rule.check)
    for deletion in in_use.DELETIONS:
        deletion.declare()
    replace(engine, "_validate_template_statics", _with_template_rules)
    replace(ecr, "_describe_images", _refusing_missing_images)
    replace(secretsmanager, "_put_secret_value", _refusing_changed_versions)


def _bucket_not_empty(_kind: str, bucket: str, _properties: Properties) -> None:
    try:
        api("s3").delete_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] == "BucketNotEmpty":
            raise handler_error(
                "The bucket you tried to delete is not empty. "
                "You must delete all versions in the bucket.",
                "GeneralServiceException",
                service="S3",
                status=409,
            ) from error


def _vpc_missing(_kind: str, _logical_id: str, properties: Properties) -> None:
    vpc = properties.get("VpcId", "")
    if vpc and vpc not in {v["VpcId"] for v in api("ec2").describe_vpcs()["Vpcs"]}:
        raise handler_error(f"The vpc ID '{vpc}' does not exist", "NotFound", service="Ec2")


def _database_protected(_kind: str, instance: str, _properties: Properties) -> None:
    databases = api("rds").describe_db_instances()["DBInstances"]
    if any(d["DBInstanceIdentifier"] == instance and d["DeletionProtection"] for d in databases):
        raise handler_error(
            "Cannot delete protected DB Instance, please disable deletion protection and try "
            "again.",
            "InvalidRequest",
            service="Rds",
        )


def _secret_name_taken(_kind: str, _logical_id: str, properties: Properties) -> None:
    secret = _secrets.get(properties.get("Name", ""))
    if secret is None:
        return
    reason = f"The operation failed because the secret {properties['Name']} already exists."
    if secret.get("DeletedDate"):
        reason = (
            "You can't create this secret because a secret with this name is already "
            "scheduled for deletion."
        )
    raise handler_error(reason, "AlreadyExists")


def _vault_name_taken(_kind: str, _logical_id: str, properties: Properties) -> None:
    vaults = api("backup").list_backup_vaults()["BackupVaultList"]
    if properties["BackupVaultName"] in {vault["BackupVaultName"] for vault in vaults}:
        raise handler_error(
            "Backup vault with the same name already exists", "AlreadyExists", service="Backup"
        )


def _registry_not_empty(_kind: str, repository: str, properties: Properties) -> None:
    if str(properties.get("EmptyOnDelete", "false")).lower() == "true":
        return
    if api("ecr").list_images(repositoryName=repository)["imageIds"]:
        raise handler_error(
            f"The repository with name '{repository}' cannot be deleted because it still "
            "contains images",
            "GeneralServiceException",
            service="Ecr",
        )


def _zone_not_empty(_kind: str, zone: str, _properties: Properties) -> None:
    records = api("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    if any(record["Type"] not in ("NS", "SOA") for record in records):
        raise handler_error(
            "The specified hosted zone contains non-required resource record sets and so "
            "cannot be deleted.",
            "InvalidRequest",
            service="Route53",
        )


def _iot_policy_attached(_kind: str, policy: str, _properties: Properties) -> None:
    if api("iot").list_targets_for_policy(policyName=policy)["targets"]:
        raise handler_error(
            "The policy cannot be deleted as the policy is attached to one or more principals "
            f"(name={policy})",
            "ResourceConflict",
            service="Iot",
            status=409,
        )


RULES: tuple[RefusalRule, ...] = (
    *(deletion.rule() for deletion in in_use.DELETIONS),
    *databases.RULES,
    *capacity_providers.RULES,
    *functions.RULES,
    RefusalRule(
        name="bucket-not-empty",
        when="delete",
        kinds=("AWS::S3::Bucket",),
        source="S3 API reference, DeleteBucket: BucketNotEmpty",
        check=_bucket_not_empty,
    ),
    RefusalRule(
        name="vpc-missing",
        when="create",
        kinds=("AWS::EC2::Subnet", "AWS::EC2::SecurityGroup", "AWS::EC2::RouteTable"),
        source="EC2 API reference, error codes: InvalidVpcID.NotFound",
        check=_vpc_missing,
    ),
    RefusalRule(
        name="database-protected",
        when="delete",
        kinds=("AWS::RDS::DBInstance",),
        source="RDS user guide, deleting a DB instance: deletion protection",
        check=_database_protected,
    ),
    RefusalRule(
        name="secret-name-taken",
        when="create",
        kinds=("AWS::SecretsManager::Secret",),
        source="Secrets Manager API reference, CreateSecret and DeleteSecret",
        check=_secret_name_taken,
    ),
    RefusalRule(
        name="vault-name-taken",
        when="new",
        kinds=("AWS::Backup::BackupVault",),
        source="AWS Backup API reference, CreateBackupVault: AlreadyExistsException",
        check=_vault_name_taken,
    ),
    RefusalRule(
        name="registry-not-empty",
        when="delete",
        kinds=("AWS::ECR::Repository",),
        source="ECR API reference, DeleteRepository: RepositoryNotEmptyException",
        check=_registry_not_empty,
    ),
    RefusalRule(
        name="zone-not-empty",
        when="delete",
        kinds=("AWS::Route53::HostedZone",),
        source="Route 53 API reference, DeleteHostedZone: HostedZoneNotEmpty",
        check=_zone_not_empty,
    ),
    RefusalRule(
        name="iot-policy-attached",
        when="delete",
        kinds=("AWS::IoT::Policy",),
        source="IoT API reference, DeletePolicy: DeleteConflictException",
        check=_iot_policy_attached,
    ),
    RefusalRule(
        name="reference-missing",
        when="template",
        source="CloudFormation user guide, troubleshooting: unresolved resource dependencies",
        check=template_references.check_references,
    ),
    RefusalRule(
        name="circular-dependency",
        when="template",
        source="CloudFormation user guide, troubleshooting: circular dependency between resources",
        check=template_references.check_circles,
    ),
    RefusalRule(
        name="service-role-missing",
        when="call",
        source="CloudFormation user guide, service role; API reference, CreateChangeSet: RoleARN",
        check=service_roles.check,
    ),
)


def _with_template_rules(validate: Callable[[Any], None]) -> Callable[[Any], None]:
    def validated(template: Any) -> None:
        validate(template)
        for rule in RULES:
            if rule.when == "template":
                rule.check(template)

    return validated


def _refusing_changed_versions(put: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A version of a secret never changes (API reference, PutSecretValue: ClientRequestToken)."""

    def stored(parameters: Any) -> Any:
        _, secret = _resolve(parameters.get("SecretId"))
        versions = (secret or {}).get("Versions", {})
        version = versions.get(parameters.get("ClientRequestToken", ""))
        parts = ("SecretString", "SecretBinary")
        if version and any(version.get(part) != parameters.get(part) for part in parts):
            msg = "You can't modify an existing version, you can only create a new version."
            return error_response_json("ResourceExistsException", msg, 400)
        # Stages move from one version to the next (API reference, PutSecretValue: VersionStages).
        # MiniStack moves AWSCURRENT only.
        moved = {*parameters.get("VersionStages", ())} - {"AWSCURRENT"}
        for other in versions.values():
            other["Stages"] = [stage for stage in other["Stages"] if stage not in moved]
        return put(parameters)

    return stored


def _refusing_missing_images(describe: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """DescribeImages refuses an image that does not exist, instead of leaving it out."""

    def described(parameters: Any) -> Any:
        response = describe(parameters)
        if response[0] != 200:
            return response
        name = parameters.get("repositoryName", "")
        for image in parameters.get("imageIds") or ():
            if not _find_image(name, image):
                msg = (
                    f"The image with imageId {image} does not exist within the repository '{name}'"
                )
                return error_response_json("ImageNotFoundException", msg, 400)
        return response

    return described
