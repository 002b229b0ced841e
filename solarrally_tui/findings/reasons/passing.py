"""Refusals that pass: try again, at once or in an hour."""

from typing import Final

from solarrally_tui.findings.reasons.reason import Reason

_AGAIN: Final = "Wait some minutes, then run the same command again. It continues where it stopped."

REGISTRY: Final = Reason(
    id="registry-rate-limit",
    kind="registry-rate-limit",
    words=(
        r"\btoomanyrequests\b",
        r"pull rate limit",
        r"increase-rate-limit",
        r"\bdata limit exceeded\b",
        r"CannotPull.{0,400}(?:rate (?:limit )?exceeded|rate limit|\b429\b)",
        (
            r"(?:public\.ecr\.aws|docker\.io|docker\.com|registry|manifests?/|\bpull\w*\b).{0,250}"
            r"(?:rate (?:limit )?exceeded|rate limit|\b429\b)"
        ),
        r"(?:\b429\b|rate limit).{0,120}(?:docker|registry|manifest|\bpull)",
    ),
    what="The image registry limits how many images may be pulled, and refused this one.",
    why="Registries count pulls without a sign-in by address. CodeBuild shares its addresses with "
    "others, so their pulls count too.",
    next="Wait an hour, then run the same command again. It continues where it stopped. To avoid "
    "it, let the Dockerfile take its base image from public.ecr.aws or your own registry.",
    source="github.com/aws-samples/aws-modern-application-workshop issue 237; "
    "github.com/aws/aws-lambda-web-adapter issue 429",
)

THROTTLED: Final = Reason(
    id="throttled",
    kind="try-again",
    words=(
        r"\brate (?:limit )?exceeded\b",
        r"\brequest limit exceeded",
        r"RequestLimitExceeded",
        r"\bthrottl(?:ed|ing)\w*",
        r"ThrottlingException|ThrottledException|RequestThrottled\w*",
        r"TooManyRequests(?:Exception)?\b",
        r"\btoo many requests\b",
        r"\bSlowDown\b",
        r"reduce your request rate",
        r"request rate is too high",
        r"PriorRequestNotComplete",
    ),
    what="AWS limits the rate of calls, and too many came at once.",
    why="Every account may make only so many calls a second. This is no quota that is used up.",
    next=_AGAIN,
    source="EC2 API reference, Request throttling; CloudFormation, Rate exceeded",
)

PASSING: Final = (
    Reason(
        id="storage-optimizing",
        kind="try-again",
        words=(
            r"storage.{0,120}(?:being optimized|storage[- ]optimization)",
            r"(?:can't|cannot) (?:currently )?modify the storage",
            r"previous storage change",
        ),
        what="RDS is still working on an earlier change of the database's storage.",
        why="After a change of storage, RDS refuses the next one for six hours or longer.",
        next="Wait at least six hours, then run the same command again.",
        source="RDS user guide, Modifying settings for storage",
    ),
    Reason(
        id="index-not-ready",
        kind="try-again",
        words=(r"\bIndexNotReadyException\b",),
        what="AWS IoT is still building its index of chargers.",
        why="It begins when the index is turned on, and takes longer the more chargers there are. "
        "Chargers send in the meantime; only who is connected is not known.",
        next="Wait some minutes, then try again.",
        source="AWS IoT API reference, SearchIndex, errors",
    ),
    Reason(
        id="not-stabilized",
        kind="try-again",
        words=(r"exceeded attempts to wait", r"HandlerErrorCode: NotStabilized"),
        what="{resource} was not ready in the time that AWS waits.",
        why="It needs longer than usual, or something in it fails again and again.",
        next="Run the same command again. If it happens again, read the events of the service, and "
        "for tasks the application's log group.",
        source="CloudFormation CLI user guide, handler error codes: NotStabilized",
    ),
    Reason(
        id="try-again",
        kind="try-again",
        words=(
            r"conflicting conditional operation",
            r"\bOperationAborted\b",
            r"\binternal ?failure\b",
            r"HandlerInternalFailure|ServiceInternal(?:Error|Failure)\w*|InternalService\w*",
            r"(?<![.\w])Internal(?:Server)?Error(?:Exception)?\b",
            r"(?:encountered|had) an internal (?:service |server )?error",
            r"an internal (?:service |server )?error (?:has )?occurred",
            r"\bservice ?unavailable(?:exception)?\b",
            r"service is (?:currently |temporarily )?unavailable",
            r"Status Code: 50[0-4]\b",
            r"Concurrent(?:Modification|Update|Operation)\w*",
            (
                r"(?:another|an?|existing|previous|concurrent) (?:\w+ )?"
                r"(?:operation|update|change|modification|deployment|request)"
                r" is (?:already |currently |still )?(?:in progress|being processed|pending)"
            ),
            r"currently in progress against this resource",
            r"temporarily (?:unavailable|unable)",
            r"\bis in (?:the )?(?:state )?(?!DELETE)\w+_IN_PROGRESS\b",
            r"\bis (?:currently |already )?being (?:modified|updated|created)\b",
            r"HandlerErrorCode: (?:ServiceTimeout|NetworkFailure|ResourceConflict)",
            (
                r"try (?:(?:the|your) (?:request|operation) )?again "
                r"(?:later|in a (?:few|moment|minute)|at a later time)"
            ),
        ),
        what="AWS could not do this at the moment.",
        why="A service of AWS failed internally, or another operation on the same resource was "
        "under way. Nothing in the request is wrong.",
        next=_AGAIN + " health.aws.amazon.com shows problems of AWS.",
        source="S3 API reference, OperationAborted; CloudFormation CLI user guide, handler error "
        "codes",
    ),
)
