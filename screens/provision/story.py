"""What presenter mode says of a run, as it is now: begun, at work, stopped, done. Pure."""

from typing import Final

from solarrally_tui.findings.glyphs import Tone
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.screens.presenter import STORIES, Story
from solarrally_tui.screens.provision.cause import signed_out, titled
from solarrally_tui.screens.provision.words import ending
from solarrally_tui.text.enumeration import enumerated
from solarrally_tui.wizard.run_progress import RunProgress

_CREATES: Final = "Each part is a CloudFormation stack in your own account. All of it is yours."
_DELETES: Final = "Only what was created for this site goes. Nothing else is touched."
_UP: Final = "From here on it runs in your account, without this program."


def story(run: RunProgress | None, *, signed_in: bool = False) -> Story:
    """Return what to say of a run. signed_in: whether somebody is, by now."""
    if run is None:
        return STORIES["provision"]
    if run.active:
        return _active(run)
    return _done(run) if run.succeeded else _stopped(run, signed_in=signed_in)


def _active(run: RunProgress) -> Story:
    views = run.steps.values()
    if run.watched:
        return Story("WATCHING", f"Another run: {run.watched}. Nothing is changed from here.")
    if failing := [view.title for view in views if view.fails]:
        text = f"{enumerated(failing, 1)} failed. {ending(run)}"
        return Story("A STEP FAILED", text, Tone.ERROR)
    if run.silent_since is not None:
        text = "AWS finishes what it has begun. Once it answers, the run continues."
        return Story("NO CONNECTION", text, Tone.WARNING)
    if asks := [view.title for view in views if view.state is State.WAITING_FOR_YOU]:
        text = f"{enumerated(asks, 1)} waits for a person. The page says what to do."
        return Story("NEEDS YOU", text, Tone.WARNING)
    text = _DELETES if run.destroys else _CREATES
    sign = f"{run.finished_steps} OF {len(run.steps)} STEPS" if run.finished_steps else "BEGUN"
    return Story(sign, text)


def _done(run: RunProgress) -> Story:
    outcome = run.outcome
    if run.destroys:
        stays = outcome is not None and outcome.kept
        text = "What stays is listed with its price." if stays else "Nothing of it remains."
        return Story("DELETED", text, Tone.SUCCESS)
    if outcome is not None and outcome.warnings:
        return Story("IT IS UP", f"One thing to see to: {outcome.warnings[0].what}", Tone.WARNING)
    return Story("IT IS UP", _UP, Tone.SUCCESS)


def _stopped(run: RunProgress, *, signed_in: bool) -> Story:
    if signed_out(run) and signed_in:
        return Story("SIGNED IN", "Try again continues with what AWS has done meanwhile.")
    if signed_out(run):
        text = "AWS finishes what it has begun. After Sign in it continues."
        return Story("SIGNED OUT", text, Tone.WARNING)
    if run.exit_code is Exit.OUT_OF_SIGHT:
        text = "AWS finishes what it has begun. Try again looks how far it is, and continues."
        return Story("NO CONNECTION", text, Tone.WARNING)
    cause = run.outcome.cause if run.outcome else None
    if cause is not None:
        said = [titled(words, run) for words in (cause.what, cause.why) if words]
    else:
        said = [run.outcome.summary] if run.outcome else []
    text = " ".join(f"{words.partition('. ')[0].rstrip('.')}." for words in said)
    if run.exit_code is Exit.WAITING_FOR_YOU:
        return Story("NEEDS YOU", text, Tone.WARNING)
    return Story("STOPPED", text, Tone.ERROR)
