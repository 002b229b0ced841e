"""Causes that the checks of the site's health tell, and its alarms."""

from typing import Final

from solarrally_tui.health.diagnosis.rules.rule import ASIDE, LIKELY, NEAR, POSSIBLE, SYMPTOM, Rule

_APPLICATION = "SolarRally, observed behaviour of the backend"

CHECKS: Final = (
    Rule(
        id="bridge-inactive",
        kinds=("check:bridge",),
        what="The certificate of the MQTT bridge does not work, so no telemetry arrives.",
        next="Activate it in the AWS IoT console under Certificates. Deploy leaves a certificate "
        "alone that somebody switched off.",
        source="AWS IoT API reference, CertificateStatus",
        words=r"certificate is \w+",
    ),
    Rule(
        id="bridge-missing",
        kinds=("check:bridge",),
        what="The MQTT bridge has no certificate yet, so no telemetry can arrive.",
        next="Run solarrally deploy again: it makes one.",
        source="AWS IoT API reference, ListTargetsForPolicy",
        words=r"No certificate carries",
        depth=SYMPTOM,
    ),
    Rule(
        id="no-viewer-password",
        kinds=("check:strangers",),
        what="The dashboard lets nobody in: its password is not set up yet.",
        next="Run solarrally deploy again: it sets the password up as its last steps.",
        source="blueprints/edge, the function that asks for the password",
        words=r"password is not set up",
    ),
    Rule(
        id="deleted-by-hand",
        kinds=(
            "check:service",
            "check:database",
            "check:trail",
            "check:budget",
            "check:certificate",
        ),
        what="Something of the site was deleted outside CloudFormation.",
        next="Ask CloudTrail who deleted it. CloudFormation does not notice by itself; what held "
        "data comes back only from backups.",
        source="CloudFormation user guide, Detecting unmanaged changes",
        words=r"was deleted",
    ),
    Rule(
        id="scaled-to-zero",
        kinds=("check:service",),
        what="The application was scaled to zero tasks.",
        next="Set the service's desired count back to what the site file says, or deploy again.",
        source="ECS API reference, Service: desiredCount",
        words=r"scaled to zero",
    ),
    Rule(
        id="mqtt-down",
        kinds=("check:application",),
        what="The application has no connection to its MQTT broker.",
        next="Look at the bridge's lines in the application log, and at AWS IoT's endpoint.",
        source=_APPLICATION + ": /health, mqtt_connected",
        words=r"MQTT broker",
        sure=LIKELY,
        depth=NEAR,
    ),
    Rule(
        id="alerts-unconfirmed",
        kinds=("check:alerts",),
        what="Alerts reach nobody: the e-mail subscription is not confirmed.",
        next="Open the mail AWS Notification, Subscription Confirmation, and confirm. The SNS "
        "console sends it again: Request confirmation.",
        source="SNS developer guide, Confirm the subscription",
        depth=ASIDE,
    ),
    Rule(
        id="name-not-pointed",
        kinds=("check:address",),
        what="The site serves, but its name does not lead to it in DNS.",
        next="{words} A new record can take some minutes to be seen.",
        source="CloudFront developer guide, Use custom URLs by adding alternate domain names",
        depth=ASIDE,
    ),
    Rule(
        id="chargers",
        kinds=("check:chargers",),
        what="Not every charger has an active certificate.",
        next="Give the charger a new one: solarrally chargers add NAME --replace --site {site}.",
        source="AWS IoT API reference, CertificateStatus",
        depth=ASIDE,
    ),
    Rule(
        id="watching",
        kinds=("check:budget", "check:trail", "check:strangers"),
        what="{words}",
        next="Run solarrally deploy again; it puts back what the site file wants.",
        source="health check",
        depth=ASIDE,
    ),
    Rule(
        id="alarm",
        kinds=("alarm",),
        what="An alarm rings: {resource}.",
        next="Open the alarm: its graph shows since when.",
        source="CloudWatch API reference, MetricAlarm: StateReason",
        sure=POSSIBLE,
        depth=SYMPTOM,
    ),
    Rule(
        id="iot-failure",
        kinds=("iot",),
        what="AWS IoT noted failures of this site.",
        next="Read the entries: they name client, rule and reason.",
        source="AWS IoT developer guide, CloudWatch log entries",
        sure=POSSIBLE,
        depth=SYMPTOM,
    ),
    Rule(
        id="check-failed",
        kinds=tuple(
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
        what="{title}: {words}",
        next="Open the thing that the check names in the console.",
        source="health check",
        sure=POSSIBLE,
        depth=SYMPTOM,
    ),
)
