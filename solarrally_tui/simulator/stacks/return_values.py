"""What Ref and Fn::GetAtt give on AWS, where MiniStack gives something else."""

import functools
from collections.abc import Callable

from ministack.core import lambda_runtime
from ministack.core.responses import get_account_id, get_region
from ministack.services import apigateway, iot, lambda_svc, secretsmanager

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.pins import private
from solarrally_tui.simulator.resources.registry import Properties, ReturnValues, handler_error
from solarrally_tui.simulator.stacks.resource_hooks import Correct, ResourceHooks
from solarrally_tui.simulator.wire import models

_apis = private(apigateway, "_apis")
_end_processes = private(lambda_runtime, "invalidate_worker")
_functions = private(lambda_svc, "_functions")
_routes = private(apigateway, "_routes")
_secrets = private(secretsmanager, "_secrets")
_thing_groups = private(iot, "_thing_groups")
_with_vpc = private(lambda_svc, "_vpc_config_with_id")


def declare(hooks: ResourceHooks) -> None:
    """Declare every correction."""
    hooks.correct("AWS::SecretsManager::Secret", _secret)
    hooks.identify("AWS::SecretsManager::Secret", _secret_name)
    hooks.correct("AWS::IoT::ThingGroup", _thing_group)
    hooks.identify("AWS::IoT::ThingGroup", _thing_group_id)
    hooks.correct("AWS::CloudFront::Function", _function)
    hooks.identify("AWS::CloudFront::Function", lambda arn: arn.rpartition("/")[2])
    hooks.correct("AWS::IAM::InstanceProfile", _last_part)
    hooks.correct(
        "AWS::SecretsManager::SecretTargetAttachment",
        lambda values, properties: (
            properties["SecretId"],
            values[1] | {"Id": properties["SecretId"]},
        ),
    )
    # The physical id of a bucket's policy is the bucket's name.
    hooks.correct("AWS::S3::BucketPolicy", lambda values, given: (given["Bucket"], values[1]))
    hooks.correct("AWS::EC2::VPC", _repeating("CidrBlock"))
    hooks.correct("AWS::EC2::Subnet", _repeating("VpcId", "CidrBlock"))
    hooks.correct(
        "AWS::EC2::Route",
        lambda values, properties: (
            values[0],
            values[1] | {"CidrBlock": properties.get("DestinationCidrBlock", "")},
        ),
    )
    hooks.correct("AWS::EC2::SubnetRouteTableAssociation", _from_ref("Id", str))
    hooks.correct("AWS::Lambda::Permission", _from_ref("Id", str))
    hooks.correct("AWS::WAFv2::WebACL", _web_acl)
    # The full name is the end of the ARN, from `targetgroup/` on.
    hooks.correct(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        _from_ref("TargetGroupFullName", lambda arn: arn.rpartition(":")[2]),
    )
    hooks.correct("AWS::RDS::DBInstance", _replicate_backups)
    hooks.correct("AWS::Lambda::Function", _complete)
    hooks.correct("AWS::ApiGatewayV2::Api", _named)
    hooks.correct(
        "AWS::ApiGatewayV2::Route",
        lambda values, _properties: (values[0].rpartition("/")[2], values[1]),
    )
    hooks.identify("AWS::ApiGatewayV2::Route", _of_api)


def _repeating(*names: str) -> Correct:
    """Return a correction that adds properties as attributes."""

    def correct(values: ReturnValues, properties: Properties) -> ReturnValues:
        identifier, attributes = values
        return identifier, attributes | {n: properties[n] for n in names if n in properties}

    return correct


def _from_ref(name: str, attribute: Callable[[str], str]) -> Correct:
    """Return a correction that adds an attribute derived from what Ref gives."""

    def correct(values: ReturnValues, _properties: Properties) -> ReturnValues:
        identifier, attributes = values
        return identifier, attributes | {name: attribute(identifier)}

    return correct


def _last_part(values: ReturnValues, _properties: Properties) -> ReturnValues:
    """Ref gives what comes after the last slash."""
    return values[0].rpartition("/")[2], values[1]


def _secret(values: ReturnValues, properties: Properties) -> ReturnValues:
    """Ref gives the ARN, and a secret without a value has no version yet."""
    name, attributes = values
    secret = _secrets[name]
    if not {"SecretString", "GenerateSecretString"} & properties.keys():
        versions = secret["Versions"].items()
        for version in [v for v, body in versions if not body.get("SecretString")]:
            del secret["Versions"][version]
    return secret["ARN"], attributes | {"Id": secret["ARN"]}


def _secret_name(arn: str) -> str:
    return next((name for name, secret in _secrets.items() if secret["ARN"] == arn), arn)


def _thing_group(values: ReturnValues, _properties: Properties) -> ReturnValues:
    """Ref gives the name."""
    identifier, attributes = values
    return attributes["Arn"].rpartition("/")[2], attributes | {"Id": identifier}


def _thing_group_id(name: str) -> str:
    group = _thing_groups.get(name)
    return name if group is None else str(group["thingGroupId"])


def _function(values: ReturnValues, _properties: Properties) -> ReturnValues:
    """Ref gives the ARN."""
    name, attributes = values
    arn = f"arn:aws:cloudfront::{get_account_id()}:function/{name}"
    return arn, attributes | {"FunctionARN": arn}


def _web_acl(values: ReturnValues, properties: Properties) -> ReturnValues:
    """Add a rough capacity, which every web ACL has, and the namespace of its labels."""
    identifier, attributes = values
    return identifier, attributes | {
        "Capacity": 1 + 100 * len(properties.get("Rules", [])),
        "LabelNamespace": f"awswaf:{get_account_id()}:webacl:{properties.get('Name', '')}:",
    }


def _replicate_backups(values: ReturnValues, properties: Properties) -> ReturnValues:
    """Start the replication of backups to another Region, which MiniStack's handler leaves out.

    CloudFormation does so once the database exists (aws-cloudformation-resource-providers-rds,
    CreateHandler).
    """
    identifier, _ = values
    region = properties.get("AutomaticBackupReplicationRegion")
    if not region:
        return values
    if region not in _rds_regions():
        # A host that does not exist, as the AWS SDK for Java reports it.
        msg = f"Unable to execute HTTP request: rds.{region}.amazonaws.com"
        raise handler_error(msg, "InternalFailure")
    api("rds", region).start_db_instance_automated_backups_replication(
        SourceDBInstanceArn=f"arn:aws:rds:{get_region()}:{get_account_id()}:db:{identifier}",
        BackupRetentionPeriod=int(properties["AutomaticBackupReplicationRetentionPeriod"]),
    )
    return values


@functools.cache
def _rds_regions() -> frozenset[str]:
    return frozenset(models.session().get_available_regions("rds"))


def _complete(values: ReturnValues, properties: Properties) -> ReturnValues:
    """Keep the VPC, the key and the reserved concurrency of a function."""
    record = _functions[values[0]]
    record["config"]["VpcConfig"] = _with_vpc(properties.get("VpcConfig"))
    if key := properties.get("KmsKeyArn"):
        record["config"]["KMSKeyArn"] = key
    reserved = properties.get("ReservedConcurrentExecutions")
    record["concurrency"] = None if reserved is None else int(reserved)
    # What runs was started with the configuration of before.
    _end_processes(values[0], account=get_account_id(), region=get_region())
    return values


def _named(values: ReturnValues, _properties: Properties) -> ReturnValues:
    """An API's address has AWS's name. Only a distribution leads there from here."""
    identifier, attributes = values
    api = _apis[identifier]
    scheme = "wss" if api["protocolType"] == "WEBSOCKET" else "https"
    address = f"{scheme}://{identifier}.execute-api.{get_region()}.amazonaws.com"
    api["apiEndpoint"] = address
    arn = f"arn:aws:execute-api:{get_region()}:{get_account_id()}:{identifier}"
    return identifier, attributes | {"ApiEndpoint": address, "ExecuteApiArn": arn}


def _of_api(identifier: str) -> str:
    """Return the id of a route that has its API's before it, as MiniStack's do."""
    found = (api for api, routes in _routes.items() if identifier in routes)
    api = next(found, "")
    return f"{api}/{identifier}" if api else identifier
