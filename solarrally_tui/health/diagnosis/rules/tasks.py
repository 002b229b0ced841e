"""Causes that tasks and their logs show."""

from typing import Final

from solarrally_tui.health.diagnosis.rules.rule import AGAIN, LIKELY, NEAR, SYMPTOM, TASK, Rule

_TASK_ERRORS = "ECS developer guide, Resolve Amazon ECS stopped task errors"

TASKS: Final = (
    Rule(
        id="no-way-out",
        kinds=TASK,
        what="Tasks cannot reach AWS: outbound access from their subnets does not work.",
        next="Check the route tables, the NAT and the public IP addresses of the task "
        "subnets, and that the task's security group allows outbound port 443. " + AGAIN,
        source=_TASK_ERRORS,
        words=r"(?is)(?:ResourceInitializationError|CannotPull).*"
        r"(?:context deadline exceeded|i/o timeout|request canceled|connection issue|no such host"
        r"|server misbehaving|network is unreachable|connection refused|TLS handshake timeout"
        r"|deadline exceeded|dial tcp)",
    ),
    Rule(
        id="log-denied",
        kinds=TASK,
        what="The task's role is not allowed to write the log that the task needs to start.",
        next="Allow the execution role logs:CreateLogStream and logs:PutLogEvents on the "
        "application's log group, and its key to CloudWatch Logs. " + AGAIN,
        source=_TASK_ERRORS + ": ResourceInitializationError, failed to validate logger args",
        words=r"(?is)(?:validate logger args|create Cloudwatch log stream).*(?:AccessDenied"
        r"|not authorized)",
    ),
    Rule(
        id="image-denied",
        kinds=TASK,
        what="The registry does not give the image to the tasks.",
        next="A private registry, or one of another account, must let the tasks' execution role "
        "pull the image: see the registry's permissions, or use the site's own builds. " + AGAIN,
        source="ECS developer guide, CannotPullContainer task errors",
        words=r"(?is)(?:CannotPull|pull registry auth|ecr:).*(?:pull access denied"
        r"|no basic auth credentials|403 Forbidden|unauthorized|AccessDenied|not authorized"
        r"|requested access to the resource is denied)",
    ),
    Rule(
        id="network-interface",
        kinds=TASK,
        what="AWS did not give a task its network interface.",
        next="Check that the subnets of the tasks have free addresses, and the quota of network "
        "interfaces. ECS tries again automatically.",
        source="ECS developer guide, stopped task errors: network interface provisioning; API "
        "failure reasons",
        words=r"(?i)network interface provisioning|RESOURCE:ENI|InsufficientFreeAddresses"
        r"|not have enough free addresses|failed to (?:attach|configure|create).{0,20}\bENI\b",
        sure=LIKELY,
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
        words=r"(?i)OutOfMemoryError: Container|\bOutOfMemory(?!Error: out of memory)|exit code 137"
        r"|Killed process|^Killed$|\bMemoryError\b|Cannot allocate memory|oom-kill|signal 9\b"
        r"|SIGKILL",
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
        id="task-replaced-by-aws",
        kinds=("task",),
        what="AWS stopped a task to replace it: Spot capacity was taken back, or its host was "
        "retired.",
        next="Nothing is wrong. ECS starts another task automatically. With size.fargate_spot, two "
        "tasks or more keep the site up meanwhile.",
        source="ECS developer guide, Fargate Spot termination notices, task retirement",
        words=r"(?i)Spot Task was interrupted|SpotInterruption|retirement"
        r"|maintenance on the underlying infrastructure",
        depth=SYMPTOM,
    ),
    Rule(
        id="essential-exit",
        kinds=("task",),
        what="A task ended because a container that it cannot do without has ended.",
        next="See which container it was, its exit code and its last lines in the application log.",
        source="ECS developer guide, stopped task errors: Essential container in task exited",
        words=r"(?i)essential container in task exited",
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
