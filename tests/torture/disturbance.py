"""What goes wrong with the calls of a run: a kill, a lost answer, or an error before the call.

Every call is named by its step, its operation, and how many different ones of that pair the run
made before it. The faults are botocore's own exceptions, so that their translation is tried, too.
"""

import contextlib
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import botocore.exceptions
import pytest

from solarrally_tui.aws import patience, session
from solarrally_tui.aws.door import Door, is_reading
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.provisioning.engine.waits import STEP

FUNCTIONS: Final = ("invoke", "invoke_pages")
"""The functions of aws.session that a door calls AWS with."""


class Killed(BaseException):
    """The process is gone. Nothing that handles errors handles this."""


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """One call of a life."""

    step: str
    call: str
    """Service and operation."""
    nth: int

    @property
    def writes(self) -> bool:
        return not is_reading(self.call.partition(".")[2])

    def __str__(self) -> str:
        return f"{self.step} {self.call} {self.nth}"


def _answer(code: str, status: int) -> Exception:
    response: Any = {
        "Error": {"Code": code, "Message": "said the disturbance"},
        "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": {}},
    }
    return botocore.exceptions.ClientError(response, "Operation")


ERRORS: Final[dict[str, Callable[[], Exception]]] = {
    "throttled": lambda: _answer("ThrottlingException", 400),
    "status-500": lambda: _answer("InternalFailure", 500),
    "timeout": lambda: botocore.exceptions.ReadTimeoutError(endpoint_url="https://aws"),
    "reset": lambda: botocore.exceptions.ConnectionClosedError(endpoint_url="https://aws"),
    "expired": lambda: _answer("ExpiredTokenException", 400),
}
"""What a call raises before it had an effect."""

_MOST_KILLS: Final = 8
"""How often a run is killed after calls of one step and operation."""

LOST, KILL, NOTHING, SAMPLED = "lost", "kill", "undisturbed", "sampled"
MODES: Final = (NOTHING, *ERRORS, LOST, KILL, SAMPLED)

_SAMPLED_ERRORS: Final = 0.3
"""Which part of all calls the sampled mode disturbs with an error, a lost answer included."""

_SAMPLED_KILLS: Final = 0.04
"""Which part of the writing calls it kills a run after."""


@dataclass(slots=True)
class Disturbance:
    """Disturbs calls of doors in one way, each chosen one once.

    In the sampled mode in any way, by what the seed says of the call: the same in every order.
    """

    mode: str
    chosen: Callable[[Point], bool] = lambda _: True
    """Which calls. Of a kill, each one that is chosen ends a run of its own."""
    seed: int = 0
    """Of the sampled mode."""
    seen: list[Point] = field(default_factory=list)
    hit: list[Point] = field(default_factory=list)
    ways: list[str] = field(default_factory=list)
    """How each one of those was disturbed."""
    dead: bool = False
    _counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _pairs: set[tuple[str, str]] = field(default_factory=set)
    _asked: set[tuple[str, str, str]] = field(default_factory=set)
    _killed: set[tuple[str, str, str]] = field(default_factory=set)

    def next_run(self) -> None:
        """Begin another run: the process is alive, and counts its calls from the first."""
        self.dead = False
        self._counts.clear()
        self._asked.clear()

    @contextlib.contextmanager
    def applied(self) -> Iterator[None]:
        """Disturb every door for as long as the block lasts."""
        real = Door._run

        async def run(door: Door, function: Any, *args: Any) -> Any:
            if self.dead:
                raise Killed
            if getattr(function, "__name__", "") not in FUNCTIONS:
                return await real(door, function, *args)
            point, is_new = self._point(f"{args[1]}.{args[2]}", args[3:])
            way = self._way(point, repr(args[3:])) if is_new else ""
            if way in ERRORS:
                raise session.translate(ERRORS[way](), args[1], args[2])
            answer = await real(door, function, *args)
            if way == LOST:
                raise session.translate(ERRORS["reset"](), args[1], args[2])
            if way == KILL:
                self.dead = True
                raise Killed
            return answer

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Door, "_run", run)
            patch.setattr(patience, "_FIRST_PAUSE", 0.001)
            patch.setattr(patience, "_SIGN_IN_EVERY", 0.001)
            yield

    def _point(self, call: str, given: tuple[Any, ...]) -> tuple[Point, bool]:
        """Return where a run is, and whether it has not asked for the same before."""
        pair = STEP.get("before"), call
        asked = (*pair, repr(given))
        is_new = asked not in self._asked
        self._asked.add(asked)
        self._counts[pair] += is_new
        point = Point(*pair, self._counts[pair])
        if is_new:
            self.seen.append(point)
        return point, is_new

    def _way(self, point: Point, given: str) -> str:
        """Return how a call is disturbed; empty where it is not."""
        way = self._drawn(point) if self.mode == SAMPLED else self.mode
        strikes = self._kills(point, given) if self.mode == KILL else self._strikes(point, way)
        if strikes:
            self.ways.append(way)
        return way if strikes else ""

    def _drawn(self, point: Point) -> str:
        """Return what the seed says of a call."""
        drawn = random.Random(f"{self.seed} {point}")
        if point.writes and drawn.random() < _SAMPLED_KILLS:
            return KILL
        ways = (*ERRORS, LOST) if point.writes else tuple(ERRORS)
        return drawn.choice(ways) if drawn.random() < _SAMPLED_ERRORS else NOTHING

    def _strikes(self, point: Point, way: str) -> bool:
        if way == NOTHING or point in self.hit or not self.chosen(point):
            return False
        if self.mode in ERRORS and (point.step, point.call) in self._pairs:
            return False
        if way == LOST and not point.writes:
            return False
        self._pairs.add((point.step, point.call))
        self.hit.append(point)
        return True

    def _kills(self, point: Point, given: str) -> bool:
        """Kill after each writing call once, whatever number it has in the runs that follow.

        What is random in a call makes it another one in each run, so there is a limit to that.
        """
        killed = [one for one in self.hit if (one.step, one.call) == (point.step, point.call)]
        asked = (point.step, point.call, given)
        is_known = asked in self._killed or len(killed) >= _MOST_KILLS
        if is_known or not point.writes or not self.chosen(point):
            return False
        self._killed.add(asked)
        self.hit.append(Point(point.step, point.call, len(killed) + 1))
        return True


def is_killed(error: BaseException) -> bool:
    return isinstance(error, Killed) or (
        isinstance(error, BaseExceptionGroup) and error.subgroup(Killed) is not None
    )


__all__ = ["MODES", "AwsError", "Disturbance", "Killed", "Point", "is_killed"]
