"""Words of Lambda, SQS and AWS IoT about functions, with where they stand."""

from tests.health.met import Met

_STATES = "Lambda API reference, FunctionConfiguration"
_CHECK = "health check"

FUNCTIONS = (
    Met(
        "function-image-denied",
        "stack-event",
        'Resource handler returned message: "Lambda does not have permission to access the ECR '
        'image. Check the ECR permissions. (Service: Lambda, Status Code: 403)"',
        "github.com: logs of deployments in several repositories",
        "CREATE_FAILED",
    ),
    Met("function-image-denied", "function", "State: Failed. ImageAccessDenied", _STATES, "Failed"),
    Met(
        "function-image-missing",
        "stack-event",
        "Source image 123456789012.dkr.ecr.eu-central-1.amazonaws.com/app@sha256:0 does not exist. "
        "Provide a valid source image.",
        "Lambda developer guide, Create a function using a container image",
        "CREATE_FAILED",
    ),
    Met("function-image-missing", "function", "State: Failed. ImageDeleted", _STATES, "Failed"),
    Met("function-key", "function", "State: Failed. DisabledKMSKey", _STATES, "Failed"),
    Met("function-network", "function", "State: Failed. EniLimitExceeded", _STATES, "Failed"),
    Met("function-deleted", "function", "ApiFunction was deleted.", _CHECK, "deleted"),
    Met("function-deleted", "check:functions", "The function for pages was deleted.", _CHECK),
    Met(
        "function-not-ready",
        "function",
        "State: Pending. Creating. The function is being created.",
        "Lambda API reference, FunctionConfiguration: State and StateReasonCode",
        "Pending",
    ),
    Met(
        "function-not-updated",
        "function",
        "LastUpdateStatus: Failed. InternalError",
        _STATES,
    ),
    Met(
        "queue-unread",
        "event-source",
        "State: Disabled. USER_INITIATED. No records processed",
        "Lambda API reference, EventSourceMappingConfiguration",
        "Disabled",
    ),
    Met(
        "queue-unread",
        "check:queue",
        "Nobody reads the queue: its event source is Disabled. No telemetry arrives.",
        _CHECK,
    ),
    Met(
        "queue-failing",
        "event-source",
        "State: Enabled. User action. PROBLEM: Function call failed",
        "Lambda API reference, EventSourceMappingConfiguration",
        "Enabled",
    ),
    Met(
        "dead-letters",
        "dead-letters",
        "ApproximateNumberOfMessages: 7",
        "SQS API reference, GetQueueAttributes",
    ),
    Met(
        "function-throttled",
        "check:functions",
        "AWS refused 12 calls in five minutes: the account may not run more functions at once.",
        _CHECK,
    ),
    Met(
        "function-failing",
        "check:functions",
        "3 of 40 calls of the function for messages failed in five minutes.",
        _CHECK,
    ),
)
