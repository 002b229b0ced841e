"""Calls that are tried again: how often, for how long, what is said, and what is not repeated."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from solarrally_tui.aws import patience
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.patience import Patience
from solarrally_tui.aws.pool import DaemonPool
from solarrally_tui.simulator.child import Account
from tests.provisioning.engine_setup import fault, opened


class Clock:
    """Time that only pauses move."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def failed(code: str, **more: Any) -> AwsError:
    return AwsError(code, "", "s", "o", **more)


def attempts(patience_: Patience, clock: Clock, code: str) -> int:
    """How often a call is made that never succeeds; moves the clock by each pause."""
    trial, made = patience_.trial("s.o"), 1
    while (pause := trial.pause(failed(code))) is not None:
        clock.now += pause
        made += 1
    return made


@pytest.mark.parametrize("code", ["Throttling", "InternalFailure", "ReadTimeoutError"])
def test_without_a_run_a_call_is_made_four_times_within_seconds(code: str) -> None:
    clock = Clock()
    assert attempts(Patience(clock=clock), clock, code) == 4
    assert clock.now < 5


@pytest.mark.parametrize("code", ["AccessDenied", "ValidationError", "ExpiredToken", "Whatever"])
def test_what_would_not_change_is_not_tried_again(code: str) -> None:
    clock = Clock()
    assert attempts(Patience(clock=clock), clock, code) == 1


@pytest.mark.parametrize("code", ["Throttling", "InternalFailure", "ReadTimeoutError"])
def test_a_run_tries_for_a_quarter_of_an_hour_and_says_so(code: str) -> None:
    clock, said = Clock(), list[tuple[Kind | None, str]]()
    run = Patience(lambda kind, words: said.append((kind, words)), clock=clock, reached=True)
    attempts(run, clock, code)
    assert 900 <= clock.now <= 930
    assert 10 <= len(said) <= 18  # about once a minute
    assert "min" in said[-1][1]
    run.over("s.o")
    assert said[-1] == (None, "AWS answers again.")
    run.over("s.o")
    assert said[-2][0] is not None


@pytest.mark.parametrize(("code", "answers"), [("Throttling", False), ("ReadTimeoutError", True)])
def test_the_answer_to_another_call_ends_a_wait_only_where_nothing_was_answered(
    code: str, answers: bool
) -> None:
    clock, said = Clock(), list[str]()
    run = Patience(lambda _, words: said.append(words), clock=clock, reached=True)
    attempts(run, clock, code)
    run.over("s.other")
    assert (said[-1] == "AWS answers again.") is answers
    run.over("s.o")
    assert said[-1] == "AWS answers again."


def test_where_aws_limits_calls_pauses_are_those_of_its_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A simulated account whose clock is fast has answered as often as AWS has in that time."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:1")
    monkeypatch.setenv("SOLARRALLY_PACE", "20")
    clock = Clock()
    trial = Patience(lambda *_: None, clock=clock).trial("s.o")
    assert max(trial.pause(failed("Throttling")) or 0.0 for _ in range(30)) <= 1.0
    lost = Patience(lambda *_: None, clock=clock, reached=True).trial("s.o")
    assert max(lost.pause(failed("ReadTimeoutError")) or 0.0 for _ in range(30)) > 1.0


def test_a_run_that_has_not_reached_aws_yet_does_not_wait_for_a_network() -> None:
    clock = Clock()
    assert attempts(Patience(lambda *_: None, clock=clock), clock, "EndpointConnectionError") == 4


def test_what_a_run_has_waited_for_is_no_answer_to_wait_for_again() -> None:
    clock = Clock()
    trial = Patience(lambda *_: None, clock=clock).trial("s.o")
    error = failed("Throttling")
    while (pause := trial.pause(error)) is not None:
        clock.now += pause
    assert error.waited_for


def test_an_attended_run_waits_for_a_sign_in_and_an_unattended_one_ends() -> None:
    said: list[str] = []
    attended = Patience(lambda _, words: said.append(words), reached=True, attended=True)
    assert attended.trial("s.o").pause(failed("ExpiredToken"))
    assert "Sign in again" in said[0]
    attended.over("s.o")
    assert said[-1] == "Signed in again."
    unattended = Patience(lambda *_: None, reached=True)
    assert unattended.trial("s.o").pause(failed("ExpiredToken")) is None


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("Whatever", 500, Kind.UNAVAILABLE),
        ("503", 503, Kind.UNAVAILABLE),
        ("SlowDown", 503, Kind.THROTTLED),
        ("Whatever", 400, Kind.OTHER),
        ("ServiceUnavailableException", 0, Kind.UNAVAILABLE),
    ],
)
def test_a_status_of_500_and_more_is_a_problem_of_awss_own(
    code: str, status: int, kind: Kind
) -> None:
    assert failed(code, status=status).kind is kind


def test_a_run_waits_for_a_clock_that_was_right_before() -> None:
    said: list[str] = []
    now = [0.0]
    skewed = partial(AwsError, "RequestTimeTooSkewed", "no", "ecs", "x", timedelta(hours=1))
    run = Patience(lambda _, words: said.append(words), clock=lambda: now[0], reached=True)
    trial = run.trial("ecs.x")
    assert trial.pause(skewed())
    assert "The clock of this computer is wrong" in said[0]
    now[0] = 901.0
    ended = skewed()
    assert trial.pause(ended) is None
    assert ended.waited_for
    assert Patience(lambda *_: None).trial("ecs.x").pause(skewed()) is None, "it was never right"
    assert Patience().trial("ecs.x").pause(skewed()) is None


class _NoClients:
    """Clients that nobody asks: the calls of these tests are functions."""

    can_sign_in_again = False


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Door, list[Any]]]:
    """A door whose calls return or raise what the list says, one after the other."""
    answers: list[Any] = []

    def invoke(*_: Any) -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr("solarrally_tui.aws.session.invoke", invoke)
    monkeypatch.setattr(patience, "_FIRST_PAUSE", 0.001)
    pool = DaemonPool(2, "test")
    yield Door(_NoClients(), pool, "us-east-1", read_only=False), answers  # type: ignore[arg-type] see above
    pool.shutdown()


@pytest.mark.parametrize("code", ["ConnectionClosedError", "InternalFailure"])
@pytest.mark.parametrize("done", [True, False])
async def test_after_a_lost_answer_a_write_is_looked_for_before_it_is_repeated(
    scripted: tuple[Door, list[Any]], code: str, done: bool
) -> None:
    door, answers = scripted
    answers += [failed(code), {"id": "second"}]

    async def look() -> dict[str, Any] | None:
        return {"id": "first"} if done else None

    made = await door.once("codebuild", "start_build", look)
    assert made == {"id": "first" if done else "second"}
    assert len(answers) == done


async def test_a_write_that_aws_refused_is_repeated_without_a_look_or_ends(
    scripted: tuple[Door, list[Any]],
) -> None:
    door, answers = scripted
    answers += [failed("Throttling"), failed("AccessDenied")]

    async def look() -> dict[str, Any] | None:
        pytest.fail("nothing was lost")

    with pytest.raises(AwsError, match="AccessDenied"):
        await door.once("codebuild", "start_build", look)


async def test_a_call_that_is_throttled_or_broken_for_a_moment_succeeds(account: Account) -> None:
    async with opened(account) as door:
        for kind, code in (("throttle", ""), ("refuse", "InternalFailure")):
            with fault(account, kind=kind, target="ec2.DescribeVpcs", code=code, times=2):
                assert await door.call("ec2", "describe_vpcs")
