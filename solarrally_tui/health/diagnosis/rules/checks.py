"""Causes that the checks of the site's health tell, and its alarms."""

from typing import Final

from solarrally_tui.health.diagnosis.rules.rule import ASIDE, LIKELY, NEAR, POSSIBLE, SYMPTOM, Rule

_APPLICATION = "SolarRally, observed behaviour of the backend"

CHECKS: Final = (
    Rule(
        "bridge-inactive",
        ("check:bridge",),
        "The certificate of the MQTT bridge does not work, so no telemetry arrives.",
        "Activate it in the AWS IoT console under Certificates. Deploy leaves a certificate alone "
        "that somebody switched off.",
        "AWS IoT API reference, CertificateStatus",
        r"certificate is \w+",
    ),
    Rule(
        "bridge-missing",
        ("check:bridge",),
        "The MQTT bridge has no certificate yet, so no telemetry can arrive.",
        "Run solarrally deploy again: it makes one.",
        "AWS IoT API reference, ListTargetsForPolicy",
        r"No certificate carries",
        depth=SYMPTOM,
    ),
    Rule(
        "no-viewer-password",
        ("check:strangers",),
        "The dashboard lets nobody in: its password is not set up yet.",
        "Run solarrally deploy again: it sets the password up as its last steps.",
        "blueprints/edge, the function that asks for the password",
        r"password is not set up",
    ),
    Rule(
        "deleted-by-hand",
        ("check:service", "check:database", "check:trail", "check:budget", "check:certificate"),
        "Something of the site was deleted outside CloudFormation.",
        "Ask CloudTrail who deleted it. CloudFormation does not notice by itself; what held data "
        "comes back only from backups.",
        "CloudFormation user guide, Detecting unmanaged changes",
        r"was deleted",
    ),
    Rule(
        "scaled-to-zero",
        ("check:service",),
        "The application was scaled to zero tasks.",
        "Set the service's desired count back to what the site file says, or deploy again.",
        "ECS API reference, Service: desiredCount",
        r"scaled to zero",
    ),
    Rule(
        "mqtt-down",
        ("check:application",),
        "The application has no connection to its MQTT broker.",
        "Look at the bridge's lines in the application log, and at AWS IoT's endpoint.",
        _APPLICATION + ": /health, mqtt_connected",
        r"MQTT broker",
        sure=LIKELY,
        depth=NEAR,
    ),
    Rule(
        "alerts-unconfirmed",
        ("check:alerts",),
        "Alerts reach nobody: the e-mail subscription is not confirmed.",
        "Open the mail AWS Notification, Subscription Confirmation, and confirm. The SNS console "
        "sends it again: Request confirmation.",
        "SNS developer guide, Confirm the subscription",
        depth=ASIDE,
    ),
    Rule(
        "name-not-pointed",
        ("check:address",),
        "The site serves, but its name does not lead to it in DNS.",
        "{words} A new record can take some minutes to be seen.",
        "CloudFront developer guide, Use custom URLs by adding alternate domain names",
        depth=ASIDE,
    ),
    Rule(
        "chargers",
        ("check:chargers",),
        "Not every charger has an active certificate.",
        "Give the charger a new one: solarrally chargers add NAME --replace --site {site}.",
        "AWS IoT API reference, CertificateStatus",
        depth=ASIDE,
    ),
    Rule(
        "watching",
        ("check:budget", "check:trail", "check:strangers"),
        "{words}",
        "Run solarrally deploy again; it puts back what the site file wants.",
        "health check",
        depth=ASIDE,
    ),
    Rule(
        "alarm",
        ("alarm",),
        "An alarm rings: {resource}.",
        "Open the alarm: its graph shows since when.",
        "CloudWatch API reference, MetricAlarm: StateReason",
        sure=POSSIBLE,
        depth=SYMPTOM,
    ),
    Rule(
        "iot-failure",
        ("iot",),
        "AWS IoT noted failures of this site.",
        "Read the entries: they name client, rule and reason.",
        "AWS IoT developer guide, CloudWatch log entries",
        sure=POSSIBLE,
        depth=SYMPTOM,
    ),
    Rule(
        "check-failed",
        tuple(
            f"check:{each}"
            for each in (
                "stacks",
                "service",
                "targets",
                "page",
                "application",
                "live",
                "database",
                "certificate",
                "alarms",
            )
        ),
        "{title}: {words}",
        "Open the thing that the check names in the console.",
        "health check",
        sure=POSSIBLE,
        depth=SYMPTOM,
    ),
)
