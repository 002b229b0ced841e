"""CloudWatch, SNS, budgets and the audit trail."""

from typing import Any, Final

from solarrally_tui.terraform.bodies import Body, Flat, as_json, conditional
from solarrally_tui.terraform.hcl import Block, Value
from solarrally_tui.terraform.scope import Scope, UnsupportedError
from solarrally_tui.terraform.types.model import Row


def _dimensions(scope: Scope, node: Any) -> Body:
    return Body({"dimensions": {item["Name"]: scope.value(item["Value"]) for item in node}})


def _transformation(scope: Scope, node: Any) -> Body:
    (item,) = node
    names = {
        "MetricName": "name",
        "MetricNamespace": "namespace",
        "MetricValue": "value",
        "DefaultValue": "default_value",
    }
    given: dict[str, Value] = {names[key]: scope.value(value) for key, value in item.items()}
    return Body({}, [Block("metric_transformation", (), given)])


def _topic(scope: Scope, node: Any) -> Body:
    (topic,) = node
    return Body({"arn": scope.value(topic)})


def _limit(scope: Scope, node: Any) -> Body:
    amount, unit = scope.value(node["Amount"]), scope.value(node["Unit"])
    return Body({"limit_amount": amount, "limit_unit": unit})


def _filters(scope: Scope, node: Any) -> Body:
    condition, then, _nothing = node["Fn::If"]
    ((name, values),) = then.items()
    # Terraform knows the filter by the name of the API.
    content = Body({"name": name, "values": scope.value(values)})
    return Body({}, [conditional("cost_filter", content, (scope.condition(condition),))])


def _notifications(scope: Scope, node: Any) -> Body:
    blocks = []
    for item in node:
        told, subscribers = item["Notification"], item["Subscribers"]
        if any(each["SubscriptionType"] != "EMAIL" for each in subscribers):
            raise UnsupportedError("a budget that notifies anything but an address")
        blocks.append(
            Block(
                "notification",
                (),
                {
                    "notification_type": told["NotificationType"],
                    "comparison_operator": told["ComparisonOperator"],
                    "threshold_type": told["ThresholdType"],
                    "threshold": scope.value(told["Threshold"]),
                    "subscriber_email_addresses": [
                        scope.value(each["Address"]) for each in subscribers
                    ],
                },
            )
        )
    return Body({}, blocks)


ROWS: Final = {
    "AWS::CloudWatch::Alarm": Row(
        "aws_cloudwatch_metric_alarm",
        {"Dimensions": _dimensions},
        ref="alarm_name",
        attributes={"Arn": "arn"},
        named="alarm_name",
    ),
    "AWS::CloudWatch::CompositeAlarm": Row(
        "aws_cloudwatch_composite_alarm", ref="alarm_name", named="alarm_name"
    ),
    "AWS::CloudWatch::Dashboard": Row("aws_cloudwatch_dashboard", ref="dashboard_name"),
    "AWS::Logs::LogGroup": Row(
        "aws_cloudwatch_log_group",
        ref="name",
        # CloudFormation's ARN of a log group ends with the wildcard of its streams.
        attributes={"Arn": "arn:*"},
        named="name",
    ),
    "AWS::Logs::MetricFilter": Row(
        "aws_cloudwatch_log_metric_filter",
        {"FilterPattern": "pattern", "MetricTransformations": _transformation},
        named="name",
    ),
    "AWS::SNS::Topic": Row("aws_sns_topic", ref="arn", named="name"),
    "AWS::SNS::TopicPolicy": Row(
        "aws_sns_topic_policy", {"Topics": _topic, "PolicyDocument": as_json("policy")}
    ),
    "AWS::SNS::Subscription": Row("aws_sns_topic_subscription"),
    "AWS::Budgets::Budget": Row(
        "aws_budgets_budget",
        {
            "Budget": Flat({"BudgetLimit": _limit, "CostFilters": _filters}),
            "NotificationsWithSubscribers": _notifications,
        },
        named="name",
        default_name="solarrally-{site}",
    ),
    "AWS::CloudTrail::Trail": Row(
        "aws_cloudtrail", {"TrailName": "name", "IsLogging": "enable_logging"}
    ),
}
