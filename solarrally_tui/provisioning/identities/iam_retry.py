"""Repeats calls while IAM is not consistent yet, as it is not for some seconds after a change."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.poll import StillWaitingError, poll

T = TypeVar("T")

_CONTRADICTED_SECONDS: Final = 30.0
_CONTRADICTIONS: Final = frozenset({Kind.NOT_FOUND, Kind.EXISTS})
_COLLISIONS: Final = frozenset({"ConcurrentModification", "ConcurrentModificationException"})


async def retry_while(
    passing: Callable[[AwsError], bool], call: Callable[[], Awaitable[T]], limit: float
) -> T:
    """Make a call, again for limit seconds while its error is a passing one.

    Raises AwsError, after the limit also a passing one.
    """
    last_error: AwsError | None = None

    async def attempt() -> tuple[T] | None:
        nonlocal last_error
        try:
            return (await call(),)
        except AwsError as error:
            if not passing(error):
                raise
            last_error = error
            return None

    try:
        (result,) = await poll(attempt, every=1.0, slowest=5.0, limit=limit)
    except StillWaitingError:
        if last_error:
            raise last_error from None
        raise
    return result


async def until_consistent(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call that is safe to repeat, again while IAM contradicts itself.

    IAM does that for a while after a change, also after one by another run. Raises AwsError.
    """
    return await retry_while(_contradicts, call, _CONTRADICTED_SECONDS)


def _contradicts(error: AwsError) -> bool:
    return error.kind in _CONTRADICTIONS or error.code in _COLLISIONS
