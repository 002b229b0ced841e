"""Refusals for which this computer is the reason."""

from typing import Final

from solarrally_tui.findings.reasons.reason import About, Reason

REQUEST_EXPIRED: Final = Reason(
    id="request-expired",
    kind="clock",
    words=(r"\bRequestExpired\b",),
    what="AWS found the request too old.",
    why="The clock of this computer is wrong, or the sign-in session has expired.",
    next="Compare the clock and its time zone with another one and set it. If it is right, sign in "
    "again. Then run the same command again.",
    source="EC2 API reference, error codes: RequestExpired",
    about=About.COMPUTER,
)

CREDENTIALS: Final = (
    Reason(
        id="session-expired",
        kind="session-expired",
        words=(
            r"security token included in the request is expired",
            r"\bExpiredToken(?:Exception)?\b",
            r"\b(?:token|session)\b.{0,60}\b(?:has expired|is expired|expired or)",
        ),
        what="The AWS sign-in session has expired.",
        why="Temporary credentials are valid for a limited time.",
        next="Sign in again and run the same command. It resumes where it stopped.",
        source="IAM user guide, Temporary security credentials",
    ),
    Reason(
        id="credentials-refused",
        kind="credentials",
        words=(
            r"security token included in the request is invalid",
            r"InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId",
            r"request signature \w+ calculated does not match",
            r"unable to locate credentials",
            r"not able to validate the provided access credentials",
        ),
        what="AWS does not accept the access key, or there is none.",
        why="The key was deleted or deactivated, or its secret is wrong. In a Region that is "
        "switched off, AWS uses the same words for every key.",
        next="Sign in again, or set AWS_PROFILE. If the same key works in us-east-1, enable the "
        "Region in the console (Account, AWS Regions).",
        source="STS API reference, common errors; github.com/aws/aws-sdk-ruby issue 2850",
    ),
)

CLOCK: Final = Reason(
    id="clock",
    kind="clock",
    words=(
        r"signature expired",
        r"signature not yet current",
        r"RequestTimeTooSkewed",
        r"difference between the request time and the (?:current|server'?s?) time is too large",
        r"(?:date|time)stamp .{0,60}(?:too skewed|more than \d+ minutes)",
    ),
    what="The clock of this computer is {clock}.",
    why="AWS refuses requests whose time differs from its own by more than 5 to 15 minutes.",
    next="Set the clock and its time zone. Windows: Settings, Time, Sync now. WSL: run "
    "sudo hwclock -s, or restart it. Linux: run sudo timedatectl set-ntp true. Then run the "
    "same command again.",
    source="IAM user guide, Troubleshoot signed requests; github.com/aws/aws-cli issue 602",
    about=About.COMPUTER,
)
