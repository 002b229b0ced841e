"""What AWS bills for the calls of the checks, and so how often a display may make them.

List prices of us-east-1, which dearer Regions exceed by up to a third. Calls that are not listed
are free: describing and listing in CloudFormation, ECS, RDS, Elastic Load Balancing, ACM, SNS,
Budgets, CloudTrail, Service Quotas, and alarms and logs of CloudWatch.
"""

from collections.abc import Iterable
from typing import Final

from solarrally_tui.aws.call_log import Call

MONTH: Final = 730 * 3600.0
"""Seconds. AWS's own month of 730 hours."""

METRIC: Final = 0.01 / 1_000
"""USD for one metric of GetMetricData (CloudWatch pricing, API requests), without a free tier."""
_USD: Final = {
    ("cloudwatch", "get_metric_data"): METRIC,
    # Cost Explorer pricing: 0.01 for each request of its API. Whether the API of cost anomaly
    # detection is exempt is not documented, so it counts.
    ("ce", "get_anomaly_subscriptions"): 0.01,
    ("ce", "get_anomaly_monitors"): 0.01,
    ("ce", "get_cost_and_usage"): 0.01,
    ("ce", "get_cost_forecast"): 0.01,
    # Secrets Manager: 0.05 for 10,000 calls; reading a value has KMS decrypt it, 0.03 for 10,000.
    ("secretsmanager", "get_secret_value"): 0.05 / 10_000 + 0.03 / 10_000,
    ("secretsmanager", "describe_secret"): 0.05 / 10_000,
    ("secretsmanager", "list_secret_version_ids"): 0.05 / 10_000,
    # AWS IoT Device Management pricing, fleet indexing: 0.05 for 10,000 queries.
    ("iot", "search_index"): 0.05 / 10_000,
    ("iot", "get_statistics"): 0.05 / 10_000,
    ("iot", "get_buckets_aggregation"): 0.05 / 10_000,
    # AWS IoT Core pricing, registry: 1.25 for a million operations.
    ("iot", "describe_certificate"): 1.25 / 1_000_000,
    ("iot", "list_thing_principals"): 1.25 / 1_000_000,
    ("iot", "list_targets_for_policy"): 1.25 / 1_000_000,
    ("iot", "list_things_in_thing_group"): 1.25 / 1_000_000,
    # SQS: 0.40 for a million requests, above the million that is always free.
    ("sqs", "get_queue_attributes"): 0.4 / 1_000_000,
    # CloudFront 1.00, its function 0.10 and the firewall 0.60 for a million requests. Most sites
    # stay within CloudFront's free ten million, which is not counted on.
    ("https", "get"): (1.0 + 0.1 + 0.6) / 1_000_000,
}


def cost(calls: Iterable[Call]) -> float:
    """Return what AWS bills for some calls, in USD."""
    return sum(_USD.get((call.service, call.operation), 0.0) * call.parts for call in calls)


def monthly(each: float, pace: float) -> float:
    """Return what something costs in a month, in USD. each: once; pace: seconds between two."""
    return each * MONTH / pace if pace else 0.0
