"""Causes that the health checks of the site show, and its alarms."""

from typing import Final

from solarrally_tui.health.checks import PROBES
from solarrally_tui.health.diagnosis.rules.logs import REJECTED
from solarrally_tui.health.diagnosis.rules.rule import ASIDE, LIKELY, NEAR, POSSIBLE, SYMPTOM, Rule
from solarrally_tui.health.interruption import INTERRUPTED

_APPLICATION = "SolarRally, observed behaviour of the backend"
_BRIDGES: Final = frozenset({"bridge-unreachable", "bridge-closed", "bridge-refused"})
"""What the bridges of the tasks write. With a hub it is the hub that they do not reach."""

CHECKS: Final = (
    Rule(
        id="bridge-inactive",
        kinds=("check:bridge",),
        what="The certificate with which the tasks, or the hub, connect to AWS IoT is not active, "
        "so no telemetry arrives.",
        next="In the AWS IoT console, open Certificates and activate it. Deploy does not "
        "activate a certificate that somebody deactivated.",
        source="AWS IoT API reference, CertificateStatus",
        words=r"certificate is \w+",
        explains=frozenset({"hub-unlinked"}),
    ),
    Rule(
        id="hub-down",
        kinds=("check:hub",),
        what="The hub does not run, so no task gets telemetry.",
        next="ECS starts another within about a minute. If none comes, open the service of the hub "
        "in the ECS console and read why its tasks stop. If it is scaled to zero, set its desired "
        "count to 1.",
        source="ECS API reference, Service; blueprints/app, HubService",
        words=r"hub does not run(?!: its ECS service was deleted)",
        depth=NEAR,
        explains=_BRIDGES,
    ),
    Rule(
        id="hub-unreached",
        kinds=("check:hub",),
        what="No task reaches the hub, so no telemetry arrives.",
        next="Check that the security group of the hub admits the tasks on port 1883, and that the "
        "private name of the hub is in AWS Cloud Map.",
        source="blueprints/app, HubSecurityGroup and HubDiscovery",
        words=r"no task reaches it|tasks do not reach it",
        sure=LIKELY,
        depth=NEAR,
        explains=_BRIDGES,
    ),
    Rule(
        id="hub-unlinked",
        kinds=("check:hub",),
        what="The hub has no link to AWS IoT, so no telemetry arrives.",
        next="Check the bridge's certificate and policy in AWS IoT, which the hub uses, and the "
        "outbound access of the hub to port 8883.",
        source="blueprints/app, HubTaskDefinition",
        words=r"none of its \d+ links",
        sure=LIKELY,
        depth=NEAR,
    ),
    Rule(
        id="hub-links",
        kinds=("check:hub",),
        what="Some links of the hub to AWS IoT are down. Messages take the others.",
        next="Wait a minute: the hub connects each link again. If it does not, read the lines of "
        "the hub in the application log.",
        source="AWS IoT developer guide, MQTT, shared subscriptions",
        words=r"\d+ of \d+ links",
        sure=POSSIBLE,
        depth=ASIDE,
    ),
    Rule(
        id="bridge-missing",
        kinds=("check:bridge",),
        what="The MQTT bridge has no certificate with its policy, so no telemetry can arrive.",
        next="Run solarrally deploy FILE again. It creates one.",
        source="AWS IoT API reference, ListTargetsForPolicy",
        words=r"No certificate carries",
        depth=SYMPTOM,
        explains=_BRIDGES,
    ),
    Rule(
        id="no-viewer-password",
        kinds=("check:strangers",),
        what="The dashboard lets nobody in: its password is not set up yet.",
        next="Run solarrally deploy FILE again. Its last steps set up the password.",
        source="blueprints/edge, the function that asks for the password",
        words=r"password is not set up",
        depth=SYMPTOM,
    ),
    Rule(
        id="deleted-by-hand",
        # A budget or a trail that is gone keeps nobody from charging: see watching.
        kinds=("check:service", "check:hub", "check:database", "check:certificate"),
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
        "in the site file, or run solarrally deploy FILE again.",
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
        id="telemetry-rejected",
        kinds=("check:telemetry",),
        what="The application rejects messages of chargers.",
        next=REJECTED,
        source=_APPLICATION + ": models/telemetry.py and utils/mqtt_client.py",
        words=r"application rejects messages",
    ),
    Rule(
        id="telemetry-unpublished",
        kinds=("check:telemetry",),
        what="Chargers are connected, and no message of them arrives at AWS IoT or leaves it.",
        next="Check that the chargers publish, on their own topic and with QoS 0 or 1. AWS IoT "
        "disconnects a charger that publishes on another topic; its log names it.",
        source="AWS IoT developer guide, Publish policy actions",
        words=r"between the chargers and",
        sure=LIKELY,
        depth=NEAR,
    ),
    Rule(
        id="telemetry-bridge",
        kinds=("check:telemetry",),
        what="AWS IoT accepts messages, and the MQTT bridge of the tasks does not get them.",
        next="Read the lines of the broker in the application log. Check the bridge's certificate "
        "and policy in AWS IoT, and the outbound access of the tasks to port 8883.",
        source=_APPLICATION + ": the bridge's topics; AWS IoT developer guide, Receive",
        words=r"between AWS IoT and the bridge",
        sure=LIKELY,
        depth=NEAR,
    ),
    Rule(
        id="telemetry-hub",
        kinds=("check:telemetry",),
        what="AWS IoT accepts messages, and the hub does not get them.",
        next="Read the lines of the hub in the application log. Check the bridge's certificate and "
        "policy in AWS IoT, which the hub uses, and the outbound access of the hub to port 8883.",
        source="blueprints/app, HubTaskDefinition; AWS IoT developer guide, Receive",
        words=r"between AWS IoT and the hub",
        sure=LIKELY,
        depth=NEAR,
    ),
    Rule(
        id="telemetry-from-hub",
        kinds=("check:telemetry",),
        what="The tasks do not get what the hub has, or it does not run.",
        next="Look at the service of the hub in the ECS console: it should run one task. Check "
        "that its security group admits the tasks on port 1883.",
        source="blueprints/app, HubService and HubSecurityGroup",
        words=r"between the hub and the bridge",
        sure=LIKELY,
        depth=SYMPTOM,
    ),
    Rule(
        id="telemetry-backend",
        kinds=("check:telemetry",),
        what="The bridge delivers messages, and the backend does not pass them on to viewers.",
        next="Replace the tasks: in the ECS console, force a new deployment of the service. If it "
        "returns, read the backend's lines in the application log.",
        source=_APPLICATION + ": utils/websocket_manager.py sends to one viewer after the other",
        words=r"between the bridge and the backend",
        sure=LIKELY,
        depth=NEAR,
    ),
    Rule(
        id="telemetry-page",
        kinds=("check:telemetry",),
        what="The tasks show messages, and they do not arrive at the page.",
        next="Check CloudFront's behavior for /ws/* and the targets of the load balancer.",
        source="CloudFront developer guide, Use WebSockets with CloudFront distributions",
        words=r"between the backend and the page",
        sure=LIKELY,
        depth=NEAR,
    ),
    Rule(
        id="charger-clock",
        kinds=("check:telemetry",),
        what="Messages of a charger come late, or its clock is wrong.",
        next="Compare the charger's clock with the time, in UTC, and let it follow a time server. "
        "If the clock is right, look for messages that wait: in the charger, or in its network.",
        source=_APPLICATION + ": the page shows a message's own timestamp",
        words=r"charger's clock is wrong",
        sure=LIKELY,
        depth=NEAR,
    ),
    Rule(
        id="chargers-silent",
        kinds=("check:telemetry",),
        what="Chargers are connected and send nothing.",
        next="{words} Check them on site: they hold their connection and publish no telemetry.",
        source="AWS IoT developer guide, Lifecycle events",
        words=r"connected and silent",
        sure=LIKELY,
        depth=ASIDE,
    ),
    Rule(
        id="chargers-offline",
        kinds=("check:telemetry", "check:chargers"),
        what="No charger is connected to AWS IoT.",
        next="Check power and network of the chargers, and their certificates in AWS IoT. Try one: "
        "the README.txt of its folder has a line to paste.",
        source="AWS IoT developer guide, Managing thing indexing: connectivity.connected",
        words=r"none is connected to AWS IoT",
        sure=LIKELY,
        depth=SYMPTOM,
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
        next="Issue a new one: solarrally chargers replace NAME --to FOLDER --site {site}",
        source="AWS IoT API reference, CertificateStatus",
        # Nearer than the silence of the telemetry that follows from it.
        depth=NEAR,
    ),
    Rule(
        id="run-interrupted",
        kinds=("check:run",),
        what="The last deployment was interrupted before its end.",
        next="Run solarrally deploy FILE again. It continues where it stopped.",
        source="the note of a run that works, and that of one that was left (deployed/run_lock.py)",
        words=INTERRUPTED,
        # What AWS itself refused comes first: its evidence has a time.
        depth=NEAR,
        explains=frozenset({"no-viewer-password", "unfinished"}),
    ),
    Rule(
        id="change-failed",
        kinds=("check:run",),
        what="The last change of the site did not end well.",
        next="Run the same command again. It continues where it stopped.",
        source="the note that every deployment leaves at its end (deployed/run_lock.py)",
        words=r"did not end well|stopped without ending",
        depth=SYMPTOM,
    ),
    Rule(
        id="watching",
        kinds=(
            "check:log-retention",
            "check:account-settings",
            "check:budget",
            "check:trail",
            "check:strangers",
        ),
        what="{words}",
        next="Run solarrally deploy FILE again. If that changes nothing, correct it in the AWS "
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
