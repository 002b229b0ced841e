"""What functions need: the queue, the tables, and the APIs that call them."""

from typing import Any, Final

from solarrally_tui.terraform.bodies import Body, Into, as_json
from solarrally_tui.terraform.scope import Scope, UnsupportedError
from solarrally_tui.terraform.types.model import Row


def _keys(scope: Scope, node: Any) -> Body:
    (key,) = node
    if key["KeyType"] != "HASH":
        raise UnsupportedError(f"key {key['KeyType']} of a table")
    return Body({"hash_key": scope.value(key["AttributeName"])})


ROWS: Final = {
    "AWS::Lambda::EventSourceMapping": Row("aws_lambda_event_source_mapping"),
    "AWS::SQS::Queue": Row(
        "aws_sqs_queue",
        {
            "VisibilityTimeout": "visibility_timeout_seconds",
            "MessageRetentionPeriod": "message_retention_seconds",
            "RedrivePolicy": as_json("redrive_policy"),
        },
        ref="url",
        attributes={"Arn": "arn", "QueueName": "name"},
        named="name",
    ),
    "AWS::DynamoDB::Table": Row(
        "aws_dynamodb_table",
        {
            "AttributeDefinitions": Into(
                "attribute", {"AttributeName": "name", "AttributeType": "type"}
            ),
            "KeySchema": _keys,
            "SSESpecification": Into(
                "server_side_encryption",
                # Terraform has no other than the key's.
                {"SSEEnabled": "enabled", "SSEType": None, "KMSMasterKeyId": "kms_key_arn"},
            ),
            "TimeToLiveSpecification": "ttl",
        },
        ref="name",
        attributes={"Arn": "arn"},
        named="name",
    ),
    "AWS::ApiGatewayV2::Api": Row("aws_apigatewayv2_api"),
    "AWS::ApiGatewayV2::Integration": Row(
        "aws_apigatewayv2_integration",
        {"TimeoutInMillis": "timeout_milliseconds"},
        fixed=Body({"integration_method": "POST"}),
    ),
    "AWS::ApiGatewayV2::Route": Row("aws_apigatewayv2_route"),
    "AWS::ApiGatewayV2::Stage": Row("aws_apigatewayv2_stage", {"StageName": "name"}),
}
