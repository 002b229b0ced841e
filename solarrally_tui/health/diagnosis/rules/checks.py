"""Causes that the health checks of the site show, and its alarms."""

from typing import Final

from solarrally_tui.health.checks import PROBES
from solarrally_tui.health.diagnosis.rules.rule import ASIDE, LIKELY, NEAR, POSSIBLE, SYMPTOM, Rule

_APPLICATION = "SolarRally, observed behaviour of the backend"

CHECKS: Final = (
    Rule(
        id="bridge-inactive",
        kinds=("check:bridge",),
        what="The certificate of the MQTT bridge is not active, so no telemetry arrives.",
        next="In the AWS IoT console, open Certificates and activate it. Deploy does not "
        "activate a certificate that somebody deactivated.",
        source="AWS IoT API reference, CertificateStatus",
        words=r"certificate is \w+",
    ),
    Rule(
        id="bridge-missing",
        kinds=("check:bridge",),
        what="The MQTT bridge has no certificate yet, so no telemetry can arrive.",
        next="Run solarrally deploy again. It creates one.",
        source="AWS IoT API reference, ListTargetsForPolicy",
        words=r"No certificate carries",
        depth=SYMPTOM,
    ),
    Rule(
        id="no-viewer-password",
        kinds=("check:strangers",),
        what="The dashboard lets nobody in: its password is not set up yet.",
        next="Run solarrally deploy again. Its last steps set up the password.",
        source="blueprints/edge, the function that asks for the password",
        words=r"password is not set up",
        depth=SYMPTOM,
    ),
    Rule(
        id="deleted-by-hand",
        # A budget or a trail that is gone keeps nobody from charging: see watching.
        kinds=("check:service", "check:database", "check:certificate"),
        what="Part of the site was deleted outside CloudFormation.",
        next="Look up in CloudTrail who deleted it. CloudFormation does not notice such a "
        "deletion. Data comes back only from backups.",
        source="CloudFormation user guide, Detecting unmanaged changes",
        words=r"was deleted",
    ),
    Rule(
        id="scaled-to-zero",
        kinds=("check:service",),
        what="The application was scaled to zero tasks.",
        next="In the ECS console, set the desired count of the service back to the number "
        "in the site file, or run solarrally deploy again.",
        source="ECS API reference, Service: desiredCount",
        words=r"scaled to zero",
    ),
    Rule(
        id="mqtt-down",
        kinds=("check:application",),
        what="The application has no connection to its MQTT broker.",
        next="Read the lines of the bridge in the application log, and check the AWS IoT endpoint.",
        source=_APPLICATION + ": /health, mqtt_connected",
        words=r"MQTT broker",
        sure=LIKELY,
        depth=NEAR,
    ),
    Rule(
        id="alerts-unsubscribed",
        kinds=("check:alerts",),
        what="An address was unsubscribed from the alerts.",
        next="Run solarrally alerts subscribe {site} or deploy again. AWS sends an e-mail. Copy "
        "its link without opening it, and run solarrally alerts confirm {site} LINK. Then no link "
        "in an alert unsubscribes any more, also where a program that checks e-mail follows it.",
        source="github.com/aws-cloudformation/cloudformation-coverage-roadmap issue 2548",
        words=r"Nobody is subscribed|was unsubscribed",
        depth=ASIDE,
    ),
    Rule(
        id="alerts-unconfirmed",
        kinds=("check:alerts",),
        what="An alert e-mail subscription is not confirmed.",
        next='Open the e-mail "AWS Notification - Subscription Confirmation", also in the folder '
        "for spam. Copy its link and run solarrally alerts confirm {site} LINK. To get the e-mail "
        "again: solarrally alerts subscribe {site}.",
        source="SNS developer guide, Confirm the subscription",
        depth=ASIDE,
    ),
    Rule(
        id="name-not-pointed",
        kinds=("check:address",),
        what="The site serves, but its domain does not lead to it in DNS.",
        next="{words} It can take some minutes until a new record is visible.",
        source="CloudFront developer guide, Use custom URLs by adding alternate domain names",
        depth=ASIDE,
    ),
    Rule(
        id="chargers",
        kinds=("check:chargers",),
        what="Not every charger has an active certificate.",
        next="Issue a new one: solarrally chargers add NAME --to FOLDER --replace --site {site}",
        source="AWS IoT API reference, CertificateStatus",
        # Nearer than the silence of the telemetry that follows from it.
        depth=NEAR,
    ),
    Rule(
        id="watching",
        kinds=("check:account-settings", "check:budget", "check:trail", "check:strangers"),
        what="{words}",
        next="Run solarrally deploy again. If that changes nothing, correct it in the AWS "
        "console: CloudFormation does not notice changes made by hand.",
        source="health check",
        depth=ASIDE,
    ),
    Rule(
        id="alarm",
        kinds=("alarm",),
        what="The alarm {resource} is in alarm.",
        next="Open the alarm. Its graph shows since when.",
        source="CloudWatch API reference, MetricAlarm: StateReason",
        sure=POSSIBLE,
        depth=SYMPTOM,
    ),
    Rule(
        id="iot-failure",
        kinds=("iot",),
        what="AWS IoT logged failures of this site.",
        next="Read the entries. They name the client, the rule and the reason.",
        source="AWS IoT developer guide, CloudWatch log entries",
        sure=POSSIBLE,
        depth=SYMPTOM,
    ),
    Rule(
        id="check-failed",
        # Every check, so that none can fail without a cause. What is special comes before.
        kinds=tuple(f"check:{probe.id}" for probe in PROBES),
        what="{resource}: {words}",
        next="Open in the console what the check names.",
        source="health check",
        sure=POSSIBLE,
        depth=SYMPTOM,
    ),
)
