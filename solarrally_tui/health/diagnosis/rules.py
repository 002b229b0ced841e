"""The rules: which words of AWS speak for which cause, and what to do. Data, with its sources.

A rule claims evidence of its kinds whose state and words match; the first in the table does.
"""

from dataclasses import dataclass
from typing import Final

from solarrally_tui.aws.reasons import REASONS
from solarrally_tui.health.diagnosis.model import Sureness

CERTAIN, LIKELY, POSSIBLE = Sureness.CERTAIN, Sureness.LIKELY, Sureness.POSSIBLE

ROOT, NEAR, SYMPTOM, ASIDE = 0, 1, 2, 9
"""How near to the root: a symptom is explained by whatever is nearer. Asides explain nothing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One cause and what speaks for it.

    Attributes:
        id: never changes; scripts rely on it.
        kinds: kinds of evidence, the most telling first.
        words: pattern in AWS's words; empty for any.
        state: pattern of the whole state; empty for any.
        what: a sentence; {resource}, {stack}, {state}, {words}, {who}, {action} and the facts of
            the leading evidence are filled in.
        depth: ROOT, NEAR, SYMPTOM or ASIDE.
        source: where AWS, or the application's contract, says so.
    """

    id: str
    kinds: tuple[str, ...]
    what: str
    next: str
    source: str
    words: str = ""
    state: str = ""
    sure: Sureness = CERTAIN
    depth: int = ROOT


_TASK = ("task", "container", "service-event", "deployment")
_AGAIN = "Then run solarrally deploy again; it continues where it stopped."
_TASK_ERRORS = "ECS developer guide, Resolve Amazon ECS stopped task errors"
_APPLICATION = "SolarRally, observed behaviour of the backend"
_RDS_STATUS = "RDS user guide, Viewing Amazon RDS DB instance status"
_ACM = "ACM API reference, DescribeCertificate"

_RUNTIME: Final = (
    Rule(
        "no-way-out", _TASK,
        "Tasks cannot reach AWS: the way out of their subnet does not work.",
        "Check route tables, NAT and public addresses of the task subnets, and that the task's "
        "security group allows port 443 out. " + _AGAIN,
        _TASK_ERRORS,
        r"(?is)(?:ResourceInitializationError|CannotPull).*"
        r"(?:context deadline exceeded|i/o timeout|request canceled|connection issue)",
    ),
    Rule(
        "secret-denied", _TASK,
        "The task's role may not read a secret that the task starts with.",
        "Let the execution role read the secret and use its key (kms:Decrypt). " + _AGAIN,
        _TASK_ERRORS, r"(?is)(?:unable to (?:pull|retrieve) secret).*AccessDenied",
    ),
    Rule(
        "secret-missing", _TASK,
        "A secret that the task starts with is not there, or lacks a key.",
        "See which secret AWS names. Run solarrally deploy again: it fills the bridge's secret; "
        "a secret that was deleted must be restored first.",
        _TASK_ERRORS,
        r"(?is)unable to (?:pull|retrieve) secret|can't find the specified secret"
        r"|did not contain json key|doesn't contain.{0,20}key",
    ),
    Rule(
        "wrong-processor", (*_TASK, "log"),
        "The image was built for another processor than the tasks have.",
        "Make application and build use the same architecture in the site file. " + _AGAIN,
        "ECS developer guide, CannotPullContainer task errors; Linux, exec format error",
        r"(?i)exec format error|descriptor (?:matching|for) platform|no match for platform",
    ),
    Rule(
        "out-of-memory", ("container", "task", "log"),
        "The container {resource} was killed because its memory did not suffice.",
        "Choose a larger size for the tasks on Size. " + _AGAIN,
        _TASK_ERRORS + "; exit code 137",
        r"(?i)OutOfMemory|exit code 137|Killed process",
    ),
    Rule(
        "database-password", ("log",),
        "The database refuses the application's password.",
        "Run solarrally rotate {site}: it gives both the same password and replaces the tasks.",
        "PostgreSQL, error code 28P01 invalid_password",
        r"(?i)password authentication failed|InvalidPasswordError|28P01",
    ),
    Rule(
        "database-unreachable", ("log",),
        "The application cannot reach its database.",
        "See below how the database is. If it is available, check that its security group lets "
        "the tasks in on port 5432.",
        _APPLICATION,
        r"(?i)\b5432\b.*(?:refused|timed? ?out|unreachable)|(?:refused|timed? ?out).*\b5432\b"
        r"|could not translate host name|the database system is|CannotConnectNowError"
        r"|connection (?:was closed|to server).{0,60}(?:failed|closed|lost)|ConnectionDoesNotExist"
        r"|(?:TimeoutError|OSError|gaierror).{0,80}asyncpg"
        r"|rds\.amazonaws\.com.{0,60}(?:fail|not known)",
        sure=LIKELY,
    ),
    Rule(
        "bridge-refused", ("log", "iot"),
        "AWS IoT does not accept the MQTT bridge of the tasks.",
        "Check the bridge's certificate and policy in AWS IoT. If the certificate is gone, "
        "solarrally deploy makes a new one.",
        "mosquitto log; AWS IoT developer guide, CloudWatch log entries",
        r"(?i)connection refused: not authori[sz]ed|tlsv1 alert|host name verification failed"
        r"|Error (?:resolving|creating) bridge|AUTHORIZATION_FAILURE",
        sure=LIKELY,
    ),
    Rule(
        "code-broken", ("log",),
        "The application ends with an error in its own code.",
        "Show the line to whoever maintains the source, or choose another ref on Application. "
        "solarrally source check names known defects.",
        _APPLICATION,
        r"\b(?:ImportError|ModuleNotFoundError|SyntaxError|ArgumentError|NameError)\b",
        sure=LIKELY,
    ),
    Rule(
        "container-exit", ("container",),
        "The container {resource} ends by itself with exit code {code}.",
        "Read its last lines in the log below. " + _AGAIN,
        "ECS developer guide, View stopped task errors: exit codes",
        r"exit code [1-9]", sure=LIKELY, depth=NEAR,
    ),
    Rule(
        "health-check", ("target", "task", "service-event"),
        "The load balancer's health checks fail, so AWS replaces the tasks.",
        "Read the application's log: it must answer /health on port 8000 within five seconds.",
        "Elastic Load Balancing user guide, Health check reason codes",
        r"(?i)Target\.(?:FailedHealthChecks|Timeout|ResponseCodeMismatch|NotRegistered)"
        r"|failed (?:ELB|container) health checks|is unhealthy in",
        sure=LIKELY, depth=SYMPTOM,
    ),
    Rule(
        "container-check", ("health-check",),
        "The container {resource} does not pass its own health check.",
        "See what the check asks, and the container's last lines in the log.",
        "ECS developer guide, Determine Amazon ECS task health", sure=LIKELY, depth=SYMPTOM,
    ),
)  # fmt: skip

_DATA: Final = (
    Rule(
        "database-full", ("database", "database-event", "log"),
        "The database's storage is full.",
        "Raise the storage in the site file and deploy, or in the RDS console: Modify. RDS grows "
        "by itself only up to the largest size of the site file.",
        _RDS_STATUS, r"(?i)storage-full|(?:storage|space).{0,60}(?:full|exhausted|exceed)"
        r"|No space left on device",
    ),
    Rule(
        "database-stopped", ("database",),
        "The database is stopped, so nobody can log in.",
        "Start it: aws rds start-db-instance --db-instance-identifier {resource}",
        _RDS_STATUS, state="stopped|stopping",
    ),
    Rule(
        "deleted", ("database", "distribution"),
        "{resource} was deleted outside CloudFormation.",
        "Restore it from its last snapshot or backup if it held data. CloudFormation does not "
        "notice by itself: ask CloudTrail who deleted it.",
        "RDS API reference, DBInstanceNotFound; CloudFront, NoSuchDistribution", state="deleted",
    ),
    Rule(
        "database-failed", ("database",),
        "The database is in a state that it does not leave by itself: {state}.",
        "Open it in the RDS console and read its events. A restore from the last backup helps in "
        "most of these states.",
        _RDS_STATUS, state=r"failed|incompatible-.*|inaccessible-.*|restore-error|storage-.*",
    ),
    Rule(
        "database-reboot", ("database",),
        "A changed setting of the database waits for its next restart.",
        "Restart it in a quiet hour: aws rds reboot-db-instance --db-instance-identifier "
        "{resource}",
        "RDS user guide, Working with parameter groups", state="pending-reboot",
        sure=POSSIBLE, depth=ASIDE,
    ),
    Rule(
        "database-event", ("database-event",),
        "RDS noted trouble with the database within the last day.",
        "Read the event. After a failover the application connects again by itself.",
        "RDS user guide, Amazon RDS event categories", sure=POSSIBLE, depth=SYMPTOM,
    ),
)  # fmt: skip

_EDGE: Final = (
    Rule(
        "certificate-caa", ("certificate", "stack-event"),
        "A CAA record of the domain forbids Amazon to issue the certificate.",
        "Add the CAA record 0 issue \"amazon.com\" to the domain. " + _AGAIN,
        _ACM + ": FailureReason CAA_ERROR", r"(?i)CAA_ERROR|CAA record",
    ),
    Rule(
        "certificate-failed", ("certificate",),
        "The certificate for {resource} was not issued: {state}.",
        "{reason} " + _AGAIN,
        _ACM + ": Status", state="FAILED|VALIDATION_TIMED_OUT|EXPIRED|REVOKED|INACTIVE",
    ),
    Rule(
        "certificate-pending", ("certificate",),
        "The certificate for {resource} waits for its DNS record.",
        "Set this where the domain's DNS is: {record} AWS looks for three days.",
        _ACM + ": PENDING_VALIDATION", state="PENDING_VALIDATION",
    ),
    Rule(
        "distribution-off", ("distribution",),
        "The CloudFront distribution is switched off.",
        "Switch it on in the CloudFront console, or run solarrally deploy again.",
        "CloudFront API reference, DistributionConfig: Enabled", state="Disabled",
    ),
    Rule(
        "distribution-busy", ("distribution",),
        "CloudFront is still carrying a change to all its places.",
        "Wait five to ten minutes and ask again.",
        "CloudFront API reference, Distribution: Status", state="InProgress",
        sure=POSSIBLE, depth=NEAR,
    ),
)  # fmt: skip

_STACKS: Final = (
    Rule(
        "build-failed", ("build-log", "build"),
        "The build {resource} failed in its phase {phase}.",
        "Fix what the line says in the source or choose another ref on Application. " + _AGAIN,
        "CodeBuild user guide, Build phase transitions",
        state="FAILED|FAULT|TIMED_OUT|STOPPED",
    ),
    Rule(
        "resource-failed", ("stack-event",),
        "AWS could not make or change {resource} in {stack}.",
        "The words of AWS name the cause. Fix it. " + _AGAIN,
        "CloudFormation user guide, Troubleshooting", depth=NEAR,
    ),
    Rule(
        "rollback-stuck", ("stack-stuck",),
        "The stack {stack} is stuck: its rollback failed at {resource}.",
        "Mend what keeps {resource} from going back, then in the console: Stack actions, Continue "
        "update rollback. Skip {resource} there only if it cannot be mended.",
        "CloudFormation user guide, Continue rolling back an update",
        state="UPDATE_ROLLBACK_FAILED|UPDATE_FAILED",
    ),
    Rule(
        "delete-stuck", ("stack-stuck",),
        "The stack {stack} is stuck: {resource} could not be deleted.",
        "Remove what AWS names, then run solarrally destroy {site} again.",
        "CloudFormation user guide, Delete stack fails",
        state="DELETE_FAILED|ROLLBACK_FAILED",
    ),
    Rule(
        "stack-deleted", ("stack-deleted",),
        "The stack {stack} was deleted.",
        "If nobody meant to, ask CloudTrail who did. solarrally deploy makes it again; data that "
        "it held comes back only from backups.",
        "CloudFormation API reference, ListStacks", depth=NEAR,
    ),
    Rule(
        "still-working", ("stack-busy",),
        "AWS is still at work on {stack}.",
        "Wait, or watch with solarrally deploy: it joins what runs.",
        "CloudFormation API reference, StackStatus", depth=SYMPTOM,
    ),
    Rule(
        "unfinished", ("stack-missing",),
        "The deployment never got to {stack}.",
        "Nothing that failed was seen: the run was probably cut off. Run solarrally deploy again.",
        "CloudFormation API reference, DescribeStacks", sure=LIKELY, depth=SYMPTOM,
    ),
)  # fmt: skip

_CHECKS: Final = (
    Rule(
        "bridge-inactive", ("check:bridge",),
        "The certificate of the MQTT bridge does not work, so no telemetry arrives.",
        "Activate it in the AWS IoT console under Certificates. Deploy leaves a certificate alone "
        "that somebody switched off.",
        "AWS IoT API reference, CertificateStatus", r"certificate is \w+",
    ),
    Rule(
        "bridge-missing", ("check:bridge",),
        "The MQTT bridge has no certificate yet, so no telemetry can arrive.",
        "Run solarrally deploy again: it makes one.",
        "AWS IoT API reference, ListTargetsForPolicy", r"No certificate carries", depth=SYMPTOM,
    ),
    Rule(
        "no-viewer-password", ("check:strangers",),
        "The dashboard lets nobody in: its password is not set up yet.",
        "Run solarrally deploy again: it sets the password up as its last steps.",
        "blueprints/edge, the function that asks for the password", r"password is not set up",
    ),
    Rule(
        "deleted-by-hand", ("check:service", "check:database", "check:trail", "check:budget",
                            "check:certificate"),
        "Something of the site was deleted outside CloudFormation.",
        "Ask CloudTrail who deleted it. CloudFormation does not notice by itself; what held data "
        "comes back only from backups.",
        "CloudFormation user guide, Detecting unmanaged changes", r"was deleted",
    ),
    Rule(
        "scaled-to-zero", ("check:service",),
        "The application was scaled to zero tasks.",
        "Set the service's desired count back to what the site file says, or deploy again.",
        "ECS API reference, Service: desiredCount", r"scaled to zero",
    ),
    Rule(
        "mqtt-down", ("check:application",),
        "The application has no connection to its MQTT broker.",
        "Look at the bridge's lines in the application log, and at AWS IoT's endpoint.",
        _APPLICATION + ": /health, mqtt_connected", r"MQTT broker", sure=LIKELY, depth=NEAR,
    ),
    Rule(
        "alerts-unconfirmed", ("check:alerts",),
        "Alerts reach nobody: the e-mail subscription is not confirmed.",
        "Open the mail AWS Notification, Subscription Confirmation, and confirm. The SNS console "
        "sends it again: Request confirmation.",
        "SNS developer guide, Confirm the subscription", depth=ASIDE,
    ),
    Rule(
        "chargers", ("check:chargers",),
        "Not every charger has an active certificate.",
        "Give the charger a new one: solarrally chargers add NAME --replace --site {site}.",
        "AWS IoT API reference, CertificateStatus", depth=ASIDE,
    ),
    Rule(
        "watching", ("check:budget", "check:trail", "check:strangers"),
        "{words}",
        "Run solarrally deploy again; it puts back what the site file wants.",
        "health check", depth=ASIDE,
    ),
    Rule(
        "alarm", ("alarm",),
        "An alarm rings: {resource}.",
        "Open the alarm: its graph shows since when.",
        "CloudWatch API reference, MetricAlarm: StateReason", sure=POSSIBLE, depth=SYMPTOM,
    ),
    Rule(
        "iot-failure", ("iot",),
        "AWS IoT noted failures of this site.",
        "Read the entries: they name client, rule and reason.",
        "AWS IoT developer guide, CloudWatch log entries", sure=POSSIBLE, depth=SYMPTOM,
    ),
    Rule(
        "check-failed", tuple(f"check:{each}" for each in (
            "stacks", "service", "targets", "page", "application", "live", "database",
            "certificate", "alarms")),
        "{title}: {words}",
        "Open the thing that the check names in the console.",
        "health check", sure=POSSIBLE, depth=SYMPTOM,
    ),
)  # fmt: skip

_SYMPTOMS: Final = frozenset({"not-stable"})
_WORDED: Final = tuple(
    Rule(
        reason.id,
        ("stack-event", "refused", *_TASK),
        reason.what,
        reason.next,
        reason.source,
        reason.pattern,
        depth=SYMPTOM if reason.id in _SYMPTOMS else ROOT,
    )
    for reason in REASONS
)
"""What deploying knows about AWS's words holds here too."""

RULES: Final = (*_EDGE, *_RUNTIME, *_WORDED, *_DATA, *_STACKS, *_CHECKS)
