"""Copy the CloudFormation resource schemas that the simulated account checks templates with.

    python tools/vendor_schemas.py PATH_TO/cfnlint/data/schemas

The source is the data of cfn-lint (MIT-0), which carries AWS's own registry schemas. Only the types
that our blueprints and tests use are copied, without descriptions. `make resource TYPE=...` copies
one type.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[1]
TARGET = REPOSITORY / "solarrally_tui" / "simulator" / "schemas"
REGION = "us-east-1"
KEPT = (
    "additionalProperties",
    "allOf",
    "anyOf",
    "createOnlyProperties",
    "definitions",
    "handlers",
    "oneOf",
    "primaryIdentifier",
    "properties",
    "readOnlyProperties",
    "required",
    "tagging",
    "typeName",
    "writeOnlyProperties",
)
# Types that the extension adds or that tests use, beside those of the blueprints.
MORE = (
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage",
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::Backup::BackupSelection",
    "AWS::CE::AnomalyMonitor",
    "AWS::CE::AnomalySubscription",
    "AWS::CloudTrail::Trail",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::DynamoDB::Table",
    "AWS::EC2::EIP",
    "AWS::EC2::FlowLog",
    "AWS::EC2::NatGateway",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::ElasticLoadBalancingV2::ListenerCertificate",
    "AWS::IAM::OIDCProvider",
    "AWS::IAM::Policy",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::ServiceLinkedRole",
    "AWS::IoT::BillingGroup",
    "AWS::IoT::Logging",
    "AWS::IoT::RoleAlias",
    "AWS::KMS::Alias",
    "AWS::KMS::Key",
    "AWS::Lambda::EventSourceMapping",
    "AWS::RDS::EventSubscription",
    "AWS::Route53::HealthCheck",
    "AWS::Route53::HostedZone",
    "AWS::SecretsManager::RotationSchedule",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::SSM::Parameter",
    "AWS::WAFv2::WebACLAssociation",
)


def main(schemas: Path) -> None:
    """Write one file a type, and remove those of types no longer used."""
    for old in TARGET.glob("AWS-*.json"):
        old.unlink()
    for kind in sorted(used() & known(schemas).keys()):
        copy(kind, schemas)


def known(schemas: Path) -> dict[str, str]:
    """Return every type of the registry, with the name of its schema's file."""
    names: dict[str, str] = json.loads((schemas / "providers" / f"{REGION}.json").read_text())
    return names


def copy(kind: str, schemas: Path) -> Path:
    """Write the schema of one type; return its file."""
    schema = json.loads((schemas / "resources" / f"{known(schemas)[kind]}.json").read_text())
    lean = {key: stripped(schema[key]) for key in KEPT if key in schema}
    target = TARGET / file_name(kind)
    target.write_text(json.dumps(lean, sort_keys=True) + "\n")
    return target


def used() -> set[str]:
    """Every type of our blueprints, and MORE."""
    found = set(MORE)
    for template in (REPOSITORY / "blueprints").glob("*/template.yaml"):
        found |= set(re.findall(r"Type: (AWS::\w+::\w+)\s*$", template.read_text(), re.MULTILINE))
    return found


def stripped(value: Any) -> Any:
    """The schema without descriptions and examples; a property of such a name stays."""
    if isinstance(value, list):
        return [stripped(item) for item in value]
    if not isinstance(value, dict):
        return value
    prose = {"description", "title", "$comment", "examples"}
    return {
        key: stripped(item)
        for key, item in value.items()
        if not (key in prose and isinstance(item, str | list))
    }


def file_name(kind: str) -> str:
    """File name of a type's schema."""
    return f"{kind.replace('::', '-')}.json"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
