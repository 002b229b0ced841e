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
from solarrally_tui.wizard.run_outlook import monthly_by_stack, monthly_of
from solarrally_tui.wizard.run_progress import RunProgress

_STACKS: Final = frozenset(item.id for item in CATALOGUE)
_IN_AWS: Final = _STACKS | {DISTRIBUTION, IMAGE, FRONTEND}
"""Steps that AWS finishes without us. What the others have begun waits for the next run."""

_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Leaving:
    """A run that somebody is about to leave."""

    site: str
    destroys: bool
    finishing: tuple[str, ...]
    """Titles of the steps that AWS finishes."""
    waiting: int
    """How many steps wait for the next run."""
    total: int
    monthly: Decimal | None
    """USD a month of what exists by then; None where that is not known."""
    watched: str = ""
    """What another run is called, where this one only watches it."""

    @property
    def words(self) -> str:
        """Return it in sentences."""
        if self.watched:
            return f"You only watch. The run continues without you: {self.watched}."
        named = enumerated(self.finishing, _NAMED)
        ends = f"AWS finishes what it has begun: {named}." if named else "AWS is idle."
        waits = f"{self.waiting} of {self.total} steps wait until you continue."
        if self.monthly is None:
            cost = "What exists by then already costs money."
        elif self.destroys:
            cost = f"What is left costs about ${self.monthly:.0f} a month."
        else:
            cost = f"What exists by then costs about ${self.monthly:.0f} a month."
        return f"{ends} {waits} {cost}"

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


def leaving(run: RunProgress, estimate: Callable[[], Estimate] | None = None) -> Leaving:
    """Return what leaving a run means now. estimate: of the site, where its answers are known."""
    steps = run.steps.values()
    running = [view for view in steps if view.state in {State.RUNNING, State.OUT_OF_SIGHT}]
    finishing = tuple(view.title for view in running if view.id in _IN_AWS)
    over = {State.DONE, State.UNCHANGED, State.WARN}
    ended = sum(view.state in over for view in steps)
    waiting = len(run.steps) - ended - len(finishing)
    monthly = monthly_of(run, monthly_by_stack(estimate()) if estimate else {})
    return Leaving(run.site, run.destroys, finishing, waiting, len(run.steps), monthly, run.watched)
