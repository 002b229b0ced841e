"""AWS IoT and the archive of telemetry."""

from typing import Any, Final

from solarrally_tui.terraform.bodies import Body, Flat, Into, Rules, as_json, body
from solarrally_tui.terraform.provider import schema
from solarrally_tui.terraform.scope import Scope
from solarrally_tui.terraform.types.model import Row

_ACTIONS: Final[Rules] = {
    "CloudwatchLogs": "cloudwatch_logs",
    "CloudwatchMetric": "cloudwatch_metric",
    "Sqs": Into("sqs", {"UseBase64": "use_base64"}),
}


def _actions(scope: Scope, node: Any) -> Body:
    made = Body()
    for action in node:
        made.add(body(scope, action, schema("aws_iot_topic_rule"), _ACTIONS))
    return made


def _enabled(scope: Scope, node: Any) -> Body:
    del scope
    return Body({"enabled": not node})


ROWS: Final = {
    "AWS::IoT::ThingType": Row(
        "aws_iot_thing_type",
        {
            "ThingTypeName": "name",
            "ThingTypeProperties": Into("properties", {"ThingTypeDescription": "description"}),
        },
        ref="name",
    ),
    "AWS::IoT::ThingGroup": Row(
        "aws_iot_thing_group",
        {
            "ThingGroupName": "name",
            "ThingGroupProperties": Into("properties", {"ThingGroupDescription": "description"}),
        },
        ref="name",
    ),
    "AWS::IoT::DomainConfiguration": Row(
        "aws_iot_domain_configuration",
        {
            "DomainConfigurationName": "name",
            "DomainConfigurationStatus": "status",
        },
        ref="name",
    ),
    "AWS::IoT::Policy": Row(
        "aws_iot_policy", {"PolicyName": "name", "PolicyDocument": as_json("policy")}, ref="name"
    ),
    "AWS::IoT::ProvisioningTemplate": Row(
        "aws_iot_provisioning_template", {"TemplateName": "name"}, ref="name"
    ),
    "AWS::IoT::TopicRule": Row(
        "aws_iot_topic_rule",
        {
            "RuleName": "name",
            "TopicRulePayload": Flat(
                {
                    "AwsIotSqlVersion": "sql_version",
                    "RuleDisabled": _enabled,
                    "Actions": _actions,
                    "ErrorAction": Into("error_action", _ACTIONS),
                }
            ),
        },
    ),
    "AWS::KinesisFirehose::DeliveryStream": Row(
        "aws_kinesis_firehose_delivery_stream",
        {
            "DeliveryStreamName": "name",
            "DeliveryStreamType": None,
            "ExtendedS3DestinationConfiguration": Into(
                "extended_s3_configuration",
                {
                    "BufferingHints": Flat(
                        {
                            "IntervalInSeconds": "buffering_interval",
                            "SizeInMBs": "buffering_size",
                        }
                    )
                },
            ),
        },
        ref="name",
        attributes={"Arn": "arn"},
        fixed=Body({"destination": "extended_s3"}),
    ),
}
