"""What is true when somebody leaves during a run: what AWS finishes, what waits, what it costs."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.pricing.metering.estimate_lines import Estimate
from solarrally_tui.provisioning.deployment.step_graph import DISTRIBUTION, FRONTEND, IMAGE
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.text.enumeration import enumerated
from solarrally_tui.wizard.run_outlook import may_have_more, monthly_of, prices
from solarrally_tui.wizard.run_progress import Prospects, RunProgress, StepView

_STACKS: Final = frozenset(item.id for item in CATALOGUE)
_BUILDS: Final = frozenset({IMAGE, FRONTEND})
_IN_AWS: Final = _STACKS | _BUILDS | {DISTRIBUTION}
_OVER: Final = frozenset({State.DONE, State.UNCHANGED, State.WARN})
_OPEN: Final = frozenset({State.RUNNING, State.OUT_OF_SIGHT, State.WAITING_FOR_YOU})
_ROLLS_BACK: Final = frozenset({"ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"})
_NAMED: Final = 3
_LITTLE: Final = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Leaving:
    """A run that somebody is about to leave."""

    site: str
    destroys: bool
    finishing: tuple[str, ...]
    """Titles of the steps that AWS finishes: stacks and builds that it has begun."""
    waiting: int
    """How many steps wait for the next run."""
    total: int
    monthly: Decimal | None
    """USD a month of what exists by then; None where that is not known."""
    watched: str = ""
    """What another run is called, where this one only watches it."""
    rolling_back: tuple[str, ...] = ()
    """Titles of the steps that have failed, and that AWS rolls back."""
    asking: tuple[str, ...] = ()
    """Titles of the steps whose certificate waits for a DNS record."""
    unseen: tuple[str, ...] = ()
    """Titles of the steps of which cannot be seen now whether AWS is at work for them."""
    at_least: bool = False
    """Whether more may exist from an earlier run, which this one has not looked at."""

    @property
    def words(self) -> str:
        """Return it in sentences."""
        if self.watched:
            return f"You only watch. The run continues without you: {self.watched}."
        ends = (
            _of("AWS finishes what it has begun: {}.", self.finishing),
            _of("AWS rolls back what failed: {}.", self.rolling_back),
            _of("AWS waits up to 36 hours for a certificate's DNS record: {}.", self.asking),
            _of("It cannot be seen now whether AWS works on: {}.", self.unseen),
        )
        verb = "waits" if self.waiting == 1 else "wait"
        waits = f"{self.waiting} of {self.total} steps {verb} until you continue."
        said = " ".join(filter(None, ends)) or "This run has nothing under way in AWS."
        return f"{said} {waits} {self._cost}"

    @property
    def _cost(self) -> str:
        what = "What is left" if self.destroys else "What exists by then"
        if self.monthly is None:
            return "What exists by then already costs money."
        if self.monthly < _LITTLE and not self.at_least:
            return f"{what} costs less than $1 a month."
        most = "at least" if self.at_least else "about"
        return f"{what} costs {most} ${self.monthly:.0f} a month."

    @property
    def resume(self) -> str:
        """Return how to continue from the wizard, as a line to read after it."""
        if self.watched:
            return f"{self.words}\nTo see how it is: solarrally status {self.site}"
        key = "Delete" if self.destroys else "Deploy"
        return (
            f"The run of {self.site} is not finished. {self.words}\n"
            f"To continue: solarrally, open {self.site}, {key}. "
            f"To delete what is there: solarrally destroy {self.site}"
        )


def may_close(run: RunProgress, *, demonstration: bool) -> str:
    """Return whether somebody may close the program during a run, for a line beside it, or nothing.

    demonstration: whether leaving ends the simulated account, and all that is in it.
    """
    if run.watched:
        return "You can close this. The other run continues."
    if demonstration and run.silent_since is not None:
        return ""  # the account itself has ended
    may = "On AWS you could close this:" if demonstration else "You can close this."
    return f"{may} AWS finishes what it has begun."


def _of(words: str, titles: tuple[str, ...]) -> str:
    return words.format(enumerated(titles, _NAMED)) if titles else ""


def leaving(run: RunProgress, estimate: Callable[[], Estimate] | None = None) -> Leaving:
    """Return what leaving a run means now. estimate: of the site, where its answers are known.

    What AWS has begun is what it reported: a step whose change was not sent yet waits.
    """
    steps = run.steps.values()
    begun = [view for view in steps if view.state in _OPEN and _is_in_aws(view)]
    rolling = [view for view in begun if view.in_aws in _ROLLS_BACK]
    asking = [view for view in begun if view not in rolling and view.certificates]
    finishing = [view for view in begun if view not in rolling and view not in asking]
    unseen = [view for view in steps if _is_unseen(view)]
    ended = sum(view.state in _OVER for view in steps)
    return Leaving(
        run.site,
        run.destroys,
        _titles(finishing),
        len(run.steps) - ended - len(finishing),
        len(run.steps),
        monthly_of(run, prices(estimate()) if estimate else Prospects()),
        run.watched,
        _titles(rolling),
        _titles(asking),
        _titles(unseen),
        at_least=not run.destroys and (bool(unseen) or may_have_more(run)),
    )


def _titles(views: list[StepView]) -> tuple[str, ...]:
    return tuple(view.title for view in views)


def _is_in_aws(view: StepView) -> bool:
    """Whether CloudFormation or CodeBuild is at work for a step."""
    return view.in_aws.endswith("_IN_PROGRESS") or (view.id in _BUILDS and bool(view.in_aws))


def _is_unseen(view: StepView) -> bool:
    """Whether AWS may have begun what a step asks for, and has not reported it.

    For some seconds that is so of every step; without a connection or a sign-in, for longer.
    """
    return view.id in _IN_AWS and view.state in _OPEN and not view.in_aws
