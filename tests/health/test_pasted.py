"""What `solarrally explain` makes of words that somebody pastes, and of logs of real containers."""

import re
from pathlib import Path

import pytest

from solarrally_tui.health.diagnosis.pasted import MOST, explain, explain_log
from tests.findings.refusals import REFUSALS, UNKNOWN, Refusal

LOGS = Path(__file__).parent / "logs"
SHOWS = {
    "backend-database-blackhole": "database-unreachable",
    "backend-database-nohost": "database-unreachable",
    "backend-database-refused": "database-unreachable",
    "backend-database-wrongca": "database-untrusted",
    "backend-database-wrongpw": "database-password",
    "broker-inactive": "bridge-closed",
    "broker-nohost": "bridge-unreachable",
    "backend-ok": None,
    "broker-clients": None,
    "broker-ok": None,
    "broker-refused": "bridge-refused",
    "broker-wrongca": "bridge-untrusted",
    "broker-wrongclientid": "bridge-closed",
    "probe": None,
}
"""By the name of a log of a real container: the cause that it shows."""


def test_every_log_has_an_answer() -> None:
    assert SHOWS.keys() == {path.stem for path in LOGS.glob("*.log")}


@pytest.mark.parametrize(("name", "cause"), SHOWS.items())
def test_logs_of_real_containers_show_their_cause(name: str, cause: str | None) -> None:
    text = (LOGS / f"{name}.log").read_text("utf-8")
    for found in (explain_log(text), explain(text)):
        assert (found and found.cause) == cause
        if found:
            assert all((found.what, found.why, found.next))
            assert "{" not in found.what + found.next


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.words[:40])
def test_sentences_of_aws_get_their_kind(refusal: Refusal) -> None:
    found = explain(refusal.words)
    assert found is not None
    assert (found.kind, found.cause) == (refusal.kind, refusal.cause)


@pytest.mark.parametrize("words", UNKNOWN)
def test_other_words_are_not_known(words: str) -> None:
    assert explain(words) is None


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (
            (
                "ResourceInitializationError: unable to pull secrets or registry auth: execution "
                "resource retrieval failed: unable to retrieve secret from asm: context deadline "
                "exceeded"
            ),
            "no-way-out",
        ),
        ("exec /usr/local/bin/uvicorn: exec format error", "wrong-processor"),
        ("OutOfMemoryError: Container killed due to memory usage", "out-of-memory"),
        ('FATAL: password authentication failed for user "solarrally"', "database-password"),
        ("ModuleNotFoundError: No module named 'fastapi'", "code-broken"),
        ("Task failed container health checks", "health-check"),
        (
            (
                "2026-01-02 CREATE_FAILED Role AWS::IAM::Role\nUser: arn:aws:iam::1:user/x is not\n"
                "  authorized to perform: iam:CreateRole because no permissions\n  boundary allows"
            ),
            "denied-boundary",
        ),
        (
            (
                "SSL validation failed for https://sts.us-east-1.amazonaws.com/ [SSL: "
                "CERTIFICATE_VERIFY_FAILED] certificate verify failed"
            ),
            "untrusted-certificate",
        ),
        ('Failed to connect to proxy URL: "http://proxy.corp:3128"', "proxy-unreachable"),
        ('Could not connect to the endpoint URL: "https://x.amazonaws.com/"', "aws-unreachable"),
        ('Read timeout on endpoint URL: "https://x.amazonaws.com/"', "aws-unreachable"),
        ("getaddrinfo ENOTFOUND sts.us-east-1.amazonaws.com", "aws-unreachable"),
        ("The config profile (work) could not be found", "profile-missing"),
        (
            "Partial credentials found in env, missing: aws_secret_access_key",
            "credentials-incomplete",
        ),
        ("You must specify a region.", "region-missing"),
        ("Error loading SSO Token: Token for corp does not exist", "sign-in-missing"),
        ("Error when retrieving credentials from custom-process: oops", "credential-helper"),
        ("Unable to parse config file: /home/ops/.aws/config", "config-unreadable"),
        ("MultiFactorAuthentication failed with invalid MFA one time pass code.", "mfa-refused"),
        ("One or more domain names have failed validation due to a (CAA) error", "certificate-caa"),
        ("\x1b[31mRate exceeded\x1b[0m\r\n", "throttled"),
        ("You can\u2019t have more than 40 DB instances.", "quota-databases"),
        ("message: &quot;null&quot; (HandlerErrorCode: AlreadyExists)", "exists-account-wide"),
        ('{"m": "message: \\"null\\" (HandlerErrorCode: AlreadyExists)"}', "exists-account-wide"),
        (
            (
                "2026-11-29T06:13:14+00:00 task/backend/4230 INFO start\n"
                "2026-11-29T06:13:15+00:00 task/backend/4230 TimeoutError"
            ),
            "database-unreachable",
        ),
    ],
)
def test_what_containers_and_terminals_say_is_known(text: str, cause: str) -> None:
    found = explain(text)
    assert found is not None
    assert found.cause == cause
    assert "  " not in found.what
    assert not re.search(r"\. the (?:request|stack|caller)", f"{found.what} {found.why}")


def test_secrets_are_not_repeated() -> None:
    log = 'ERROR: PGPASSWORD=hunter2hunter2 password authentication failed for user "x"'
    found = explain_log(log)
    assert found is not None
    assert "hunter2" not in found.why


def test_the_end_of_a_very_large_text_counts() -> None:
    found = explain("Internal Failure " + "x " * MOST + "Rate exceeded")
    assert found is not None
    assert found.cause == "throttled"
    assert explain_log("error " * MOST) is None
    assert explain("x" * MOST) is None  # one word without an end takes no longer
