"""What Ref and Fn::GetAtt give on AWS, where MiniStack gives something else."""

from ministack.core.responses import get_account_id

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.resources.registry import Made, Properties
from solarrally_tui.simulator.stacks.checks import Checks, Correct


def declare(checks: Checks) -> None:
    """Declare every correction."""
    checks.correct("AWS::SecretsManager::Secret", _secret)
    checks.correct("AWS::IAM::InstanceProfile", _instance_profile)
    checks.correct("AWS::SecretsManager::SecretTargetAttachment", _attachment)
    checks.correct("AWS::EC2::VPC", _adding("CidrBlock"))
    checks.correct("AWS::EC2::Subnet", _adding("VpcId", "CidrBlock"))
    checks.correct("AWS::EC2::Route", _route)
    checks.correct("AWS::EC2::SubnetRouteTableAssociation", _itself("Id"))
    checks.correct("AWS::Lambda::Permission", _itself("Id"))
    checks.correct("AWS::WAFv2::WebACL", _web_acl)
    checks.correct("AWS::ElasticLoadBalancingV2::TargetGroup", _target_group)


def _adding(*names: str) -> Correct:
    """Attributes that repeat properties."""

    def correct(made: Made, properties: Properties) -> Made:
        identifier, attributes = made
        return identifier, attributes | {n: properties[n] for n in names if n in properties}

    return correct


def _itself(name: str) -> Correct:
    """An attribute that repeats what Ref gives."""

    def correct(made: Made, _properties: Properties) -> Made:
        identifier, attributes = made
        return identifier, attributes | {name: identifier}

    return correct


def _secret(made: Made, _properties: Properties) -> Made:
    """Ref gives the ARN; its GetAtt name is Id."""
    identifier, attributes = made
    arn = identifier if identifier.startswith("arn:") else attributes.get("Arn") or _arn(identifier)
    return arn, attributes | {"Id": arn}


def _arn(name: str) -> str:
    return str(api("secretsmanager").describe_secret(SecretId=name)["ARN"])


def _attachment(made: Made, properties: Properties) -> Made:
    _, attributes = made
    return properties["SecretId"], attributes | {"Id": properties["SecretId"]}


def _instance_profile(made: Made, _properties: Properties) -> Made:
    identifier, attributes = made
    return identifier.rpartition("/")[2], attributes


def _route(made: Made, properties: Properties) -> Made:
    identifier, attributes = made
    target = properties.get("DestinationCidrBlock", "")
    return identifier, attributes | {"CidrBlock": target}


def _target_group(made: Made, _properties: Properties) -> Made:
    """The full name is the end of the ARN, from `targetgroup/` on."""
    arn, attributes = made
    return arn, attributes | {"TargetGroupFullName": arn.rpartition(":")[2]}


def _web_acl(made: Made, properties: Properties) -> Made:
    """A rough capacity: a web ACL always has one."""
    identifier, attributes = made
    capacity = 1 + 100 * len(properties.get("Rules", []))
    account = {"LabelNamespace": f"awswaf:{get_account_id()}:webacl:{properties.get('Name', '')}:"}
    return identifier, attributes | {"Capacity": capacity} | account
