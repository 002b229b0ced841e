"""AWS errors, by kind and in plain words."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from solarrally_tui.findings.reasons.clock import clock, skew
from solarrally_tui.findings.reasons.computer import CLOCK
from solarrally_tui.findings.reasons.passing import THROTTLED
from solarrally_tui.findings.reasons.reason import About
from solarrally_tui.findings.reasons.table import (
    Explanation,
    explained,
    explanation_of,
    reason_of,
)
from solarrally_tui.text.plain import Plain

__all__ = ["AwsError", "Kind", "LocalError", "Plain", "kind_of", "tolerate"]


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
    UNAVAILABLE = "unavailable"
    """AWS answered, and has a problem of its own."""
    ACCOUNT = "account"
    """AWS has not released this for the account; nobody's permissions change that."""
    LOCAL = "local"
    """This computer is the reason: its clock, its files, its network settings."""
    READ_ONLY = "read_only"
    FOREIGN = "foreign"
    BUSY = "busy"
    """Another run works on the same site."""
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
            "InvalidSignatureException",
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
        Kind.UNAVAILABLE: (
            "InternalFailure",
            "InternalError",
            "InternalException",
            "InternalServerError",
            "InternalServerException",
            "InternalServiceError",
            "InternalServiceErrorException",
            "InternalServiceException",
            "InternalFailureException",
            "ServerException",
            "ServiceException",
            "ServiceFailure",
            "ServiceUnavailable",
            "ServiceUnavailableException",
            "RequestTimeout",
            "RequestTimeoutException",
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
        "UnknownMonitorException",
        "UnknownSubscriptionException",
    }
)
_QUOTAS: Final = frozenset({"quota", "limit"})
_EXISTS: Final = frozenset({"EntityAlreadyExists", "BucketAlreadyOwnedByYou"})
_EXISTS_ENDINGS: Final = (
    "AlreadyExists",
    "AlreadyExistsException",
    "AlreadyExistsFault",
    "ResourceExistsException",
)


def kind_of(code: str, message: str) -> Kind:
    """Return the kind of an AWS error by its code and, where that is not enough, its message."""
    reason = reason_of(f"{code}: {message}")
    if reason and reason.about is not About.REQUEST:
        return Kind.ACCOUNT if reason.about is About.ACCOUNT else Kind.LOCAL
    if reason and reason.id == THROTTLED.id:
        return Kind.THROTTLED
    kind = _by_code(code, message)
    if kind is Kind.OTHER and reason and reason.kind in _QUOTAS:
        return Kind.LIMIT
    return kind


def _by_code(code: str, message: str) -> Kind:
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
        Kind.UNAVAILABLE: (
            "AWS has a problem.",
            "The service answered that it could not do this at the moment.",
            "Try again in a few minutes. health.aws.amazon.com shows problems of AWS.",
        ),
        Kind.ACCOUNT: (
            "AWS does not allow this in the account yet.",
            "No permission changes that.",
            "See the detail for AWS's own words.",
        ),
        Kind.LOCAL: (
            "AWS was not called.",
            "Something on this computer is in the way.",
            "See the detail.",
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
        Kind.BUSY: (
            "Another run works on the site.",
            "Two at once would get into each other's way.",
            "Wait until it has ended, then run the same command again.",
        ),
        Kind.OTHER: ("AWS returned an error.", "", "See the detail for AWS's own words."),
    }
)
UNREACHED: Final = _WORDS[Kind.UNREACHABLE][0]
"""What happened where nothing answered, and nobody knows more."""


_UNAVAILABLE: Final = (
    "AWS is unavailable.",
    "It answered with a web page, as it does while a service has a problem, or a proxy did.",
    "Try again in a minute. health.aws.amazon.com shows problems of AWS.",
)


_GENERAL: Final = frozenset(
    {"denied", "quota", "name-taken", "session-expired", "credentials-refused", THROTTLED.id}
)
"""Reasons that say no more than the kind of the error."""

_BY_OTHERS: Final = frozenset({"organisation-policy", "permissions-boundary"})

CLOCK_TOLERANCE: Final = timedelta(minutes=4)
"""AWS refuses requests that are 5 minutes off, some services 15 (Signature Version 4)."""

_SERVER_ERRORS: Final = 500
"""Statuses of HTTP from here on are not the caller's fault."""

REQUEST_EXPIRED: Final = "RequestExpired"

_DEPENDS_ON_CLOCK: Final = frozenset(
    {
        "AuthFailure",
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
        REQUEST_EXPIRED,
        "RequestTimeTooSkewed",
    }
)
"""Codes with which AWS may mean the clock, or the credentials, without saying which."""


class AwsError(Exception):
    """A call to AWS that failed."""

    def __init__(
        self,
        code: str,
        message: str,
        service: str,
        operation: str,
        ahead: timedelta | None = None,
        status: int = 0,
    ) -> None:
        """ahead: how far this computer's clock is ahead of AWS's; None where that is not known.

        status: of HTTP; 0 where that is not known.
        """
        super().__init__(f"{service}.{operation}: {code}: {message}")
        self.code = code
        self.message = message
        self.service = service
        self.operation = operation
        self.waited_for = False
        """Whether a run has tried again for as long as it tries."""
        self.kind = kind_of(code, message)
        if status >= _SERVER_ERRORS and self.kind is Kind.OTHER:
            self.kind = Kind.UNAVAILABLE
        self.explanation = _explanation(code, message, ahead)
        """What AWS's words mean; None where the table of reasons does not know them."""
        if self.is_of_clock:
            self.kind = Kind.LOCAL
        elif code == REQUEST_EXPIRED and self.explanation is None:
            self.kind = Kind.EXPIRED

    @property
    def is_of_clock(self) -> bool:
        """Whether AWS refused the call because the clock of this computer is wrong."""
        return self.explanation is not None and self.explanation.cause == CLOCK.id

    @property
    def is_decided_by_others(self) -> bool:
        """Whether an organization or a boundary denied it. Other permissions do not help then."""
        return self.explanation is not None and self.explanation.kind in _BY_OTHERS

    @property
    def plain(self) -> Plain:
        """The error in plain words; AWS's own are the detail."""
        known = self.explanation
        if known and known.cause not in _GENERAL:
            return Plain(what=known.what, why=known.why, next=known.next, detail=str(self))
        what, why, then = _UNAVAILABLE if self.code == "UnavailablePage" else _WORDS[self.kind]
        if known and known.cause == "denied" and "authorized to perform:" in self.message:
            what = known.what
        return Plain(what=what, why=why, next=then, detail=str(self))


def _explanation(code: str, message: str, ahead: timedelta | None) -> Explanation | None:
    words = f"{code}: {message}"
    if ahead is None or code not in _DEPENDS_ON_CLOCK or skew(words) is not None:
        return explanation_of(words)
    if abs(ahead) > CLOCK_TOLERANCE:
        return explained(CLOCK, words, {"clock": clock(ahead)})
    # With a right clock, it is the session that has expired.
    return None if code == REQUEST_EXPIRED else explanation_of(words)


class LocalError(AwsError):
    """Something on this computer kept a call from AWS."""

    def __init__(
        self, code: str, message: str, call: tuple[str, str], plain: Plain, kind: Kind = Kind.LOCAL
    ) -> None:
        """call: service and operation. kind: where it is of a kind that AWS returns, too."""
        super().__init__(code, message, *call)
        self.kind = kind
        self._plain = plain

    @property
    def plain(self) -> Plain:
        """What is wrong on this computer."""
        return self._plain


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
