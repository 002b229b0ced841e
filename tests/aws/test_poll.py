import time

import pytest

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.poll import StillWaitingError, poll


async def test_poll_returns_the_first_thing_that_is_not_none() -> None:
    answers = iter([None, None, 0])

    async def check() -> int | None:
        return next(answers)

    assert await poll(check, every=0.001, limit=5) == 0


@pytest.mark.parametrize("code", ["Throttling", "EndpointConnectionError"])
async def test_a_throttled_or_unreachable_answer_is_no_verdict(code: str) -> None:
    answers = iter([AwsError(code, "", "s", "o"), "there"])

    async def check() -> str | None:
        answer = next(answers)
        if isinstance(answer, AwsError):
            raise answer
        return answer

    assert await poll(check, every=0.001, limit=5) == "there"


async def test_any_other_error_ends_the_wait() -> None:
    async def check() -> str | None:
        raise AwsError("AccessDenied", "", "s", "o")

    with pytest.raises(AwsError):
        await poll(check, every=0.001, limit=5)


async def test_a_wait_has_an_end_and_infers_nothing() -> None:
    async def check() -> str | None:
        return None

    began = time.monotonic()
    with pytest.raises(StillWaitingError):
        await poll(check, every=0.02, limit=0.1)
    assert time.monotonic() - began < 60


async def test_pauses_grow_up_to_the_slowest() -> None:
    moments: list[float] = []

    async def check() -> bool | None:
        moments.append(time.monotonic())
        return True if len(moments) == 12 else None

    await poll(check, every=0.005, slowest=0.02, limit=5)
    # Without growth, eleven pauses of 5 ms would need a slow machine to reach this.
    assert moments[-1] - moments[-2] >= 0.018
