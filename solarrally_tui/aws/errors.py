"""AWS errors, told apart and put into plain words."""

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
    """What sort of answer AWS gave, which decides what to do with it."""

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
    """Tell the sort of an AWS error from its code and, where AWS reuses codes, its message."""
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
            "AWS asked us to slow down.",
            "Too many calls reached this account in a short time.",
            "Wait a minute and try again. Nothing was lost.",
        ),
        Kind.DENIED: (
            "AWS refused the call.",
            "These credentials are not allowed to do it.",
            "Use credentials with more rights, or ask the account's owner for the deploy policy.",
        ),
        Kind.EXPIRED: (
            "The AWS session has ended.",
            "Temporary credentials expire after a while.",
            "Sign in again and run the same command. It continues where it stopped.",
        ),
        Kind.NO_CREDENTIALS: (
            "No usable AWS credentials were found.",
            "The environment, the profile and the keyring hold none that AWS accepts.",
            "Run aws login or set AWS_PROFILE, then try again.",
        ),
        Kind.NOT_FOUND: (
            "AWS does not know this thing.",
            "It was never made, was deleted, or is in another Region.",
            "Check the name and the Region.",
        ),
        Kind.EXISTS: (
            "Something with this name exists already.",
            "A name can be used once.",
            "Choose another name or remove the old one.",
        ),
        Kind.LIMIT: (
            "An AWS quota is used up.",
            "New accounts start with low quotas.",
            "Ask for a higher quota in the Service Quotas console, then try again.",
        ),
        Kind.INVALID: (
            "AWS did not accept the request.",
            "A value in it is not valid.",
            "The detail names the value.",
        ),
        Kind.UNREACHABLE: (
            "AWS cannot be reached.",
            "There is no connection, or a proxy, firewall or sign-in page is in the way.",
            "Check the network and try again. What runs in AWS goes on.",
        ),
        Kind.READ_ONLY: (
            "Nothing was changed.",
            "This session is read-only.",
            "Start again without --read-only to make changes.",
        ),
        Kind.OTHER: ("AWS answered with an error.", "", "The detail has AWS's own words."),
    }
)


class AwsError(Exception):
    """A call to AWS that did not succeed."""

    def __init__(self, code: str, message: str, service: str, operation: str) -> None:
        super().__init__(f"{service}.{operation}: {code}: {message}")
        self.code = code
        self.message = message
        self.service = service
        self.operation = operation
        self.kind = kind_of(code, message)

    @property
    def plain(self) -> Plain:
        """The error in plain words; AWS's own stand in the detail."""
        what, why, then = _WORDS[self.kind]
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
