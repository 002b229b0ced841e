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

PASTED: Final = (
    Reason(
        id="untrusted-certificate",
        kind="untrusted-certificate",
        words=(r"SSL validation failed for https?://",),
        what="This computer does not trust the certificate that it was shown for AWS.",
        why="Mostly a proxy or an antivirus program inspects HTTPS and shows its own certificate.",
        next="Ask the administrators of the network for its certificate authority as a PEM file, "
        "and set AWS_CA_BUNDLE to that file. Then run the same command again.",
        source="botocore.exceptions.SSLError; AWS CLI user guide, Troubleshooting",
        about=About.COMPUTER,
    ),
    Reason(
        id="proxy-unreachable",
        kind="proxy",
        words=(r"failed to connect to proxy", r"\bProxyError\b", r"unable to connect to proxy"),
        what="This computer cannot reach its proxy, so AWS was not asked.",
        why="HTTPS_PROXY names a proxy that does not answer from here.",
        next="Correct HTTPS_PROXY, or remove it where no proxy is needed. Then run the same "
        "command again.",
        source="botocore.exceptions.ProxyConnectionError",
        about=About.COMPUTER,
    ),
    Reason(
        id="aws-unreachable",
        kind="network",
        words=(
            r"(?:could not connect to the|time-?out on) endpoint URL",
            r"connection was closed before \w+ received a valid response",
            r"getaddrinfo ENOTFOUND \S+\.amazonaws\.com",
        ),
        what="This computer cannot reach AWS.",
        why="The connection is down, a firewall or proxy is in the way, or the Region of the "
        "address does not exist.",
        next="Check the connection, HTTPS_PROXY and the Region in the address, then run the same "
        "command again. It continues where it stopped.",
        source="botocore.exceptions: EndpointConnectionError, ConnectTimeoutError, "
        "ReadTimeoutError, ConnectionClosedError",
        about=About.COMPUTER,
    ),
    Reason(
        id="profile-missing",
        kind="profile",
        words=(r"the (?:source|config) profile \W{0,2}[^ ]+\W{0,2} could not be found",),
        what="This computer has no AWS profile of that name.",
        why="--profile or AWS_PROFILE names one that is not in ~/.aws.",
        next="aws configure list-profiles lists those that exist. Choose one, or create it with "
        "aws configure --profile NAME.",
        source="botocore.exceptions.ProfileNotFound",
        about=About.COMPUTER,
    ),
    Reason(
        id="credentials-incomplete",
        kind="credentials",
        words=(r"partial credentials found in",),
        what="The AWS credentials on this computer are incomplete.",
        why="The words name where they are and which part is missing.",
        next="Add the missing part, or remove the other one. Then run the same command again.",
        source="botocore.exceptions.PartialCredentialsError",
        about=About.COMPUTER,
    ),
    Reason(
        id="region-missing",
        kind="region-missing",
        words=(r"you must specify a region",),
        what="The command has no Region, so AWS was not asked.",
        why="Neither an option, nor AWS_REGION, nor the profile names one.",
        next="Set AWS_REGION, or run aws configure set region REGION.",
        source="botocore.exceptions.NoRegionError",
        about=About.COMPUTER,
    ),
    Reason(
        id="sign-in-missing",
        kind="session-expired",
        words=(
            r"error loading SSO token",
            r"SSO session associated with this profile",
            r"error when retrieving token from sso",
        ),
        what="There is no valid sign-in session of IAM Identity Center on this computer.",
        why="It has expired, or nobody has signed in with this profile yet.",
        next="Run aws sso login with the same profile, then run the same command again.",
        source="botocore.exceptions: SSOTokenLoadError, UnauthorizedSSOTokenError, "
        "TokenRetrievalError",
        about=About.COMPUTER,
    ),
    Reason(
        id="credential-helper",
        kind="credentials",
        words=(r"error when retrieving credentials from [\w-]+",),
        what="A source of credentials on this computer failed, so AWS was not asked.",
        why="The words name the source, such as a program (custom-process) or a role, and what it "
        "said.",
        next="Run the program of credential_process in ~/.aws/config by hand and correct it, or "
        "sign in another way. Then run the same command again.",
        source="botocore.exceptions.CredentialRetrievalError",
        about=About.COMPUTER,
    ),
    Reason(
        id="config-unreadable",
        kind="config-file",
        words=(r"unable to parse config file",),
        what="A file of the AWS settings on this computer cannot be read.",
        why="Something in it is no heading in [brackets] and no line with an equals sign.",
        next="Correct the file that the words name. solarrally names the line. Then run the same "
        "command again.",
        source="botocore.exceptions.ConfigParseError",
        about=About.COMPUTER,
    ),
    Reason(
        id="mfa-refused",
        kind="mfa",
        words=(
            r"MultiFactorAuthentication failed",
            r"invalid MFA one time pass ?code",
            r"\bMFA\b.{0,60}\b(?:unable to validate|must be)",
        ),
        what="AWS did not accept the MFA code.",
        why="A code is valid once, for about 30 seconds, and only from the device of this user.",
        next="Wait for the next code and enter it once. If that fails too, compare the clock of "
        "the device, and check mfa_serial in ~/.aws/config.",
        source="STS API reference, AssumeRole; IAM user guide, Troubleshoot MFA",
        about=About.COMPUTER,
    ),
)
"""What people paste besides AWS's words: sentences of the AWS CLI about their own computer.

The engine itself sees these as exceptions, and names file and line.
"""
