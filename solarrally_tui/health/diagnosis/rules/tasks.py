"""Causes that tasks and their logs tell."""

from typing import Final

from solarrally_tui.health.diagnosis.rules.rule import AGAIN, LIKELY, NEAR, SYMPTOM, TASK, Rule

_TASK_ERRORS = "ECS developer guide, Resolve Amazon ECS stopped task errors"
_APPLICATION = "SolarRally, observed behaviour of the backend"

TASKS: Final = (
    Rule(
        id="no-way-out",
        kinds=TASK,
        what="Tasks cannot reach AWS: the way out of their subnet does not work.",
        next="Check route tables, NAT and public addresses of the task subnets, and that the "
        "task's security group allows port 443 out. " + AGAIN,
        source=_TASK_ERRORS,
        words=r"(?is)(?:ResourceInitializationError|CannotPull).*"
        r"(?:context deadline exceeded|i/o timeout|request canceled|connection issue)",
    ),
    Rule(
        id="secret-denied",
        kinds=TASK,
        what="The task's role may not read a secret that the task starts with.",
        next="Let the execution role read the secret and use its key (kms:Decrypt). " + AGAIN,
        source=_TASK_ERRORS,
        words=r"(?is)(?:unable to (?:pull|retrieve) secret).*AccessDenied",
    ),
    Rule(
        id="secret-missing",
        kinds=TASK,
        what="A secret that the task starts with is not there, or lacks a key.",
        next="See which secret AWS names. Run solarrally deploy again: it fills the bridge's "
        "secret; a secret that was deleted must be restored first.",
        source=_TASK_ERRORS,
        words=r"(?is)unable to (?:pull|retrieve) secret|can't find the specified secret"
        r"|did not contain json key|doesn't contain.{0,20}key",
    ),
    Rule(
        id="wrong-processor",
        kinds=(*TASK, "log"),
        what="The image was built for another processor than the tasks have.",
        next="Make application and build use the same architecture in the site file. " + AGAIN,
        source="ECS developer guide, CannotPullContainer task errors; Linux, exec format error",
        words=r"(?i)exec format error|descriptor (?:matching|for) platform|no match for platform",
    ),
    Rule(
        id="out-of-memory",
        kinds=("container", "task", "log"),
        what="The container {resource} was killed because its memory did not suffice.",
        next="Choose a larger size for the tasks on Size. " + AGAIN,
        source=_TASK_ERRORS + "; exit code 137",
        words=r"(?i)OutOfMemory|exit code 137|Killed process",
    ),
    Rule(
        id="database-password",
        kinds=("log",),
        what="The database refuses the application's password.",
        next="Run solarrally rotate {site}: it gives both the same password and replaces the tasks."
        "",
        source="PostgreSQL, error code 28P01 invalid_password",
        words=r"(?i)password authentication failed|InvalidPasswordError|28P01",
    ),
    Rule(
        id="database-unreachable",
        kinds=("log",),
        what="The application cannot reach its database.",
        next="See below how the database is. If it is available, check that its security group "
        "lets the tasks in on port 5432.",
        source=_APPLICATION,
        words=r"(?i)\b5432\b.*(?:refused|timed? ?out|unreachable)|(?:refused|timed? ?out).*\b5432\b"
        r"|could not translate host name|the database system is|CannotConnectNowError"
        r"|connection (?:was closed|to server).{0,60}(?:failed|closed|lost)|ConnectionDoesNotExist"
        r"|(?:TimeoutError|OSError|gaierror).{0,80}asyncpg"
        r"|rds\.amazonaws\.com.{0,60}(?:fail|not known)",
        sure=LIKELY,
    ),
    Rule(
        id="bridge-refused",
        kinds=("log", "iot"),
        what="AWS IoT does not accept the MQTT bridge of the tasks.",
        next="Check the bridge's certificate and policy in AWS IoT. If the certificate is gone, "
        "solarrally deploy makes a new one.",
        source="mosquitto log; AWS IoT developer guide, CloudWatch log entries",
        words=r"(?i)connection refused: not authori[sz]ed|tlsv1 alert|host name verification failed"
        r"|Error (?:resolving|creating) bridge|AUTHORIZATION_FAILURE",
        sure=LIKELY,
    ),
    Rule(
        id="code-broken",
        kinds=("log",),
        what="The application ends with an error in its own code.",
        next="Show the line to whoever maintains the source, or choose another ref on Application. "
        "solarrally source check names known defects.",
        source=_APPLICATION,
        words=r"\b(?:ImportError|ModuleNotFoundError|SyntaxError|ArgumentError|NameError)\b",
        sure=LIKELY,
    ),
    Rule(
        id="container-exit",
        kinds=("container",),
        what="The container {resource} ends by itself with exit code {code}.",
        next="Read its last lines in the log below. " + AGAIN,
        source="ECS developer guide, View stopped task errors: exit codes",
        words=r"exit code [1-9]",
        sure=LIKELY,
        depth=NEAR,
    ),
    Rule(
        id="health-check",
        kinds=("target", "task", "service-event"),
        what="The load balancer's health checks fail, so AWS replaces the tasks.",
        next="Read the application's log: it must answer /health on port 8000 within five seconds.",
        source="Elastic Load Balancing user guide, Health check reason codes",
        words=r"(?i)Target\.(?:FailedHealthChecks|Timeout|ResponseCodeMismatch|NotRegistered)"
        r"|failed (?:ELB|container) health checks|is unhealthy in",
        sure=LIKELY,
        depth=SYMPTOM,
    ),
    Rule(
        id="container-check",
        kinds=("health-check",),
        what="The container {resource} does not pass its own health check.",
        next="See what the check asks, and the container's last lines in the log.",
        source="ECS developer guide, Determine Amazon ECS task health",
        sure=LIKELY,
        depth=SYMPTOM,
    ),
)
