"""Causes that functions show: their states, their logs, their queue."""

from typing import Final

from solarrally_tui.health.diagnosis.rules.rule import AGAIN, LIKELY, NEAR, POSSIBLE, SYMPTOM, Rule

_STATES: Final = "Lambda API reference, FunctionConfiguration: StateReasonCode"
_SEEN: Final = ("function", "stack-event")
"""Where Lambda says why a function cannot run: in its state, or when CloudFormation creates it."""

FUNCTIONS: Final = (
    Rule(
        id="function-image-denied",
        kinds=_SEEN,
        what="Lambda may not take the image of the functions from its repository.",
        next="The policy of the repository must let lambda.amazonaws.com pull images, as the stack "
        "build has it. " + AGAIN,
        source=f"{_STATES}; Lambda developer guide, Create a function using a container image",
        words=r"ImageAccessDenied|does not have permission to access the ECR image",
    ),
    Rule(
        id="function-image-missing",
        kinds=_SEEN,
        what="The image of the functions is not there, or Lambda cannot read it.",
        next="solarrally deploy builds an image that is missing. A function keeps running for a "
        "while after its image was deleted.",
        source=_STATES,
        words=r"ImageDeleted|InvalidImage|Source image \S+ does not exist",
    ),
    Rule(
        id="function-key",
        kinds=_SEEN,
        what="Lambda cannot use the encryption key of the site.",
        next="Check that the key is enabled and not about to be deleted, and that the role of the "
        "function may decrypt with it. " + AGAIN,
        source=_STATES,
        words=r"DisabledKMSKey|InvalidStateKMSKey|KMSKeyAccessDenied|KMSKeyNotFound",
    ),
    Rule(
        id="function-network",
        kinds=_SEEN,
        what="Lambda cannot connect the function to the network of the site.",
        next="Check that the private subnets have free addresses, and that the role of the "
        "function may create network interfaces. " + AGAIN,
        source=_STATES,
        words=r"SubnetOutOfIPAddresses|EniLimitExceeded|InsufficientRolePermissions"
        r"|InvalidSubnet|InvalidSecurityGroup|CreateNetworkInterface",
    ),
    Rule(
        id="function-deleted",
        kinds=("function", "check:functions"),
        what="A function was deleted outside CloudFormation.",
        next="Look up in CloudTrail who deleted it. CloudFormation does not notice such a "
        "deletion: change its template, or destroy and deploy again.",
        source="CloudFormation user guide, Detecting unmanaged changes",
        words=r"was deleted",
    ),
    Rule(
        id="function-not-ready",
        kinds=("function",),
        what="The function {resource} is not ready: its state is {state}.",
        next="Wait some minutes and look again: Lambda prepares a function after its creation. See "
        "AWS's words if it stays so.",
        source="Lambda developer guide, Lambda function states",
        state=r"Pending|Failed",
        sure=LIKELY,
        depth=NEAR,
    ),
    Rule(
        id="function-not-updated",
        kinds=("function",),
        what="The function {resource} was not updated, and runs as it was before.",
        next="See AWS's words. " + AGAIN,
        source="Lambda API reference, FunctionConfiguration: LastUpdateStatus",
        words=r"LastUpdateStatus: Failed",
        depth=NEAR,
    ),
    Rule(
        id="function-no-way",
        kinds=("log",),
        what="A function cannot reach AWS from the network of the site.",
        next="Functions there reach Secrets Manager and DynamoDB by endpoints of the stack "
        "network. Check that they exist and that their security group admits the function. "
        + AGAIN,
        source="Lambda developer guide, Troubleshoot networking issues; botocore, "
        "ConnectTimeoutError and EndpointConnectionError",
        words=r"(?i)(?:connect timeout on|could not connect to the|failed to connect to proxy)"
        r".{0,20}endpoint URL",
        printed_by="botocore",
        checked="source: botocore 1.43 exceptions",
    ),
    Rule(
        id="function-secret",
        kinds=("log",),
        what="A function cannot read a secret that it needs to start.",
        next="See which secret AWS names. The role of the function must be allowed to read it and "
        "to decrypt with the key of the site. A deleted secret must be restored first.",
        source="Secrets Manager API reference, GetSecretValue",
        words=r"(?i)when calling the GetSecretValue operation",
        printed_by="botocore",
        checked="source: botocore 1.43 exceptions",
    ),
    Rule(
        id="function-denied",
        kinds=("log",),
        what="The role of a function lacks a permission.",
        next="See AWS's words: they name the role, the action and the resource. " + AGAIN,
        source="IAM user guide, Troubleshoot access denied error messages",
        words=r"(?i)An error occurred \((?:AccessDenied\w*|Forbidden\w*|UnauthorizedOperation)\) "
        r"when calling the \w+ operation",
        printed_by="botocore",
        checked="source: botocore 1.43 exceptions",
    ),
    Rule(
        id="function-memory",
        kinds=("log",),
        what="A function was stopped because it ran out of memory.",
        next="Look at the line REPORT before it: Max Memory Used. If that is all that the function "
        "has, raise MemorySize in the template of the stack functions and tell us. " + AGAIN,
        source="Lambda developer guide, Troubleshoot invocation issues: Runtime.ExitError",
        words=r"Runtime exited with error: signal: killed|Runtime\.OutOfMemory",
        printed_by="Lambda",
        checked="documented: Lambda developer guide",
    ),
    Rule(
        id="function-start",
        kinds=("log",),
        what="A function does not start: its program ends before it takes a call.",
        next="See the lines before, which are the program's own. Compare the commit of the "
        "application with the one that ran before; solarrally rollback brings that back.",
        source="Lambda developer guide, Troubleshoot invocation issues",
        words=r"Runtime\.(?:ExitError|ImportModuleError|HandlerNotFound|InvalidEntrypoint"
        r"|InvalidWorkingDir|UserCodeSyntaxError|MalformedHandlerName)|Extension\.LaunchError"
        r"|INIT_REPORT .*Status: (?:error|timeout)|Runtime exited (?:with error|without providing)",
        sure=LIKELY,
        printed_by="Lambda, awslambdaric",
        checked="source: awslambdaric 4 bootstrap",
    ),
    Rule(
        id="function-timeout",
        kinds=("log",),
        what="A function took longer than it may.",
        next="See what it waited for in the lines before: usually the database, or an address that "
        "it cannot reach.",
        source="Lambda developer guide, Troubleshoot invocation issues: Task timed out",
        words=r"Task timed out after [\d.]+ seconds|Status: timeout",
        sure=LIKELY,
        depth=NEAR,
        printed_by="Lambda",
        checked="documented: Lambda developer guide",
    ),
    Rule(
        id="queue-refused",
        kinds=("log", "iot"),
        what="AWS IoT cannot put messages into the queue, so no telemetry arrives.",
        next="The role of the rule must be allowed to send messages to the queue. " + AGAIN,
        source="AWS IoT developer guide, Error handling (error action), SQS",
        words=r"(?is)SqsAction|Failed to send message to SQS",
        printed_by="AWS IoT",
        checked="documented: AWS IoT developer guide",
    ),
    Rule(
        id="queue-unread",
        kinds=("event-source", "check:queue"),
        what="Nobody reads the queue of messages, so no telemetry arrives.",
        next="Enable the trigger of the function for messages in the Lambda console. If it was "
        "deleted, deploy does not create it again: change the template, or destroy and deploy.",
        source="Lambda developer guide, Using Lambda with Amazon SQS",
        words=r"Nobody reads the queue|State: (?:Disabled|Disabling|Deleting)|was deleted",
    ),
    Rule(
        id="queue-failing",
        kinds=("event-source", "check:queue", "queue"),
        what="Messages wait in the queue, because the function that takes them fails or is slow.",
        next="See the log of the function for messages. Messages that fail three times are put "
        "aside, and the others follow.",
        source="Lambda API reference, EventSourceMappingConfiguration: LastProcessingResult",
        words=r"PROBLEM:|pile up|are late|ApproximateNumberOfMessages: [1-9]\d{2,}",
        sure=LIKELY,
        depth=SYMPTOM,
    ),
    Rule(
        id="dead-letters",
        kinds=("dead-letters", "check:queue"),
        what="Messages of chargers failed again and again, and were put aside.",
        next="See the log of the function for messages for what failed. Read one of the messages "
        "in the SQS console, and purge the queue of dead letters once the cause is gone.",
        source="SQS developer guide, Dead-letter queues",
        words=r"ApproximateNumberOfMessages: [1-9]|set aside",
        sure=LIKELY,
        depth=SYMPTOM,
    ),
    Rule(
        id="function-throttled",
        kinds=("check:functions", "log"),
        what="The account runs as many functions as it may, so AWS refuses calls.",
        next="Ask for more in Service Quotas: Concurrent executions of AWS Lambda. New accounts "
        "may run ten at a time.",
        source="Lambda developer guide, Lambda quotas and function scaling",
        words=r"AWS refused \d+ calls|TooManyRequestsException",
    ),
    Rule(
        id="function-failing",
        kinds=("check:functions",),
        what="Calls of a function fail.",
        next="See the log of the function (solarrally logs --source functions) for what it says.",
        source="Lambda developer guide, Types of metrics for Lambda functions: Errors",
        words=r"[Ee]very call|calls of the function for \w+ failed",
        sure=POSSIBLE,
        depth=SYMPTOM,
    ),
)
