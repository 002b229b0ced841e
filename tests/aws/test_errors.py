"""What an error of AWS means: its kind, and the same reasons as for stacks."""

from datetime import timedelta

import pytest

from solarrally_tui.aws.errors import AwsError, Kind

_HOURS = timedelta(hours=2)
_SCP = (
    "User: arn:aws:iam::123456789012:user/ops is not authorized to perform: ssm:PutParameter on "
    "resource: arn:aws:ssm:us-east-1:123456789012:parameter/x with an explicit deny in a service "
    "control policy"
)


@pytest.mark.parametrize(
    ("code", "message", "kind", "told"),
    [
        ("AccessDeniedException", _SCP, Kind.DENIED, "your organization (SCP) denies ssm:Put"),
        ("OptInRequired", "You are not subscribed to this service", Kind.ACCOUNT, "not activated"),
        (
            "AccountLimitExceededException",
            "Cannot have more than 0 builds in queue for the account",
            Kind.ACCOUNT,
            "not released builds",
        ),
        (
            "AccountLimitExceededException",
            "Cannot have more than 1 builds in queue for the account",
            Kind.LIMIT,
            "quota",
        ),
        (
            "AccessDenied",
            "Your account must be verified before you can add new CloudFront resources.",
            Kind.ACCOUNT,
            "must verify this account",
        ),
        ("AddressLimitExceeded", "The maximum number of addresses", Kind.LIMIT, "Elastic IP"),
        ("LimitExceededException", "Rate exceeded", Kind.THROTTLED, "rate of calls"),
        ("RequestLimitExceeded", "Request limit exceeded.", Kind.THROTTLED, "rate of calls"),
        ("InternalFailure", "", Kind.UNAVAILABLE, "at the moment"),
        ("AccessDenied", "no", Kind.DENIED, "AWS refused the call"),
        (
            "SignatureDoesNotMatch",
            (
                "Signature expired: 20261129T032511Z is now earlier than 20261129T051002Z "
                "(20261129T052502Z - 15 min.)"
            ),
            Kind.LOCAL,
            "120 minutes behind",
        ),
        ("InvalidSignatureException", "Signature expired: x", Kind.LOCAL, "clock"),
        ("RequestTimeTooSkewed", "The difference is too large.", Kind.LOCAL, "clock"),
        ("RequestExpired", "Request has expired.", Kind.LOCAL, "too old"),
        ("SignatureDoesNotMatch", "The request signature", Kind.NO_CREDENTIALS, "credentials"),
        ("Strange", "Something new.", Kind.OTHER, "AWS returned an error"),
    ],
)
def test_the_reason_of_a_call_is_the_one_of_a_stack(
    code: str, message: str, kind: Kind, told: str
) -> None:
    error = AwsError(code, message, "service", "operation")
    assert error.kind is kind
    assert told in error.plain.what
    assert error.plain.next
    assert message in error.plain.detail


@pytest.mark.parametrize(
    ("code", "ahead", "kind", "told"),
    [
        ("AuthFailure", -_HOURS, Kind.LOCAL, "120 minutes behind"),
        ("RequestTimeTooSkewed", _HOURS, Kind.LOCAL, "120 minutes ahead"),
        ("RequestExpired", -_HOURS, Kind.LOCAL, "120 minutes behind"),
        ("RequestExpired", timedelta(seconds=3), Kind.EXPIRED, "session has expired"),
        ("AuthFailure", timedelta(seconds=3), Kind.NO_CREDENTIALS, "No usable AWS credentials"),
        ("AccessDenied", -_HOURS, Kind.DENIED, "AWS refused the call"),
    ],
)
def test_the_date_of_the_response_shows_a_wrong_clock(
    code: str, ahead: timedelta, kind: Kind, told: str
) -> None:
    error = AwsError(code, "AWS was not able to do it.", "ec2", "describe_vpcs", ahead)
    assert error.kind is kind
    assert told in error.plain.what
