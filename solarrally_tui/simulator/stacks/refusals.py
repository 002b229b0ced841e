"""What AWS refuses and MiniStack lets pass: one written list, which grows.

Unknown and malformed properties are in `schema`. Every rule here has a template
in tests/simulator that must fail because of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from ministack.core.responses import error_response_json
from ministack.services import ecr, secretsmanager
from ministack.services.cloudformation import engine

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.pins import private, replace
from solarrally_tui.simulator.resources.registry import Properties
from solarrally_tui.simulator.stacks import service_roles, template_references
from solarrally_tui.simulator.stacks.resource_hooks import Refuse, ResourceHooks

_secrets = private(secretsmanager, "_secrets")
_resolve = private(secretsmanager, "_resolve")
_find_image = private(ecr, "_find_image")


@dataclass(frozen=True)
class RefusalRule:
    """One refusal."""

    name: str
    """A short name, which the test of the rule has too."""
    when: str
    """`template`, `create`, `delete` or `call`."""
    kinds: tuple[str, ...]
    """The resource types concerned; empty for templates and API calls."""
    source: str
    """Where AWS says so."""
    check: Callable[..., None]
    """Raises ValueError with AWS's reason."""


def declare(checks: ResourceHooks) -> None:
    """Put every rule into force."""
    declared: dict[str, Callable[[str, Refuse], None]] = {
        "create": checks.refuse_create,
        "delete": checks.refuse_delete,
    }
    for rule in RULES:
        for kind in rule.kinds:
            declared[rule.when](kind, rule.check)
    replace(engine, "_validate_template_statics", _with_references)
    replace(ecr, "_describe_images", _missing_images)
    replace(secretsmanager, "_put_secret_value", _fixed_versions)


def _not_empty(_kind: str, bucket: str, _properties: Properties) -> None:
    try:
        api("s3").delete_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] == "BucketNotEmpty":
            msg = (
                'Resource handler returned message: "The bucket you tried to delete is not empty. '
                'You must delete all versions in the bucket. (Service: S3, Status Code: 409)" '
                "(HandlerErrorCode: GeneralServiceException)"
            )
            raise ValueError(msg) from error


def _missing_vpc(_kind: str, _logical_id: str, properties: Properties) -> None:
    vpc = properties.get("VpcId", "")
    known = {v["VpcId"] for v in api("ec2").describe_vpcs()["Vpcs"]}
    if vpc and vpc not in known:
        msg = (
            f"Resource handler returned message: \"The vpc ID '{vpc}' does not exist "
            '(Service: Ec2, Status Code: 400)" (HandlerErrorCode: NotFound)'
        )
        raise ValueError(msg)


def _protected_database(_kind: str, instance: str, _properties: Properties) -> None:
    found = api("rds").describe_db_instances()["DBInstances"]
    if any(d["DBInstanceIdentifier"] == instance and d["DeletionProtection"] for d in found):
        msg = (
            'Resource handler returned message: "Cannot delete protected DB Instance, please '
            'disable deletion protection and try again. (Service: Rds, Status Code: 400)" '
            "(HandlerErrorCode: InvalidRequest)"
        )
        raise ValueError(msg)


def _secret_name_taken(_kind: str, _logical_id: str, properties: Properties) -> None:
    secret = _secrets.get(properties.get("Name", ""))
    if secret is None:
        return
    msg = f"The operation failed because the secret {properties['Name']} already exists."
    if secret.get("DeletedDate"):
        msg = (
            "You can't create this secret because a secret with this name is already "
            "scheduled for deletion."
        )
    raise ValueError(
        f'Resource handler returned message: "{msg}" (HandlerErrorCode: AlreadyExists)'
    )


def _group_in_use(_kind: str, group: str, _properties: Properties) -> None:
    if group in _groups_of_databases() | _groups_of_load_balancers() | _groups_in_rules(group):
        msg = (
            f'Resource handler returned message: "resource {group} has a dependent object '
            '(Service: Ec2, Status Code: 400)" (HandlerErrorCode: InvalidRequest)'
        )
        raise ValueError(msg)


def _groups_of_databases() -> set[str]:
    found = api("rds").describe_db_instances()["DBInstances"]
    return {g["VpcSecurityGroupId"] for d in found for g in d.get("VpcSecurityGroups", ())}


def _groups_of_load_balancers() -> set[str]:
    found = api("elbv2").describe_load_balancers()["LoadBalancers"]
    return {group for balancer in found for group in balancer.get("SecurityGroups", ())}


def _groups_in_rules(own: str) -> set[str]:
    """Groups that a rule of another group names."""
    found = api("ec2").describe_security_groups()["SecurityGroups"]
    return {
        pair["GroupId"]
        for group in found
        if group["GroupId"] != own
        for rule in (*group["IpPermissions"], *group["IpPermissionsEgress"])
        for pair in rule.get("UserIdGroupPairs", ())
        if "GroupId" in pair
    }


def _filled_registry(_kind: str, repository: str, properties: Properties) -> None:
    if str(properties.get("EmptyOnDelete", "false")).lower() == "true":
        return
    if api("ecr").list_images(repositoryName=repository)["imageIds"]:
        msg = (
            f"Resource handler returned message: \"The repository with name '{repository}' "
            "cannot be deleted because it still contains images (Service: Ecr, Status Code: "
            '400)" (HandlerErrorCode: GeneralServiceException)'
        )
        raise ValueError(msg)


def _filled_zone(_kind: str, zone: str, _properties: Properties) -> None:
    records = api("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    if any(record["Type"] not in ("NS", "SOA") for record in records):
        msg = (
            'Resource handler returned message: "The specified hosted zone contains non-required '
            "resource record sets and so cannot be deleted. (Service: Route53, Status Code: "
            '400)" (HandlerErrorCode: InvalidRequest)'
        )
        raise ValueError(msg)


def _attached_policy(_kind: str, policy: str, _properties: Properties) -> None:
    if api("iot").list_targets_for_policy(policyName=policy)["targets"]:
        msg = (
            'Resource handler returned message: "The policy cannot be deleted as the policy is '
            f"attached to one or more principals (name={policy}) (Service: Iot, Status Code: "
            '409)" (HandlerErrorCode: ResourceConflict)'
        )
        raise ValueError(msg)


RULES: tuple[RefusalRule, ...] = (
    RefusalRule(
        "bucket-not-empty",
        "delete",
        ("AWS::S3::Bucket",),
        "S3 API reference, DeleteBucket: BucketNotEmpty",
        _not_empty,
    ),
    RefusalRule(
        "vpc-missing",
        "create",
        ("AWS::EC2::Subnet", "AWS::EC2::SecurityGroup", "AWS::EC2::RouteTable"),
        "EC2 API reference, error codes: InvalidVpcID.NotFound",
        _missing_vpc,
    ),
    RefusalRule(
        "database-protected",
        "delete",
        ("AWS::RDS::DBInstance",),
        "RDS user guide, deleting a DB instance: deletion protection",
        _protected_database,
    ),
    RefusalRule(
        "secret-name-taken",
        "create",
        ("AWS::SecretsManager::Secret",),
        "Secrets Manager API reference, CreateSecret and DeleteSecret",
        _secret_name_taken,
    ),
    RefusalRule(
        "security-group-in-use",
        "delete",
        ("AWS::EC2::SecurityGroup",),
        "EC2 API reference, error codes: DependencyViolation",
        _group_in_use,
    ),
    RefusalRule(
        "registry-not-empty",
        "delete",
        ("AWS::ECR::Repository",),
        "ECR API reference, DeleteRepository: RepositoryNotEmptyException",
        _filled_registry,
    ),
    RefusalRule(
        "zone-not-empty",
        "delete",
        ("AWS::Route53::HostedZone",),
        "Route 53 API reference, DeleteHostedZone: HostedZoneNotEmpty",
        _filled_zone,
    ),
    RefusalRule(
        "iot-policy-attached",
        "delete",
        ("AWS::IoT::Policy",),
        "IoT API reference, DeletePolicy: DeleteConflictException",
        _attached_policy,
    ),
    RefusalRule(
        "reference-missing",
        "template",
        (),
        "CloudFormation user guide, troubleshooting: unresolved resource dependencies",
        template_references.check_references,
    ),
    RefusalRule(
        "circular-dependency",
        "template",
        (),
        "CloudFormation user guide, troubleshooting: circular dependency between resources",
        template_references.check_circles,
    ),
    RefusalRule(
        "service-role-missing",
        "call",
        (),
        "CloudFormation user guide, service role; API reference, CreateChangeSet: RoleARN",
        service_roles.check,
    ),
)


def _with_references(validate: Callable[[Any], None]) -> Callable[[Any], None]:
    rules = [rule.check for rule in RULES if rule.when == "template"]

    def validated(template: Any) -> None:
        validate(template)
        for check in rules:
            check(template)

    return validated


def _fixed_versions(put: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A version of a secret never changes (API reference, PutSecretValue: ClientRequestToken)."""

    def stored(given: Any) -> Any:
        _, secret = _resolve(given.get("SecretId"))
        versions = (secret or {}).get("Versions", {})
        version = versions.get(given.get("ClientRequestToken", ""))
        parts = ("SecretString", "SecretBinary")
        if version and any(version.get(part) != given.get(part) for part in parts):
            msg = "You can't modify an existing version, you can only create a new version."
            return error_response_json("ResourceExistsException", msg, 400)
        # A label moves (API reference, PutSecretValue: VersionStages); AWSCURRENT does already.
        moved = {*given.get("VersionStages", ())} - {"AWSCURRENT"}
        for other in versions.values():
            other["Stages"] = [label for label in other["Stages"] if label not in moved]
        return put(given)

    return stored


def _missing_images(describe: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """DescribeImages names an image that is not there instead of leaving it out."""

    def described(given: Any) -> Any:
        answer = describe(given)
        name = given.get("repositoryName", "")
        missing = [
            i for i in given.get("imageIds") or () if answer[0] == 200 and not _find_image(name, i)
        ]
        if not missing:
            return answer
        msg = f"The image with imageId {missing[0]} does not exist within the repository '{name}'"
        return error_response_json("ImageNotFoundException", msg, 400)

    return described
