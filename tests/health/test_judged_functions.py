"""How functions and their queue are judged: what fails, what warns, and what is well."""

from dataclasses import replace
from typing import Any

import pytest

from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.probes.functions import (
    FUNCTIONS,
    Queue,
    Seen,
    judge_functions,
    judge_queue,
)

READY: dict[str, Any] = {"State": "Active", "LastUpdateStatus": "Successful"}
WELL = tuple(Seen(purpose, READY, 50, 0, 0) for purpose in FUNCTIONS.values())
READ = Queue("Enabled", 0, None, 0)


def with_one(**changes: Any) -> tuple[Seen, ...]:
    return (WELL[0], replace(WELL[1], **changes), WELL[2])


def test_functions_that_are_ready_and_fail_nothing_are_well() -> None:
    seen = judge_functions(WELL)
    assert (seen.severity, seen.figures[0].value) == (Severity.OK, 30)
    assert "30 calls a minute" in seen.line
    unused = judge_functions([replace(one, calls=0) for one in WELL], is_measured=False)
    assert unused.severity is Severity.OK
    assert unused.figures[0].value is None, "nothing was counted, which is not zero"


@pytest.mark.parametrize(
    ("changes", "severity", "words"),
    [
        ({"configuration": {}}, Severity.FAIL, "messages was deleted"),
        (
            {"configuration": {"State": "Failed", "StateReason": "The image is gone."}},
            Severity.FAIL,
            "cannot run. Failed The image is gone.",
        ),
        ({"configuration": {"State": "Pending"}}, Severity.FAIL, "cannot run. Pending"),
        ({"errors": 50}, Severity.FAIL, "Every call of the function for messages fails"),
        ({"errors": 3}, Severity.WARN, "3 of 50 calls of the function for messages failed"),
        ({"throttles": 4}, Severity.WARN, "AWS refused 4 calls"),
        (
            {"configuration": READY | {"LastUpdateStatus": "Failed"}},
            Severity.WARN,
            "was not updated",
        ),
    ],
)
def test_the_worst_of_a_function_is_said(
    changes: dict[str, Any], severity: Severity, words: str
) -> None:
    seen = judge_functions(with_one(**changes))
    assert seen.severity is severity
    assert words in seen.line


def test_a_function_that_nobody_called_lately_is_ready() -> None:
    """Lambda puts one aside that nobody called for weeks, and prepares it at the next call."""
    idle = with_one(configuration={"State": "Inactive"}, calls=0)
    assert judge_functions(idle).severity is Severity.OK


@pytest.mark.parametrize(
    ("queue", "severity", "words"),
    [
        (READ, Severity.OK, "The queue is read: 0 messages waiting."),
        (replace(READ, waiting=4, oldest=3), Severity.OK, "4 messages waiting, the oldest for 3 s"),
        (replace(READ, reader="Creating"), Severity.OK, "The queue is read"),
        (replace(READ, reader="Disabled"), Severity.FAIL, "its event source is Disabled"),
        (replace(READ, reader=""), Severity.FAIL, "its reader was deleted"),
        (replace(READ, waiting=90, oldest=75), Severity.WARN, "Messages are late"),
        (replace(READ, waiting=900, oldest=400), Severity.FAIL, "pile up"),
        (replace(READ, dead=7), Severity.WARN, "7 messages set aside after failing"),
        (replace(READ, dead=1), Severity.WARN, "1 message set aside"),
        # CloudWatch's figure is up to minutes old: nothing waits now.
        (replace(READ, waiting=0, oldest=400), Severity.OK, "The queue is read"),
    ],
)
def test_a_queue_that_is_not_read_fails_and_a_late_one_warns(
    queue: Queue, severity: Severity, words: str
) -> None:
    seen = judge_queue(queue)
    assert seen.severity is severity, seen.line
    assert words in seen.line
