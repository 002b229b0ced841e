"""Names of things in AWS, made from a site's name in one place."""

from typing import Final

SITE_TAG: Final = "solarrally:site"
"""Key of the only tag that every stack carries. It never varies (see docs/architecture.md)."""

GLOBAL_REGION: Final = "us-east-1"
"""CloudFront's certificate, its WAF and the answers of every site live here."""

RECORD_PREFIX: Final = "/solarrally/sites/"


def stack_name(site: str, stack: str) -> str:
    """Return the CloudFormation stack name of one stack of a site."""
    return f"solarrally-{site}-{stack}"


def record_name(site: str) -> str:
    """Return the SSM parameter name that holds a site's answers (in us-east-1)."""
    return f"{RECORD_PREFIX}{site}"


def topic_prefix(site: str) -> str:
    """Return the MQTT prefix in AWS IoT that keeps two sites of one region apart."""
    return f"solarrally/{site}/"


def telemetry_topic(site: str, thing: str) -> str:
    """Return the topic that a charger publishes its telemetry to."""
    return f"{topic_prefix(site)}evse/{thing}/telemetry"


def thing_group(site: str) -> str:
    """Return the IoT thing group of a site's chargers."""
    return f"solarrally-{site}"


def thing_type(site: str) -> str:
    """Return the IoT thing type of a site's chargers."""
    return f"solarrally-{site}-charger"


def device_policy(site: str) -> str:
    """Return the IoT policy that a charger's certificate carries."""
    return f"solarrally-{site}-device"


def bridge_policy(site: str) -> str:
    """Return the IoT policy of the certificate that the tasks' MQTT bridges share."""
    return f"solarrally-{site}-bridge"
