"""Causes that tasks and their logs tell."""

from typing import Final

from solarrally_tui.health.diagnosis.rules.rule import AGAIN, LIKELY, NEAR, SYMPTOM, TASK, Rule

_TASK_ERRORS = "ECS developer guide, Resolve Amazon ECS stopped task errors"
_APPLICATION = "SolarRally, observed behaviour of the backend"

TASKS: Final = (
    Rule(
        "no-way-out",
        TASK,
        "Tasks cannot reach AWS: the way out of their subnet does not work.",
        "Check route tables, NAT and public addresses of the task subnets, and that the task's "
        "security group allows port 443 out. " + AGAIN,
        _TASK_ERRORS,
        r"(?is)(?:ResourceInitializationError|CannotPull).*"
        r"(?:context deadline exceeded|i/o timeout|request canceled|connection issue)",
    ),
    Rule(
        "secret-denied",
        TASK,
        "The task's role may not read a secret that the task starts with.",
        "Let the execution role read the secret and use its key (kms:Decrypt). " + AGAIN,
        _TASK_ERRORS,
        r"(?is)(?:unable to (?:pull|retrieve) secret).*AccessDenied",
    ),
    Rule(
        "secret-missing",
        TASK,
        "A secret that the task starts with is not there, or lacks a key.",
        "See which secret AWS names. Run solarrally deploy again: it fills the bridge's secret; "
        "a secret that was deleted must be restored first.",
        _TASK_ERRORS,
        r"(?is)unable to (?:pull|retrieve) secret|can't find the specified secret"
        r"|did not contain json key|doesn't contain.{0,20}key",
    ),
    Rule(
        "wrong-processor",
        (*TASK, "log"),
        "The image was built for another processor than the tasks have.",
        "Make application and build use the same architecture in the site file. " + AGAIN,
        "ECS developer guide, CannotPullContainer task errors; Linux, exec format error",
        r"(?i)exec format error|descriptor (?:matching|for) platform|no match for platform",
    ),
    Rule(
        "out-of-memory",
        ("container", "task", "log"),
        "The container {resource} was killed because its memory did not suffice.",
        "Choose a larger size for the tasks on Size. " + AGAIN,
        _TASK_ERRORS + "; exit code 137",
        r"(?i)OutOfMemory|exit code 137|Killed process",
    ),
    Rule(
        "database-password",
        ("log",),
        "The database refuses the application's password.",
        "Run solarrally rotate {site}: it gives both the same password and replaces the tasks.",
        "PostgreSQL, error code 28P01 invalid_password",
        r"(?i)password authentication failed|InvalidPasswordError|28P01",
    ),
    Rule(
        "database-unreachable",
        ("log",),
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
        "bridge-refused",
        ("log", "iot"),
        "AWS IoT does not accept the MQTT bridge of the tasks.",
        "Check the bridge's certificate and policy in AWS IoT. If the certificate is gone, "
        "solarrally deploy makes a new one.",
        "mosquitto log; AWS IoT developer guide, CloudWatch log entries",
        r"(?i)connection refused: not authori[sz]ed|tlsv1 alert|host name verification failed"
        r"|Error (?:resolving|creating) bridge|AUTHORIZATION_FAILURE",
        sure=LIKELY,
    ),
    Rule(
        "code-broken",
        ("log",),
        "The application ends with an error in its own code.",
        "Show the line to whoever maintains the source, or choose another ref on Application. "
        "solarrally source check names known defects.",
        _APPLICATION,
        r"\b(?:ImportError|ModuleNotFoundError|SyntaxError|ArgumentError|NameError)\b",
        sure=LIKELY,
    ),
    Rule(
        "container-exit",
        ("container",),
        "The container {resource} ends by itself with exit code {code}.",
        "Read its last lines in the log below. " + AGAIN,
        "ECS developer guide, View stopped task errors: exit codes",
        r"exit code [1-9]",
        sure=LIKELY,
        depth=NEAR,
    ),
    Rule(
        "health-check",
        ("target", "task", "service-event"),
        "The load balancer's health checks fail, so AWS replaces the tasks.",
        "Read the application's log: it must answer /health on port 8000 within five seconds.",
        "Elastic Load Balancing user guide, Health check reason codes",
        r"(?i)Target\.(?:FailedHealthChecks|Timeout|ResponseCodeMismatch|NotRegistered)"
        r"|failed (?:ELB|container) health checks|is unhealthy in",
        sure=LIKELY,
        depth=SYMPTOM,
    ),
    Rule(
        "container-check",
        ("health-check",),
        "The container {resource} does not pass its own health check.",
        "See what the check asks, and the container's last lines in the log.",
        "ECS developer guide, Determine Amazon ECS task health",
        sure=LIKELY,
        depth=SYMPTOM,
    ),
)
