"""How a run is, in a few words, beside what else is shown meanwhile. Pure."""

from textual.content import Content

from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.screens.common.words import mark, sentence
from solarrally_tui.wizard.run_progress import RunProgress
from solarrally_tui.wizard.run_signals import needs_you

_ENDS = {Exit.WAITING_FOR_YOU: State.WAITING_FOR_YOU, Exit.OUT_OF_SIGHT: State.OUT_OF_SIGHT}


def run_sign(run: RunProgress) -> Content | None:
    """Return how a run is, in a few words; None where it has ended well."""
    if run.succeeded:
        return None
    if not run.active:
        state = _ENDS.get(run.exit_code or Exit.FAILED, State.FAILED)
        return sentence(state, "The deletion stopped" if run.destroys else "The deployment stopped")
    if needs_you(run):
        return sentence(State.WAITING_FOR_YOU, "Provision needs you")
    if run.silent_since is not None:
        return sentence(State.OUT_OF_SIGHT, "No connection to AWS")
    steps = "" if run.destroys or run.watched else f": {run.finished_steps} of {len(run.steps)}"
    said = f"{'Deleting' if run.destroys else 'Deploying'}{steps}"
    return Content.assemble(mark(State.RUNNING), said)
