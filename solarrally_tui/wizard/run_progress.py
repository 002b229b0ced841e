"""One run of the engine as Provision shows it: events folded into steps and a log."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from solarrally_tui.aws.patience import ANSWERED, SILENT, SILENT_AFTER
from solarrally_tui.findings.glyphs import Signed
from solarrally_tui.findings.reasons.computer import CREDENTIALS
from solarrally_tui.findings.reasons.table import reason_of
from solarrally_tui.findings.stack_failures import ECHOES
from solarrally_tui.provisioning.deployment.step_graph import ACCOUNT, VERIFY
from solarrally_tui.provisioning.engine.events import WATCHED, Event, State
from solarrally_tui.provisioning.engine.narrator import STACK_TYPE
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.site.tiers import Shape

LOG_LINES: Final = 400
_VERBS: Final = frozenset({"CREATE", "UPDATE", "KEEP"})
_CERTIFICATE: Final = "AWS::CertificateManager::Certificate"
_OPEN: Final = frozenset({State.RUNNING, State.WAITING_FOR_YOU})
_PASSING: Final = _OPEN | {State.OUT_OF_SIGHT}
OVER: Final = frozenset({State.DONE, State.UNCHANGED, State.WARN})
"""States of a step that has ended well."""
_LOOK: Final = frozenset({ACCOUNT, VERIFY})
"""Steps that only look: there is nothing that could be unchanged."""
_FOUND_NONE: Final = frozenset({State.WAITING, State.RUNNING, State.UNCHANGED})
"""States of a step that has deleted nothing so far."""


class Part(Signed):
    """A state that only a resource has, and no step."""

    KEPT = "kept"
    """Its stack is deleted without it."""


_SKIPPED: Final = "DELETE_SKIPPED"
"""CloudFormation's status of what a deletion keeps. It gives no reason, so the event bears it."""


@dataclass(frozen=True, slots=True)
class Prospects:
    """What is known of a run before it begins. Empty where nothing is."""

    usual: Mapping[str, float] = field(default_factory=dict)
    """Seconds of AWS that each step of a first deployment usually takes."""
    changes: Mapping[str, float] = field(default_factory=dict)
    """The same of a change to a stack that exists."""
    monthly: Mapping[str, Decimal] = field(default_factory=dict)
    """USD a month of each stack of a site that is used, by its id."""
    shape: Shape = Shape.TASKS
    """What runs the application, which decides the steps."""
    unused: Mapping[str, Decimal] = field(default_factory=dict)
    """USD a month of each stack that nobody uses yet: list prices, without what depends on use."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What earlier tries of a deployment have done. The next try keeps it and continues."""

    seconds: float = 0.0
    """That they took, on this computer's clock."""
    share: float = 0.0
    """How much of the whole was shown as over, from 0 to 1."""
    steps: frozenset[str] = frozenset()
    """Ids of the steps that were finished."""
    creates: bool = False
    """Whether the site did not exist before: what is not finished has to be created."""
    spent: Decimal = Decimal(0)
    """USD that it has cost until the next try began."""


@dataclass(slots=True)
class StepView:
    """How far one step is."""

    id: str
    title: str
    state: State = State.WAITING
    started: float | None = None
    ended: float | None = None
    reason: str = ""
    kept: bool = False
    """Whether an earlier try has finished it."""
    verb: str = ""
    """CREATE or UPDATE, as soon as CloudFormation reports that of the step's stack; KEEP for one
    that is as wanted."""
    in_aws: str = ""
    """CloudFormation's status of its stack, as reported last; of a build, its first part."""
    certificates: set[str] = field(default_factory=set)
    """Logical ids of certificates that its stack waits for."""
    parts: dict[str, Signed] = field(default_factory=dict)
    """What AWS reported last of each resource of its stack, by logical id; of a stack that is
    rolled back, before that."""

    @property
    def rolls_back(self) -> bool:
        """Whether CloudFormation undoes what the step has done."""
        return "ROLLBACK_" in self.in_aws and self.state is State.RUNNING

    @property
    def fails(self) -> bool:
        """Whether it has failed, or CloudFormation undoes it, which ends in that."""
        return self.state is State.FAILED or self.rolls_back

    @property
    def shown(self) -> State:
        """How it is shown: as failed once AWS undoes it, and as done until it is checked again."""
        if self.fails:
            return State.FAILED
        is_kept = self.kept and self.state is State.WAITING
        has_looked = self.id in _LOOK and self.state is State.UNCHANGED
        return State.DONE if is_kept or has_looked else self.state

    @property
    def is_over(self) -> bool:
        """Whether it has ended well, as far as is known: one that is checked again still has."""
        checks = self.kept and self.state is State.RUNNING and self.verb not in {"CREATE", "UPDATE"}
        return checks or self.shown in OVER

    def note(self, event: Event) -> None:
        """Take what AWS reports of the step's stack, of a resource in it, or of its build."""
        if event.type == STACK_TYPE:
            verb = "KEEP" if event.state is State.UNCHANGED else event.reason.partition("_")[0]
            self.verb = verb if verb in _VERBS else self.verb
            self.in_aws = event.reason.partition(":")[0]
        elif not event.stack:
            self.in_aws = self.in_aws or event.resource
        else:
            # The stack's own first event comes before those of its resources, if it was heard.
            self.in_aws = self.in_aws or "CREATE_IN_PROGRESS"
            if "ROLLBACK_" not in self.in_aws and not event.reason.startswith(ECHOES):
                self.parts[event.resource] = Part.KEPT if event.reason == _SKIPPED else event.state
        if event.type == _CERTIFICATE and event.state is State.RUNNING:
            self.certificates.add(event.resource)
        elif event.type == _CERTIFICATE:
            self.certificates.discard(event.resource)

    def elapsed(self, now: float) -> float | None:
        """Return the seconds since the start, or those it took; None before it."""
        if self.started is None:
            return None
        return (self.ended if self.ended is not None else now) - self.started


@dataclass(slots=True)
class RunProgress:
    """A deployment or a deletion, running or ended. Times are seconds since the epoch."""

    titles: Mapping[str, str]
    """Titles of steps by id. A deployment has all of them; a deletion reports which it has."""
    destroys: bool = False
    """Whether the run deletes a site; otherwise it deploys one."""
    site: str = ""
    """Name of the site."""
    clock: Callable[[], float] = field(default=lambda: datetime.now(UTC).timestamp())
    steps: dict[str, StepView] = field(init=False)
    prospects: Prospects = field(default_factory=Prospects)
    """What is known of its time and money before it begins."""
    earlier: Earlier = Earlier()
    """What the tries before it have done."""
    there: frozenset[str] | None = None
    """The stacks that exist before a deletion, as a deployment left them; None where that is not
    known."""
    share: float = 0.0
    """The most that was shown as over of it, from 0 to 1."""
    left: float | None = None
    """The seconds that were shown as left of it; None before any were."""
    log: deque[Event] = field(default_factory=lambda: deque(maxlen=LOG_LINES))
    logged: int = 0
    outcome: Outcome | None = None
    started: float = field(init=False)
    ended: float | None = None
    _asks_since: float | None = None
    """Since when a step waits for the person."""
    _asked: float = 0.0
    """Seconds for which one did before."""
    watched: str = ""
    """What another run is called, where this one only watches it."""
    minutes: tuple[int, int] | None = None
    """Those of AWS that Review gave for a change of a deployed site, at least and at most."""
    silent_since: float | None = None
    """Since when nothing of AWS answers; None while it does, and after the end."""
    _unseen: set[str] = field(default_factory=set)
    """Ids of the steps that were at work when the connection was lost."""
    is_forecast: bool = False
    """Whether its time and money are still looked up, so that a display keeps their rows free."""
    has_what_it_asks: bool = False
    """Whether nothing is left to do for the person, as far as was looked, or nobody knows yet what;
    a step waits until AWS sees that, too."""
    version: int = 0
    """Grows with every change, so that a screen draws only when something is new."""

    def __post_init__(self) -> None:
        known = {} if self.destroys else self.titles
        done = self.earlier.steps
        self.steps = {key: StepView(key, title, kept=key in done) for key, title in known.items()}
        self.started = self.clock()
        self.share = self.earlier.share

    def take(self, event: Event) -> None:
        """Fold an event in. Called from the engine for each one."""
        self.version += 1
        if event.type == WATCHED:
            # Of the other run only the stacks are seen: the steps are those that it reports.
            self.watched = event.reason
            self.steps.clear()
            return
        if event.resource:
            self.log.append(event)
            self.logged += 1
            if event.step in self.steps:
                self.steps[event.step].note(event)
            return
        if self._is_of_another_shape(event):
            return
        if event.state is State.OUT_OF_SIGHT and event.reason.startswith(SILENT):
            self._lose_sight()
            return
        if event.reason in ANSWERED:
            self._see_again()
        title = self.titles.get(event.step, event.step)
        view = self.steps.setdefault(event.step, StepView(event.step, title))
        if view.state in OVER and event.state in _PASSING and not self.watched:
            return  # What no step does, such as showing that the run lives, counts to the first.
        if event.state in _OPEN:
            view.started, view.ended = view.started or event.at or self.clock(), None
        if event.state not in _OPEN and view.started is not None and view.ended is None:
            view.ended = event.at or self.clock()
        view.state, view.reason = event.state, event.reason
        self._note_asking()

    def _lose_sight(self) -> None:
        """Note that nothing of AWS answers: no step that works can be seen, and no clock runs."""
        now = self.clock()
        if self.silent_since is None:
            self.silent_since = now - SILENT_AFTER
        for view in self.steps.values():
            if view.state is State.RUNNING:
                view.state, view.ended = State.OUT_OF_SIGHT, now
                self._unseen.add(view.id)

    def _see_again(self) -> None:
        """Note that AWS answers: what worked before does so until AWS reports how it ended."""
        for id_ in self._unseen:
            view = self.steps[id_]
            if view.state is State.OUT_OF_SIGHT:
                view.state, view.ended = State.RUNNING, None
        self._unseen.clear()
        self.silent_since = None

    def _note_asking(self) -> None:
        """Note since when a step waits for the person, or for how long one did."""
        asks = any(view.state is State.WAITING_FOR_YOU for view in self.steps.values())
        if asks and self._asks_since is None:
            self._asks_since = self.clock()
        elif not asks:
            self._asked, self._asks_since = self.asked_for, None

    @property
    def asked_for(self) -> float:
        """The seconds for which steps have waited for the person, and not for AWS."""
        since = self._asks_since
        return self._asked + (self.clock() - since if since is not None else 0.0)

    def _is_of_another_shape(self, event: Event) -> bool:
        """Whether a deletion reports a stack that the site does not have, and found none."""
        own = not self.titles or event.step in self.titles or event.step in self.steps
        return self.destroys and not own and event.state in _FOUND_NONE

    def finish(self, outcome: Outcome) -> None:
        """Take the outcome of the engine."""
        self.outcome, self.ended, self.silent_since = outcome, self.clock(), None
        self.version += 1
        for view in self.steps.values():
            if view.state is State.RUNNING:
                view.state, view.ended = State.OUT_OF_SIGHT, self.ended

    @property
    def active(self) -> bool:
        """Whether the engine is still working."""
        return self.outcome is None

    @property
    def succeeded(self) -> bool:
        """Whether the run has ended well."""
        return self.outcome is not None and self.outcome.exit_code is Exit.OK

    @property
    def exit_code(self) -> Exit | None:
        """How the run ended; None while it continues."""
        return self.outcome.exit_code if self.outcome is not None else None

    @property
    def is_signed_out(self) -> bool:
        """Whether it has stopped until somebody signs in again."""
        cause = self.outcome.cause if self.outcome is not None else None
        return cause is not None and reason_of(cause.detail) in CREDENTIALS

    @property
    def elapsed(self) -> float:
        """The seconds since the start, or those the run took."""
        return (self.ended if self.ended is not None else self.clock()) - self.started

    @property
    def finished_steps(self) -> int:
        """How many steps are done or unchanged, those that a try before this one did among them."""
        return sum(view.is_over for view in self.steps.values())

    @property
    def exists(self) -> bool:
        """Whether the site existed before the run, as far as AWS has reported it.

        A stack that an earlier step of the same run may have created does not count.
        """
        known = {"UPDATE", "KEEP"}
        return any(view.verb in known for view in self.steps.values() if view.id != "edge")

    def reach(self, share: float | None, left: float | None) -> None:
        """Note what is shown: how much of it is over, which never becomes less, and what is left.

        left: seconds; None where they are not known.
        """
        self.share = max(self.share, share or 0.0)
        self.left = left
