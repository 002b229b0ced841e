"""The independent engine answers as AWS's documentation says."""

import pytest

from tests.iam_engine.engine import EngineError, Question, Result, judge

ANN = "arn:aws:iam::123456789012:user/ann"
KEY = "arn:aws:s3:::site-files/key"


def document(*statements: dict[str, object]) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: str, resource: str = "*", **more: object) -> dict[str, object]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


READ = document(allow("s3:GetObject", "arn:aws:s3:::site-*"))
NEVER = document({"Effect": "Deny", "Action": "*", "Resource": "*"})
TAGGED = document(
    allow("ec2:DeleteVpc", Condition={"StringEquals": {"aws:ResourceTag/solarrally:site": "a"}})
)
BUCKET = document(allow("s3:GetObject", KEY, Principal={"AWS": ANN}))
TRUST = document(
    {"Effect": "Allow", "Principal": {"AWS": ANN}, "Action": "sts:AssumeRole"},
)
VPC = "arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1"

CASES = {
    "no policy": (Question(ANN, "s3:GetObject", KEY), Result.IMPLICITLY_DENIED),
    "allowed": (Question(ANN, "s3:GetObject", KEY, [READ]), Result.ALLOWED),
    "another action": (Question(ANN, "s3:PutObject", KEY, [READ]), Result.IMPLICITLY_DENIED),
    "deny wins": (Question(ANN, "s3:GetObject", KEY, [READ, NEVER]), Result.EXPLICITLY_DENIED),
    "boundary": (
        Question(ANN, "s3:GetObject", KEY, [READ], boundary=TAGGED),
        Result.IMPLICITLY_DENIED,
    ),
    "policy of the bucket": (Question(ANN, "s3:GetObject", KEY, policy=BUCKET), Result.ALLOWED),
    "tag": (
        Question(
            ANN, "ec2:DeleteVpc", VPC, [TAGGED], context={"aws:ResourceTag/solarrally:site": "a"}
        ),
        Result.ALLOWED,
    ),
    "another tag": (
        Question(
            ANN, "ec2:DeleteVpc", VPC, [TAGGED], context={"aws:ResourceTag/solarrally:site": "b"}
        ),
        Result.IMPLICITLY_DENIED,
    ),
    "trust": (
        Question(ANN, "sts:AssumeRole", "arn:aws:iam::123456789012:role/r", policy=TRUST),
        Result.ALLOWED,
    ),
}


def test_one_process_judges_many_questions_as_aws_does() -> None:
    verdicts = judge(question for question, _ in CASES.values())
    assert {name: verdict.result for name, verdict in zip(CASES, verdicts, strict=True)} == {
        name: expected for name, (_, expected) in CASES.items()
    }


def test_the_engine_says_which_keys_aws_does_not_have_for_an_action() -> None:
    [verdict] = judge(
        [Question(ANN, "s3:GetObject", KEY, [READ], context={"kms:ViaService": "s3.amazonaws.com"})]
    )
    assert verdict.ignored == ("kms:ViaService",)


def test_what_aws_does_not_have_is_an_error() -> None:
    for question in (
        Question(ANN, "s3:GetEverything", KEY),
        Question(ANN, "ec2:DescribeVpcs", VPC),
        Question(ANN, "s3:GetObject", KEY, [{"Statement": [{"Effect": "Maybe"}]}]),
    ):
        with pytest.raises(EngineError):
            judge([question])
