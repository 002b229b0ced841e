"""What a diagnosis shows: commands that AWS's own tool takes, console places, no secrets."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest
from botocore import xform_name
from botocore.model import ServiceModel
from botocore.session import Session

from solarrally_tui.aws.console import console
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.diagnosis.aws_command import _dashed, aws_command
from solarrally_tui.health.diagnosis.evidence import ApiCall
from solarrally_tui.health.diagnosis.model import Candidate, Diagnosis, Sureness, Unknown
from solarrally_tui.health.diagnosis.render import (
    name_of,
    ordered,
    to_json,
    to_markdown,
    to_table,
    well,
)
from solarrally_tui.policy import calls
from solarrally_tui.text.redaction import HIDDEN, redact

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
NASTY = "~~~\n# not a heading\n<script>alert(1)</script> [x](http://y) `tick` \u202e ```"
EVENT = ApiCall(
    "cloudformation", "describe_stack_events", "eu-central-1", {"StackName": "a b"}
).evidence("stack-event", NASTY, resource="Service", state="CREATE_FAILED", time=NOON)
CAUSE = Candidate(
    "denied", "A permission is missing.", Sureness.CERTAIN, "Add it.", "IAM", (EVENT,)
)
TOLD = Diagnosis(
    "sun",
    "eu-central-1",
    "123456789012",
    NOON,
    Severity.FAIL,
    (CAUSE,),
    unknown=(Unknown("A", "not there"), Unknown("B", "not there")),
    asked=14,
)


@cache
def _model(service: str) -> ServiceModel:
    return Session().get_service_model(service)


@pytest.mark.parametrize("pair", sorted(calls.pairs(calls.SUPPORT)), ids="-".join)
def test_parameters_are_spelled_as_the_command_line_spells_them(pair: tuple[str, str]) -> None:
    service, operation = pair
    model = _model(service)
    (name,) = (each for each in model.operation_names if xform_name(each) == operation)
    shape = model.operation_model(name).input_shape
    for parameter in shape.members if shape else ():
        assert _dashed(parameter) == xform_name(parameter, "-")


def test_a_command_can_be_pasted_whatever_the_values_are() -> None:
    asked = {"logGroupName": "a b; rm -rf /", "startFromHead": False, "limit": 5}
    made = aws_command("logs", "get_log_events", "eu-central-1", asked)
    assert made == (
        "aws logs get-log-events --region eu-central-1 --log-group-name 'a b; rm -rf /' "
        "--no-start-from-head --limit 5"
    )
    filters = {"LookupAttributes": [{"AttributeKey": "Username", "AttributeValue": "X"}]}
    assert aws_command("cloudtrail", "lookup_events", "us-east-1", filters).endswith(
        "--lookup-attributes AttributeKey=Username,AttributeValue=X"
    )


@pytest.mark.parametrize(
    ("region", "start"),
    [
        ("eu-central-1", "https://eu-central-1.console.aws.amazon.com/cloudformation/"),
        ("cn-north-1", "https://console.amazonaws.cn/cloudformation/"),
        ("us-gov-west-1", "https://console.amazonaws-us-gov.com/cloudformation/"),
    ],
)
def test_the_console_is_the_one_of_partition_and_region(region: str, start: str) -> None:
    made = console("stack", region, id="arn:aws:cloudformation:x:1:stack/a/b")
    assert made.startswith(start)
    assert f"region={region}" in made
    assert made.endswith("stackId=arn%3Aaws%3Acloudformation%3Ax%3A1%3Astack%2Fa%2Fb")


def test_the_consoles_log_pages_want_values_encoded_twice() -> None:
    made = console("log", "eu-central-1", group="/a/b", id="task/backend/1")
    assert "log-group/$252Fa$252Fb/log-events/task$252Fbackend$252F1" in made


CANARY = "kQ7hZ2pL9xWv"


@pytest.mark.parametrize(
    "text",
    [
        f"PGPASSWORD={CANARY}",
        f'"password": "{CANARY}"',
        f"password: {CANARY}",
        f"JWT_SECRET_KEY={CANARY}",
        f"postgresql+asyncpg://solarrally:{CANARY}@host:5432/db",
        f"Authorization: Bearer {CANARY}",
        f"Verification requested. Verification token: {CANARY}",
        "INSERT ... '$2b$12$kQ7hZ2pL9xWvkQ7hZ2pL9xWvkQ7hZ2pL9xWv'",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJrUTdoWjJwTDl4V3YifQ.kQ7hZ2pL9xWvkQ7",
        "-----BEGIN RSA PRIVATE KEY-----\nkQ7hZ2pL9xWv\n-----END RSA PRIVATE KEY-----",
        "AKIAIOSFODNN7EXAMPLE kQ7hZ2pL9xWvkQ7hZ2pL9xWvkQ7hZ2pL9xWvkQ7h",
    ],
)
def test_secrets_are_taken_out_where_evidence_is_written_down(text: str) -> None:
    seen = ApiCall("logs", "get_log_events", "eu-central-1", {}).evidence("log", text)
    assert CANARY not in seen.words
    assert HIDDEN in seen.words


@pytest.mark.parametrize(
    "text",
    [
        "failed to fetch secret arn:aws:secretsmanager:eu-central-1:123456789012:secret:Db-AbCdEf",
        "is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:x",
        "(RequestToken: 258db5a1-23c6-5e4b-4d23-7a469fc2de96, HandlerErrorCode: AlreadyExists)",
        'password authentication failed for user "solarrally"',
        "image 123456789012.dkr.ecr.eu-central-1.amazonaws.com/x@sha256:" + "0a" * 32,
        "arn:aws:cloudformation:eu-central-1:123456789012:stack/solarrally-sun-app/6178172d-8005",
    ],
)
def test_what_is_no_secret_stays_to_the_letter(text: str) -> None:
    assert redact(text) == text


def test_json_has_a_schema_and_every_word() -> None:
    told = json.loads(to_json(TOLD))
    assert told["schema"] == 1
    assert told["account"] == "123456789012"
    (cause,) = told["causes"]
    assert cause["id"] == "denied"
    assert cause["evidence"][0]["words"] == NASTY
    assert cause["evidence"][0]["time"] == "2026-01-02T12:00:00Z"
    assert cause["evidence"][0]["command"].endswith("--stack-name 'a b'")


def test_words_of_others_stay_inside_their_fence_in_a_ticket() -> None:
    lines = to_markdown(TOLD).splitlines()
    fence = next(line for line in lines if line.strip("` ") == "" and "`" in line)
    first, second = (i for i, line in enumerate(lines) if line == fence)
    inside = lines[first + 1 : second]
    assert [line.strip() for line in inside] == [
        line.replace("\u202e", "").strip() for line in NASTY.splitlines()
    ]
    assert not any(line.startswith("# not a heading") for line in lines)


def test_a_terminal_is_told_nothing_that_it_would_obey() -> None:
    evil = EVENT.__class__("log", "\x1b]0;title\x07 red \x9b31m \u202e back", resource="x")
    told = replace(TOLD, causes=(replace(CAUSE, evidence=(evil,)),))
    for shown in (to_table(told), to_markdown(told), to_json(told)):
        assert not any(sign in shown for sign in "\x1b\x07\x9b\u202e")
        assert "red" in shown


def test_a_table_names_what_why_next_and_what_is_hidden() -> None:
    shown = to_table(TOLD)
    for words in (
        "A permission is missing.",
        "Add it.",
        "2026-01-02 12:00:00 UTC",
        "aws cloudformation describe-stack-events",
        "? A, B: not there",
    ):
        assert words in shown


def test_a_well_site_says_so() -> None:
    well = Diagnosis("sun", "eu-central-1", "1", NOON, Severity.OK)
    assert "Nothing is wrong with sun." in to_table(well)
    hidden = Diagnosis("sun", "eu-central-1", "1", NOON, Severity.UNKNOWN)
    assert "not everything could be checked" in to_table(hidden)


def test_what_is_well_is_told_once_in_the_order_of_status() -> None:
    call = ApiCall("service", "operation", "eu-central-1", {})
    seen = [
        call.evidence("build", "The last one succeeded.", facts={"what": "image"}, good=True),
        call.evidence("distribution", "Status: Deployed, Enabled: true", good=True),
        call.evidence("database", "DBInstanceStatus: available, 20 GiB", good=True),
        *(
            call.evidence(f"check:{id_}", f"{id_} is well.", resource=id_, good=True)
            for id_ in ("stacks", "database", "chargers")
        ),
    ]
    told = [(name_of(each), well(each)) for each in ordered(seen)]
    assert told == [
        ("chargers", "chargers is well."),
        ("Build of the image", "The last one succeeded."),
        ("database", "database is well."),
        ("CloudFront distribution", "It is deployed and enabled."),
        ("stacks", "stacks is well."),
    ]
