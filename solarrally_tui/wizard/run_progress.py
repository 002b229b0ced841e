"""One run of the engine as the provision screen shows it: events folded into steps and a log."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.provisioning.engine.events import Event, State
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome

LOG_LINES: Final = 400
_OPEN: Final = frozenset({State.RUNNING, State.WAITING_FOR_YOU})


@dataclass(slots=True)
class StepView:
    """Where one step stands."""

    id: str
    title: str
    state: State = State.WAITING
    started: float | None = None
    ended: float | None = None
    reason: str = ""

    def elapsed(self, now: float) -> float | None:
        """Return seconds since the start, or that it took; None before it."""
        if self.started is None:
            return None
        return (self.ended if self.ended is not None else now) - self.started


@dataclass(slots=True)
class RunProgress:
    """A deployment or a removal, under way or over. Times are seconds since the epoch."""

    titles: Mapping[str, str]
    """Titles of steps by id. A deployment has all of them; what a destroy has is told."""
    destroys: bool = False
    """Whether the run removes a site; otherwise it deploys one."""
    site: str = ""
    """Name of the site."""
    clock: Callable[[], float] = field(default=lambda: datetime.now(UTC).timestamp())
    steps: dict[str, StepView] = field(init=False)
    log: deque[Event] = field(default_factory=lambda: deque(maxlen=LOG_LINES))
    logged: int = 0
    outcome: Outcome | None = None
    started: float = field(init=False)
    ended: float | None = None
    version: int = 0
    """Grows with every change, so that a screen draws only when there is something new."""

    def __post_init__(self) -> None:
        known = {} if self.destroys else self.titles
        self.steps = {key: StepView(key, title) for key, title in known.items()}
        self.started = self.clock()

    def take(self, event: Event) -> None:
        """Fold an event in. Called from the engine for each one."""
        self.version += 1
        if event.resource:
            self.log.append(event)
            self.logged += 1
            return
        view = self.steps.setdefault(event.step, self._unseen(event.step))
        if event.state in _OPEN and view.started is None:
            view.started = _seconds(event.time, self.clock())
        if event.state not in _OPEN and view.started is not None and view.ended is None:
            view.ended = _seconds(event.time, self.clock())
        view.state, view.reason = event.state, event.reason

    def _unseen(self, step: str) -> StepView:
        return StepView(step, self.titles.get(step, step))

    def finish(self, outcome: Outcome) -> None:
        """Take the last word of the engine."""
        self.outcome, self.ended = outcome, self.clock()
        self.version += 1
        for view in self.steps.values():
            if view.state is State.RUNNING:
                view.state, view.ended = State.OUT_OF_SIGHT, self.ended

    @property
    def active(self) -> bool:
        """Whether the engine is still at it."""
        return self.outcome is None

    @property
    def succeeded(self) -> bool:
        """Whether the run is over and all is well."""
        return self.outcome is not None and self.outcome.exit_code is Exit.OK

    @property
    def exit_code(self) -> Exit | None:
        """How the run ended; None while it goes on."""
        return self.outcome.exit_code if self.outcome is not None else None

    @property
    def elapsed(self) -> float:
        """Seconds since the start, or that the run took."""
        return (self.ended if self.ended is not None else self.clock()) - self.started

    @property
    def finished_steps(self) -> int:
        """How many steps are done or unchanged."""
        over = {State.DONE, State.UNCHANGED}
        return sum(view.state in over for view in self.steps.values())


def failed(error: Exception) -> Outcome:
    """Turn an exception that reached the screens into the last word of a run."""
    if isinstance(error, AwsError):
        return Outcome(Exit.FAILED, error.plain.what, error.plain)
    cause = Plain(
        what="The wizard met an error of its own.",
        why="This is a fault in solarrally, not in your account.",
        next="Try again. It continues where it stopped.",
        detail=fault(error),
    )
    return Outcome(Exit.FAILED, cause.what, cause)


def fault(error: BaseException) -> str:
    """Say what kind of fault it is and in which line of code. Never a value: it may be secret."""
    where = error.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    if where is None:
        return type(error).__name__
    return f"{type(error).__name__} at {where.tb_frame.f_code.co_filename}:{where.tb_lineno}"


def _seconds(stamp: str, fallback: float) -> float:
    try:
        return datetime.fromisoformat(stamp).timestamp()
    except ValueError:
        return fallback
