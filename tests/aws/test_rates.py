"""Turns of calls that AWS takes so many of in a second."""

import asyncio

import pytest

from solarrally_tui.aws import patience
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.rates import Rates


async def due(rates: Rates, monkeypatch: pytest.MonkeyPatch, calls: int) -> list[float]:
    """When each call of a crowd is due, in seconds from the first."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    loop = asyncio.get_running_loop()
    now = loop.time()
    with monkeypatch.context() as still:
        still.setattr(loop, "time", lambda: now)
        still.setattr(asyncio, "sleep", sleep)
        for _ in range(calls):
            before = len(pauses)
            await rates.turn("iot.attach_policy")
            if len(pauses) == before:
                pauses.append(0.0)
    return pauses


async def test_a_crowd_takes_turns_at_the_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = await due(Rates({"iot.attach_policy": 10.0}), monkeypatch, 30)
    # What was missed before, less than a second's worth, may follow at once.
    assert moments[:8] == [0.0] * 8
    assert moments[-1] == pytest.approx(29 / 10 - 0.8)


async def test_throttling_slows_and_answers_recover(monkeypatch: pytest.MonkeyPatch) -> None:
    rates = Rates({"iot.attach_policy": 10.0})
    for _ in range(3):  # refused together, so they count once
        rates.throttled("iot.attach_policy")
    moments = await due(rates, monkeypatch, 30)
    assert moments[-1] == pytest.approx(29 / 7.0 - 0.8)
    for _ in range(50):
        rates.answered("iot.attach_policy")
    # As many turns again, at the full rate: some of that time has passed.
    assert (await due(rates, monkeypatch, 30))[-1] - moments[-1] == pytest.approx(3.0, abs=0.5)


async def test_other_calls_and_an_instant_account_wait_for_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert await due(Rates({}), monkeypatch, 20) == [0.0] * 20
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:1")
    monkeypatch.setenv("SOLARRALLY_PACE", "inf")
    assert await due(Rates({"iot.attach_policy": 10.0}), monkeypatch, 20) == [0.0] * 20


def test_throttling_alone_never_ends_a_call_that_takes_turns() -> None:
    now = [0.0]
    throttled = AwsError("ThrottlingException", "Rate exceeded", "iot", "attach_policy")
    ended = {}
    for name, limits in (("a run", patience.LIMITS), ("turns", patience.ENDURING)):
        trial = patience.Patience(
            lambda _kind, _text: None, lambda: now[0], reached=True, limits=limits
        ).trial("iot.attach_policy")
        now[0] = 0.0
        for _ in range(10):
            now[0] += 400.0
            ended[name] = trial.pause(throttled) is None
            if ended[name]:
                break
    assert throttled.kind is Kind.THROTTLED
    assert ended == {"a run": True, "turns": False}
