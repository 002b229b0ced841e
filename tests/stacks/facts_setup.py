"""Facts as an account would have them, for tests that need no account."""

from solarrally_tui.stacks.facts import Facts, Images

DIGEST = "a1" * 32
REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"

FACTS = Facts(
    account_id="123456789012",
    partition="aws",
    availability_zones=("us-east-1a", "us-east-1b", "us-east-1c"),
    engine_version="17.6",
    cloudfront_prefix_list_id="pl-3b927c52",
    iot_host="abc-ats.iot.us-east-1.amazonaws.com",
    iot_port="8883",
    hosted_zone_id="Z0123456789ABC",
    build_source_key="builds/abc.zip",
    monthly_budget_usd=90,
    images=Images(
        app=f"{REGISTRY}/app@sha256:{DIGEST}",
        broker=f"{REGISTRY}/broker@sha256:{DIGEST}",
        app_repository_arn="arn:aws:ecr:us-east-1:123456789012:repository/app",
    ),
)
