"""How long a call is tried again while AWS, or the way to it, is not well.

botocore's own retries are off: they sleep in threads, cannot be stopped, say nothing, and repeat
writes whose answer was lost.
"""

import math
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.pace import here

LOST: Final = frozenset({Kind.UNREACHABLE, Kind.UNAVAILABLE})
"""Kinds of errors after which AWS may have done what was asked for."""

PASSING: Final = LOST | {Kind.THROTTLED}
"""Kinds of errors that say nothing about what was asked for."""

_OF_ONE_CALL: Final = frozenset({Kind.THROTTLED, Kind.UNAVAILABLE})
"""Kinds of errors that one call may meet while AWS answers others. They pass by AWS's own clock."""

_ATTEMPTS: Final = 4
"""How often a call is made at least."""

_FIRST_PAUSE: Final = 0.25
_LONGEST_PAUSE: Final = 20.0
"""Seconds; of AWS (aws/pace.py) where the trouble is AWS's own, as are those until it is said."""

_LONGEST_OFFLINE: Final = 5.0
"""Seconds. Without a network, the next attempt costs AWS nothing."""

SAID_AFTER: Final = 20.0
SILENT_AFTER: Final = 10.0
"""Seconds after which a wait is said, of AWS where the trouble is its own, and here where nothing
answers."""
_SAID_EVERY: Final = 60.0

LIMITS: Final = {
    Kind.THROTTLED: 900.0,
    Kind.UNAVAILABLE: 900.0,
    Kind.UNREACHABLE: 900.0,
    Kind.EXPIRED: 12 * 3600.0,
    Kind.LOCAL: 900.0,
}
"""Seconds in all for which a run tries again, by what is wrong."""

ENDURING: Final = LIMITS | {Kind.THROTTLED: math.inf}
"""The same for calls that take turns: where AWS limits them, they only take longer."""

_SIGN_IN_EVERY: Final = 5.0
"""Seconds between looks for a new sign-in session, or a clock that is right again."""

_AT_ONCE: Final = frozenset({Kind.EXPIRED, Kind.LOCAL})
"""What somebody has to do something about is said at once."""

SESSION_EXPIRED: Final = "The AWS sign-in session has expired."
"""How a run begins to say that it waits for a sign-in."""

LIMITED: Final = "AWS limits the rate of calls."
"""How a run begins to say that it waits because it has made too many calls."""

SILENT: Final = "AWS has not answered"
"""How a run begins to say that nothing answers."""

ANSWERED: Final = frozenset({"AWS answers again.", "Signed in again."})
"""What a run says once a call is answered, whatever it waited for."""

_WORDS: Final = {
    Kind.THROTTLED: f"{LIMITED} One has waited for {{time}}. Still trying",
    Kind.UNAVAILABLE: "AWS has a problem. A call has waited for {time}. Still trying",
    Kind.UNREACHABLE: f"{SILENT} for {{time}}. It continues with what was started. Still trying",
    Kind.EXPIRED: f"{SESSION_EXPIRED} Sign in again as you did before. This run "
    "then continues automatically. AWS continues with what was started",
    Kind.LOCAL: "The clock of this computer is wrong, and AWS refuses its calls. Set it, or wait "
    "until it is set automatically. This run then continues, and AWS with what was started",
}

Say = Callable[[Kind | None, str], None]
"""Reports why a call waits, by the kind of the error, or with None that it waits no longer."""


@dataclass(slots=True)
class Patience:
    """How calls are tried again; by default four times within a few seconds, saying nothing."""

    say: Say | None = None
    """Given by a run, which tries for minutes."""
    clock: Callable[[], float] = time.monotonic
    reached: bool = False
    """Whether AWS has answered at all. Before, nothing is worth waiting for."""
    attended: bool = False
    """Whether somebody is there who can sign in again."""
    limits: Mapping[Kind, float] = field(default_factory=lambda: LIMITS)
    _said: dict[Kind, tuple[float, str]] = field(default_factory=dict)
    """When it was said last that a call waits, and which one."""

    def trial(self, call: str) -> "Trial":
        """Begin to count the attempts of one call, named as service.operation."""
        return Trial(self, call, self.clock())

    def tell(self, kind: Kind, seconds: float, call: str) -> None:
        """Say that a call waits: after a while, then once a minute, whatever number of calls."""
        now = self.clock()
        quiet = SILENT_AFTER if kind is Kind.UNREACHABLE else _on_clock(kind, SAID_AFTER)
        if self.say is None or (seconds < quiet and kind not in _AT_ONCE):
            return
        said, _ = self._said.get(kind, (-math.inf, ""))
        if now - said < _on_clock(kind, _SAID_EVERY):
            return
        self._said[kind] = now, call
        self.say(kind, f"{_WORDS[kind].format(time=_duration(seconds))}.")

    def over(self, call: str) -> None:
        """Note the answer to a call, and say so where it, or every call, had waited for one."""
        self.reached = True
        ended = [
            kind
            for kind, (_, waits) in self._said.items()
            if waits == call or kind not in _OF_ONE_CALL
        ]
        for kind in ended:
            del self._said[kind]
        if ended and self.say:
            self.say(None, "Signed in again." if Kind.EXPIRED in ended else "AWS answers again.")


@dataclass(slots=True)
class Trial:
    """The attempts of one call."""

    patience: Patience
    call: str
    began: float
    attempts: int = 0

    def pause(self, error: AwsError) -> float | None:
        """Return the seconds to wait before the next attempt; None where there is none."""
        self.attempts += 1
        patience, kind = self.patience, error.kind
        waited = patience.clock() - self.began
        if kind is Kind.EXPIRED and patience.say and patience.attended and patience.reached:
            patience.tell(kind, waited, self.call)
            return None if waited > patience.limits[kind] else _SIGN_IN_EVERY
        if error.is_of_clock and patience.say and patience.reached:
            # It was right before: it was set, or this computer has slept.
            patience.tell(kind, waited, self.call)
            error.waited_for = waited > patience.limits[kind]
            return None if error.waited_for else _SIGN_IN_EVERY
        if kind not in PASSING:
            return None
        if self.attempts >= _ATTEMPTS:
            if patience.say is None or (kind is Kind.UNREACHABLE and not patience.reached):
                return None
            if waited > patience.limits[kind]:
                error.waited_for = True
                return None
        patience.tell(kind, waited, self.call)
        longest = _LONGEST_OFFLINE if kind is Kind.UNREACHABLE else _LONGEST_PAUSE
        grown: float = _FIRST_PAUSE * 2.0 ** min(self.attempts - 1, 10)
        pause = _on_clock(kind, min(grown, longest))
        return pause * random.uniform(0.5, 1.0)  # noqa: S311 jitter, not a secret


def _on_clock(kind: Kind, seconds: float) -> float:
    """Return how long some seconds are here, where they are of AWS for that kind of error."""
    return here(seconds) if kind in _OF_ONE_CALL else seconds


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
