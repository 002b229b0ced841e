"""The table of reasons: sentences that people met name their reason, and others name none."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from solarrally_tui.findings.reasons.clock import clock, skew
from solarrally_tui.findings.reasons.table import REASONS, explanation_of, reason_of
from tests.findings.refusals import REFUSALS, UNKNOWN, Refusal

GIVEN = [
    json.loads(line)
    for line in (Path(__file__).parent / "aws_words.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("given", GIVEN, ids=lambda given: given["words"][:40])
def test_sentences_from_reports_get_their_kind(given: dict[str, str]) -> None:
    reason = reason_of(given["words"])
    assert reason is not None
    assert reason.kind == given["kind"]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.words[:40])
def test_sentences_that_people_met_name_their_reason(refusal: Refusal) -> None:
    found = explanation_of(refusal.words)
    assert found is not None
    assert (found.kind, found.cause) == (refusal.kind, refusal.cause)
    assert refusal.source


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.words[:40])
def test_sentences_are_found_in_what_a_terminal_wrapped(refusal: Refusal) -> None:
    wrapped = "\n   ".join(refusal.words.split(" "))
    found = explanation_of(f"CREATE_FAILED\t{wrapped}\n")
    assert found is not None
    assert found.cause == refusal.cause


@pytest.mark.parametrize("words", UNKNOWN)
def test_other_sentences_name_no_reason(words: str) -> None:
    assert reason_of(words) is None


def test_every_reason_was_met_and_is_whole() -> None:
    assert {reason.id for reason in REASONS} == {refusal.cause for refusal in REFUSALS}
    assert len({reason.id for reason in REASONS}) == len(REASONS)
    for reason in REASONS:
        assert all((reason.what, reason.why, reason.next, reason.source)), reason.id


def test_every_kind_is_in_the_docs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")
    assert [reason.kind for reason in REASONS if f"`{reason.kind}`" not in page] == []


def test_who_may_not_do_what_is_named() -> None:
    words = (
        "User: arn:aws:iam::123456789012:user/ops is not authorized to perform: ssm:PutParameter "
        "with an explicit deny in a service control policy"
    )
    found = explanation_of(words)
    assert found is not None
    assert "ssm:PutParameter" in found.what
    assert "no policy in this account can allow it" in found.next


@pytest.mark.parametrize(
    ("words", "off", "told"),
    [
        (
            (
                "Signature expired: 20261129T032511Z is now earlier than 20261129T051002Z "
                "(20261129T052502Z - 15 min.)"
            ),
            -timedelta(hours=1, minutes=59, seconds=51),
            "120 minutes behind",
        ),
        (
            (
                "Signature not yet current: 20261129T060000Z is still later than 20261129T053000Z "
                "(20261129T052500Z + 5 min.)"
            ),
            timedelta(minutes=35),
            "35 minutes ahead",
        ),
        (
            "Signature not yet current: 20261129T060000Z is still later than 20261129T053500Z",
            timedelta(minutes=40),
            "40 minutes ahead",
        ),
        ("Signature expired: yesterday", None, "off by more than AWS allows"),
        (
            "Signature expired: 20269929T032511Z is now earlier than 20261129T051002Z",
            None,
            "off by more than AWS allows",
        ),
    ],
)
def test_the_clock_is_read_from_both_times(words: str, off: timedelta | None, told: str) -> None:
    assert skew(words) == off
    found = explanation_of(words)
    assert found is not None
    assert found.what == f"The clock of this computer is {told}."


def test_a_clock_of_days_is_said_in_days_too() -> None:
    assert clock(timedelta(days=-400)) == "576000 minutes (about 400 days) behind"
