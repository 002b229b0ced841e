"""What the steps of one run share: who reports, and how the steps so far have ended."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from solarrally_tui.aws.errors import Plain
from solarrally_tui.provisioning.engine.graph import Step
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import End, StepError, after_all
from solarrally_tui.text.enumeration import enumerated

T = TypeVar("T")
C = TypeVar("C", bound="Context")

Action = Callable[[C], Awaitable[End]]
"""What a step does with the context of its run."""


@dataclass(slots=True)
class Ends:
    """How each step ended. A step in neither mapping has not ended. Only the runner writes here."""

    done: dict[str, End] = field(default_factory=dict)
    failed: dict[str, StepError] = field(default_factory=dict)

    def learnt(self, step: str, kind: type[T]) -> T:
        """Return what a step learnt.

        Raises KeyError where the step is not done, which is a mistake in the graph of needs.
        """
        learnt = self.done[step].learnt
        if not isinstance(learnt, kind):
            raise TypeError(f"The step {step} learnt {learnt!r}, not a {kind.__name__}.")
        return learnt

    @property
    def changed(self) -> bool:
        """Whether any step changed the account, or may have."""
        return bool(self.failed) or any(end.changed for end in self.done.values())

    @property
    def warnings(self) -> tuple[Plain, ...]:
        """What could not be done, although the site works without it."""
        return tuple(warning for end in self.done.values() for warning in end.warnings)

    @property
    def stuck(self) -> tuple[str, ...]:
        """Resources, as STACK/RESOURCE, that AWS could neither roll back nor delete."""
        return tuple(place for error in self.failed.values() for place in error.stuck)

    @property
    def first_error(self) -> StepError | None:
        """The error that came first; later ones often follow from it.

        One that says that nothing was started does not where another step has started something.
        """
        error = next(iter(self.failed.values()), None)
        others = len(self.failed) > 1 or any(end.changed for end in self.done.values())
        if error and error.exit_code is Exit.CREDENTIALS and others:
            return after_all(error)
        return error


@dataclass(frozen=True, slots=True)
class Acceptances:
    """The steps of which AWS has accepted what they ask for, though they may not be done."""

    steps: set[str] = field(default_factory=set)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    """Set with every step that is added. The runner clears it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What every run has. Each kind of run adds its own fields."""

    narrator: Narrator
    ends: Ends = field(default_factory=Ends)
    acceptances: Acceptances = field(default_factory=Acceptances)

    @property
    def begun(self) -> bool:
        """Whether this run may have started something in AWS by now."""
        return bool(self.ends.done or self.ends.failed or self.acceptances.steps)

    def accepted(self, step: str) -> None:
        """Note that AWS has accepted what a step asks for: others need not wait for its end."""
        self.acceptances.steps.add(step)
        self.acceptances.news.set()

    def is_ready(self, step: Step) -> bool:
        """Whether everything that a step needs is done, or accepted where that is enough."""
        return step.needs <= self.ends.done.keys() and not self._not_accepted(step)

    def waits_for(self, step: Step) -> str:
        """Return what AWS has yet to accept before a step begins; empty where more is missing."""
        missing = self._not_accepted(step)
        if not missing or not step.needs <= self.ends.done.keys():
            return ""
        titles = sorted(map(self.title, missing))
        return f"Begins once AWS has begun {enumerated(titles, 1)}."

    def title(self, step: str) -> str:
        """Return what people read for a step."""
        return step

    def _not_accepted(self, step: Step) -> frozenset[str]:
        return step.needs_accepted - self.ends.done.keys() - self.acceptances.steps
