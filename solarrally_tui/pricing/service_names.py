"""What the services of an AWS bill are called in an estimate, and what each does for a site."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class BilledService:
    """A service in words for people who do not know AWS's bills."""

    name: str
    """At most 21 letters: the bars of a narrow terminal leave no more room."""
    purpose: str


SERVICES: Final[Mapping[str, BilledService]] = {
    "AWSBackup": BilledService(
        "Backup vault", "Keeps copies of the database in a vault that nobody can empty early."
    ),
    "AWSDataTransfer": BilledService(
        "Data transfer", "Data that the tasks send out, and data between zones or Regions."
    ),
    "AWSELB": BilledService(
        "Load balancer", "Receives every request and passes it to a healthy task."
    ),
    "AWSIoT": BilledService("Charger messages", "Carries telemetry from chargers to the tasks."),
    "AWSLambda": BilledService(
        "Functions", "Run the application: one for requests, one for messages, one for pages."
    ),
    "AWSQueueService": BilledService(
        "Queue of messages", "Holds telemetry until a function has handled it."
    ),
    "AWSSecretsManager": BilledService(
        "Secrets", "Stores passwords and the certificate of the MQTT bridge."
    ),
    "AmazonApiGateway": BilledService(
        "API and live view", "Passes requests to the functions, and messages to open pages."
    ),
    "AmazonCloudFront": BilledService(
        "CloudFront", "Delivers the pages over HTTPS from a location near the viewer."
    ),
    "AmazonCloudWatch": BilledService("Monitoring and logs", "Stores logs and sends alarms."),
    "AmazonDynamoDB": BilledService(
        "Tables of functions", "Hold each charger's last message, and the open connections."
    ),
    "AmazonEC2": BilledService(
        "Outbound access", "Connects tasks without a public address to the Internet."
    ),
    "AmazonECR": BilledService("Container images", "Stores the application's container images."),
    "AmazonECS": BilledService(
        "Application tasks", "Run the application and its bridge to the chargers."
    ),
    "AmazonRDS": BilledService(
        "Database", "Stores users, encrypted and backed up. SolarRally stores no past sessions."
    ),
    "AmazonKinesisFirehose": BilledService(
        "Archive delivery", "Gathers telemetry into compressed files of the archive."
    ),
    "AmazonRegistrar": BilledService("Domain", "Registers the site's domain, a year at a time."),
    "AmazonRoute53": BilledService(
        "DNS and health checks",
        "Answers for the site's domain, and requests the site from several locations.",
    ),
    "AmazonS3": BilledService("Files", "Stores web files, build sources and the audit log."),
    "AmazonVPC": BilledService("Public addresses", "AWS bills each public address by the hour."),
    "CodeBuild": BilledService("Builds", "Builds the application in your account."),
    "awskms": BilledService("Encryption key", "A key of your account encrypts stored data."),
    "awswaf": BilledService(
        "Firewall", "Blocks known attacks and addresses that send too many requests."
    ),
}
"""By the service codes of AWS's price list. A test fails for a priced service that is not here."""
