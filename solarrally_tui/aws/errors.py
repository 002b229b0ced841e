"""AWS errors, by kind and in plain words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """An error as a person reads it: what happened, why, what to do next, and the detail."""

    what: str
    why: str
    next: str
    detail: str = ""

    def __str__(self) -> str:
        """Return the three sentences, without the detail."""
        return " ".join(part for part in (self.what, self.why, self.next) if part)


class Kind(StrEnum):
    """What kind of error AWS returned, which decides what to do about it."""

    THROTTLED = "throttled"
    DENIED = "denied"
    EXPIRED = "expired"
    NO_CREDENTIALS = "no_credentials"
    NOT_FOUND = "not_found"
    EXISTS = "exists"
    LIMIT = "limit"
    INVALID = "invalid"
    UNREACHABLE = "unreachable"
    READ_ONLY = "read_only"
    FOREIGN = "foreign"
    OTHER = "other"


_KINDS: Final = MappingProxyType(
    {
        Kind.THROTTLED: (
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "RequestLimitExceeded",
            "TooManyRequestsException",
            "RequestThrottled",
            "SlowDown",
            "PriorRequestNotComplete",
        ),
        Kind.DENIED: (
            "AccessDenied",
            "AccessDeniedException",
            "UnauthorizedOperation",
            "UnauthorizedException",
            "AuthorizationError",
            "LoginInsufficientPermissions",
            "Forbidden",
            "403",
        ),
        Kind.EXPIRED: (
            "ExpiredToken",
            "ExpiredTokenException",
            "RequestExpired",
            "TokenRefreshRequired",
            "UnauthorizedSSOTokenError",
            "LoginRefreshRequired",
            "LoginTokenLoadError",
            "LoginError",
            "SSOTokenLoadError",
            "TokenRetrievalError",
        ),
        Kind.NO_CREDENTIALS: (
            "NoCredentialsError",
            "PartialCredentialsError",
            "ProfileNotFound",
            "CredentialRetrievalError",
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "SignatureDoesNotMatch",
            "AuthFailure",
            "MissingDependencyException",
            "CodeNeededError",
        ),
        Kind.LIMIT: (
            "LimitExceeded",
            "LimitExceededException",
            "AccountLimitExceededException",
            "ServiceQuotaExceededException",
            "ResourceLimitExceeded",
        ),
        Kind.UNREACHABLE: (
            "EndpointConnectionError",
            "ConnectTimeoutError",
            "ReadTimeoutError",
            "ConnectionClosedError",
            "ProxyConnectionError",
            "SSLError",
            "HTTPClientError",
            "NotFromAWS",
            "UnavailablePage",
        ),
        Kind.READ_ONLY: ("ReadOnly",),
    }
)
_BY_CODE: Final = {code: kind for kind, codes in _KINDS.items() for code in codes}
_NOT_FOUND_ENDINGS: Final = ("NotFound", "NotFoundException", "NotFoundFault", "NoSuchEntity")
_NOT_FOUND: Final = frozenset(
    {
        "404",
        "NoSuchBucket",
        "NoSuchKey",
        "NoSuchHostedZone",
        "NoSuchDistribution",
        "ParameterNotFound",
        "NoSuchTagSet",
        "NoSuchEntityException",
        "NoSuchBucketPolicy",
    }
)
_EXISTS: Final = frozenset({"EntityAlreadyExists", "BucketAlreadyOwnedByYou"})
_EXISTS_ENDINGS: Final = (
    "AlreadyExists",
    "AlreadyExistsException",
    "AlreadyExistsFault",
    "ResourceExistsException",
)


def kind_of(code: str, message: str) -> Kind:
    """Return the kind of an AWS error by its code and, where AWS reuses codes, its message."""
    if code in _BY_CODE:
        return _BY_CODE[code]
    if code in _NOT_FOUND or code.endswith(_NOT_FOUND_ENDINGS):
        return Kind.NOT_FOUND
    if code in _EXISTS or code.endswith(_EXISTS_ENDINGS):
        return Kind.EXISTS
    if code == "ValidationError" and message.endswith("does not exist"):
        return Kind.NOT_FOUND
    if code == "InvalidInput" and "has been taken in this account" in message:
        return Kind.EXISTS
    if code.startswith(("Validation", "Invalid", "MalformedPolicy")):
        return Kind.INVALID
    return Kind.OTHER


_WORDS: Final = MappingProxyType(
    {
        Kind.THROTTLED: (
            "AWS limits the rate of calls.",
            "This account received too many calls in a short time.",
            "Wait a minute and try again. Nothing was lost.",
        ),
        Kind.DENIED: (
            "AWS refused the call.",
            "These credentials are not allowed to do it.",
            "Use credentials with more permissions, or ask the owner for the deploy policy.",
        ),
        Kind.EXPIRED: (
            "The AWS sign-in session has expired.",
            "Temporary credentials are valid for a limited time.",
            "Sign in again and run the same command. It resumes where it stopped.",
        ),
        Kind.NO_CREDENTIALS: (
            "No usable AWS credentials were found.",
            "The environment, the profile and the keyring contain none that AWS accepts.",
            "Run aws login or set AWS_PROFILE, then try again.",
        ),
        Kind.NOT_FOUND: (
            "AWS did not find this resource.",
            "It was never created, was deleted, or is in another Region.",
            "Check the name and the Region.",
        ),
        Kind.EXISTS: (
            "A resource with this name exists already.",
            "A name can be used only once.",
            "Choose another name or delete the old resource.",
        ),
        Kind.LIMIT: (
            "An AWS quota is used up.",
            "New accounts start with low quotas.",
            "Request a quota increase in the Service Quotas console, then try again.",
        ),
        Kind.INVALID: (
            "AWS did not accept the request.",
            "A value in it is not valid.",
            "See the detail for the value.",
        ),
        Kind.UNREACHABLE: (
            "AWS cannot be reached.",
            "There is no connection, or a proxy, firewall or sign-in page is in the way.",
            "Check the network and try again. What runs in AWS continues.",
        ),
        Kind.READ_ONLY: (
            "Nothing was changed.",
            "This session is read-only.",
            "Start again without --read-only to make changes.",
        ),
        Kind.FOREIGN: (
            "A resource with this name belongs to somebody else.",
            "A name can be used only once.",
            "Choose another name.",
        ),
        Kind.OTHER: ("AWS returned an error.", "", "See the detail for AWS's own words."),
    }
)


_UNAVAILABLE: Final = (
    "AWS is unavailable.",
    "It answered with a web page, as it does while a service has a problem, or a proxy did.",
    "Try again in a minute. health.aws.amazon.com shows problems of AWS.",
)


class AwsError(Exception):
    """A call to AWS that failed."""

    def __init__(self, code: str, message: str, service: str, operation: str) -> None:
        super().__init__(f"{service}.{operation}: {code}: {message}")
        self.code = code
        self.message = message
        self.service = service
        self.operation = operation
        self.kind = kind_of(code, message)

    @property
    def plain(self) -> Plain:
        """The error in plain words; AWS's own are the detail."""
        what, why, then = _UNAVAILABLE if self.code == "UnavailablePage" else _WORDS[self.kind]
        return Plain(what=what, why=why, next=then, detail=str(self))


@contextmanager
def tolerate(*kinds: Kind) -> Iterator[None]:
    """Leave the block quietly where AWS answers with one of these kinds of error.

    For calls whose goal is reached already: deleting what is gone, creating what exists.
    """
    try:
        yield
    except AwsError as error:
        if error.kind not in kinds:
            raise
