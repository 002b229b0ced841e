"""Causes that tasks and their logs show."""

from typing import Final

from solarrally_tui.health.diagnosis.rules.rule import AGAIN, LIKELY, NEAR, SYMPTOM, TASK, Rule

_TASK_ERRORS = "ECS developer guide, Resolve Amazon ECS stopped task errors"
_APPLICATION = "SolarRally, observed behaviour of the backend"

TASKS: Final = (
    Rule(
        id="no-way-out",
        kinds=TASK,
        what="Tasks cannot reach AWS: outbound access from their subnets does not work.",
        next="Check the route tables, the NAT and the public IP addresses of the task "
        "subnets, and that the task's security group allows outbound port 443. " + AGAIN,
        source=_TASK_ERRORS,
        words=r"(?is)(?:ResourceInitializationError|CannotPull).*"
        r"(?:context deadline exceeded|i/o timeout|request canceled|connection issue)",
    ),
    Rule(
        id="secret-denied",
        kinds=TASK,
        what="The task's role is not allowed to read a secret that the task needs to start.",
        next="Allow the execution role to read the secret and to use its key "
        "(kms:Decrypt). " + AGAIN,
        source=_TASK_ERRORS,
        words=r"(?is)(?:unable to (?:pull|retrieve) secret).*AccessDenied",
    ),
    Rule(
        id="secret-missing",
        kinds=TASK,
        what="A secret that the task needs to start is missing or lacks a key.",
        next="See which secret AWS names. solarrally deploy fills the secret of the "
        "bridge. A secret that was deleted must be restored first.",
        source=_TASK_ERRORS,
        words=r"(?is)unable to (?:pull|retrieve) secret|can't find the specified secret"
        r"|did not contain json key|doesn't contain.{0,20}key",
    ),
    Rule(
        id="wrong-processor",
        kinds=(*TASK, "log"),
        what="The image was built for another processor architecture than the tasks have.",
        next="Set the architecture in the site file to the one of the image, or build the "
        "image for it. " + AGAIN,
        source="ECS developer guide, CannotPullContainer task errors; Linux, exec format error",
        words=r"(?i)exec format error|descriptor (?:matching|for) platform|no match for platform",
    ),
    Rule(
        id="out-of-memory",
        kinds=("container", "task", "log"),
        what="The container {resource} was stopped because it ran out of memory.",
        next="Choose a larger task size in the Size step or in the site file. " + AGAIN,
        source=_TASK_ERRORS + "; exit code 137",
        words=r"(?i)OutOfMemory|exit code 137|Killed process",
    ),
    Rule(
        id="database-password",
        kinds=("log",),
        what="The database rejects the application's password.",
        next="Run solarrally rotate {site}. It sets one new password for both and "
        "replaces the tasks.",
        source="PostgreSQL, error code 28P01 invalid_password",
        words=r"(?i)password authentication failed|InvalidPasswordError|28P01",
    ),
    Rule(
        id="database-untrusted",
        kinds=("log",),
        what="The application does not trust the certificate of its database.",
        next="Check that the image contains Amazon's RDS certificate authorities and that nothing "
        "between the tasks and the database replaces certificates. " + AGAIN,
        source=_APPLICATION + "; RDS user guide, Using SSL/TLS to encrypt a connection",
        words=r"SSLCertVerificationError|CERTIFICATE_VERIFY_FAILED",
        sure=LIKELY,
    ),
    Rule(
        id="database-unreachable",
        kinds=("log",),
        what="The application cannot reach its database.",
        next="See the evidence of the database. If it is available, check that its "
        "security group allows the tasks in on port 5432.",
        source=_APPLICATION,
        words=r"(?i)\b5432\b.*(?:refused|timed? ?out|unreachable)|(?:refused|timed? ?out).*\b5432\b"
        r"|could not translate host name|the database system is|CannotConnectNowError"
        r"|connection (?:was closed|to server).{0,60}(?:failed|closed|lost)|ConnectionDoesNotExist"
        r"|(?:TimeoutError|OSError|gaierror).{0,80}asyncpg"
        # The last lines of the backend's traceback, which connects to nothing else when it starts.
        r"|^(?:asyncio\.\w*\.?)?TimeoutError$|^(?:socket\.)?gaierror: |^ConnectionRefusedError: "
        r"|rds\.amazonaws\.com.{0,60}(?:fail|not known)",
        sure=LIKELY,
    ),
    Rule(
        id="bridge-refused",
        kinds=("log", "iot"),
        what="AWS IoT rejects the tasks' MQTT bridge.",
        next="Check the certificate and the policy of the bridge in AWS IoT. If the "
        "certificate is gone, solarrally deploy creates a new one.",
        source="mosquitto log; AWS IoT developer guide, CloudWatch log entries",
        words=r"(?i)connection refused: not authori[sz]ed|tlsv1 alert|host name verification failed"
        r"|AUTHORIZATION_FAILURE",
        sure=LIKELY,
    ),
    Rule(
        id="bridge-untrusted",
        kinds=("log",),
        what="The MQTT bridge does not trust the certificate of AWS IoT.",
        next="Check that nothing between the tasks and AWS IoT replaces certificates, and that the "
        "image contains Amazon Root CA 1. " + AGAIN,
        source="mosquitto log; AWS IoT developer guide, Server authentication",
        words=r"(?i)OpenSSL Error.*certificate verify failed|A TLS error occurred",
        sure=LIKELY,
    ),
    Rule(
        id="bridge-unreachable",
        kinds=("log",),
        what="The MQTT bridge cannot reach AWS IoT.",
        next="Check the endpoint of AWS IoT, and the outbound access of the tasks: DNS, NAT or "
        "public addresses, and port 8883 of the security group.",
        source="mosquitto log",
        words=r"(?i)Error (?:resolving|creating) bridge|Unable to connect to bridge",
        sure=LIKELY,
    ),
    Rule(
        id="bridge-closed",
        kinds=("log",),
        what="AWS IoT closes the connection of the tasks' MQTT bridge.",
        next="Check in AWS IoT that the bridge's certificate is active, and that its policy allows "
        "the client id. If the certificate is gone, solarrally deploy creates a new one.",
        source="mosquitto log; AWS IoT developer guide, Connect policy action",
        words=r"(?i)Client local\.\S+ (?:closed its connection|disconnected: Protocol error)",
        sure=LIKELY,
        depth=NEAR,
    ),
    Rule(
        id="code-broken",
        kinds=("log",),
        what="The application stops with an error in its own code.",
        next="Show the log line to the maintainer of the source, or choose another "
        "version in the Application step. solarrally source check lists known "
        "defects.",
        source=_APPLICATION,
        words=r"\b(?:ImportError|ModuleNotFoundError|SyntaxError|ArgumentError|NameError)\b",
        sure=LIKELY,
    ),
    Rule(
        id="container-exit",
        kinds=("container",),
        what="The container {resource} stops with exit code {code}.",
        next="Read its last lines in the application log. Fix the cause. " + AGAIN,
        source="ECS developer guide, View stopped task errors: exit codes",
        words=r"exit code [1-9]",
        sure=LIKELY,
        depth=NEAR,
        defaults={"code": "(unknown)"},
    ),
    Rule(
        id="health-check",
        kinds=("target", "task", "service-event"),
        what="The load balancer's health checks fail, so ECS replaces the tasks.",
        next="Read the application log. The application must answer /health on port 8000 "
        "within five seconds.",
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
        next="See the command of the check, and the container's last lines in the log.",
        source="ECS developer guide, Determine Amazon ECS task health",
        sure=LIKELY,
        depth=SYMPTOM,
    ),
)
