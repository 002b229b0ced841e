"""What Ref and Fn::GetAtt give on AWS, where MiniStack gives something else."""

from ministack.core.responses import get_account_id, get_region
from ministack.services import iot, secretsmanager

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.pins import private
from solarrally_tui.simulator.resources.registry import Properties, ReturnValues
from solarrally_tui.simulator.stacks.resource_hooks import Correct, ResourceHooks

_secrets = private(secretsmanager, "_secrets")
_thing_groups = private(iot, "_thing_groups")


def declare(checks: ResourceHooks) -> None:
    """Declare every correction."""
    checks.correct("AWS::SecretsManager::Secret", _secret)
    checks.identify("AWS::SecretsManager::Secret", _secret_name)
    checks.correct("AWS::IoT::ThingGroup", _thing_group)
    checks.identify("AWS::IoT::ThingGroup", _thing_group_id)
    checks.correct("AWS::CloudFront::Function", _function)
    checks.identify("AWS::CloudFront::Function", lambda arn: arn.rpartition("/")[2])
    checks.correct("AWS::IAM::InstanceProfile", _instance_profile)
    checks.correct("AWS::SecretsManager::SecretTargetAttachment", _attachment)
    checks.correct("AWS::EC2::VPC", _adding("CidrBlock"))
    checks.correct("AWS::EC2::Subnet", _adding("VpcId", "CidrBlock"))
    checks.correct("AWS::EC2::Route", _route)
    checks.correct("AWS::EC2::SubnetRouteTableAssociation", _itself("Id"))
    checks.correct("AWS::Lambda::Permission", _itself("Id"))
    checks.correct("AWS::WAFv2::WebACL", _web_acl)
    checks.correct("AWS::ElasticLoadBalancingV2::TargetGroup", _target_group)
    checks.correct("AWS::RDS::DBInstance", _copied)


def _adding(*names: str) -> Correct:
    """Attributes that repeat properties."""

    def correct(made: ReturnValues, properties: Properties) -> ReturnValues:
        identifier, attributes = made
        return identifier, attributes | {n: properties[n] for n in names if n in properties}

    return correct


def _itself(name: str) -> Correct:
    """An attribute that repeats what Ref gives."""

    def correct(made: ReturnValues, _properties: Properties) -> ReturnValues:
        identifier, attributes = made
        return identifier, attributes | {name: identifier}

    return correct


def _secret(made: ReturnValues, properties: Properties) -> ReturnValues:
    """Ref gives the ARN; a secret without a value has no version yet."""
    name, attributes = made
    record = _secrets[name]
    if not {"SecretString", "GenerateSecretString"} & properties.keys():
        empty = [v for v, body in record["Versions"].items() if not body.get("SecretString")]
        for version in empty:
            del record["Versions"][version]
    return record["ARN"], attributes | {"Id": record["ARN"]}


def _secret_name(arn: str) -> str:
    found = _secrets.items()
    return next((name for name, record in found if record["ARN"] == arn), arn)


def _thing_group(made: ReturnValues, _properties: Properties) -> ReturnValues:
    """Ref gives the name."""
    identifier, attributes = made
    return attributes["Arn"].rpartition("/")[2], attributes | {"Id": identifier}


def _thing_group_id(name: str) -> str:
    found = _thing_groups.get(name)
    return name if found is None else str(found["thingGroupId"])


def _function(made: ReturnValues, _properties: Properties) -> ReturnValues:
    """Ref gives the ARN."""
    name, attributes = made
    arn = f"arn:aws:cloudfront::{get_account_id()}:function/{name}"
    return arn, attributes | {"FunctionARN": arn}


def _attachment(made: ReturnValues, properties: Properties) -> ReturnValues:
    _, attributes = made
    return properties["SecretId"], attributes | {"Id": properties["SecretId"]}


def _instance_profile(made: ReturnValues, _properties: Properties) -> ReturnValues:
    identifier, attributes = made
    return identifier.rpartition("/")[2], attributes


def _route(made: ReturnValues, properties: Properties) -> ReturnValues:
    identifier, attributes = made
    target = properties.get("DestinationCidrBlock", "")
    return identifier, attributes | {"CidrBlock": target}


def _target_group(made: ReturnValues, _properties: Properties) -> ReturnValues:
    """The full name is the end of the ARN, from `targetgroup/` on."""
    arn, attributes = made
    return arn, attributes | {"TargetGroupFullName": arn.rpartition(":")[2]}


def _copied(made: ReturnValues, properties: Properties) -> ReturnValues:
    """Where backups shall be copied to, the type's handler begins it there."""
    identifier, _ = made
    if region := properties.get("AutomaticBackupReplicationRegion"):
        api("rds", region).start_db_instance_automated_backups_replication(
            SourceDBInstanceArn=f"arn:aws:rds:{get_region()}:{get_account_id()}:db:{identifier}",
            BackupRetentionPeriod=int(properties["AutomaticBackupReplicationRetentionPeriod"]),
        )
    return made


def _web_acl(made: ReturnValues, properties: Properties) -> ReturnValues:
    """A rough capacity: a web ACL always has one."""
    identifier, attributes = made
    capacity = 1 + 100 * len(properties.get("Rules", []))
    account = {"LabelNamespace": f"awswaf:{get_account_id()}:webacl:{properties.get('Name', '')}:"}
    return identifier, attributes | {"Capacity": capacity} | account
