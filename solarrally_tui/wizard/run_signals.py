"""What a run signals to somebody who looks elsewhere: in the terminal's title, and at its end."""

import asyncio
import os
from collections.abc import Callable
from typing import Final

from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text import terminal_signals
from solarrally_tui.wizard.run_progress import RunProgress

_EVERY: Final = 1.0
"""Seconds between two titles."""
_ENDS: Final = {
    Exit.WAITING_FOR_YOU: "{site} needs you",
    Exit.OUT_OF_SIGHT: "{site}: connection lost",
}


def in_short(run: RunProgress) -> str:
    """Return how a run is, in a few words."""
    site = run.site
    if run.outcome is not None:
        if run.succeeded:
            return f"{site} is deleted" if run.destroys else f"{site} is up"
        return _ENDS.get(run.outcome.exit_code, "{site} stopped").format(site=site)
    if needs_you(run):
        return f"{site} needs you"
    if run.silent_since is not None:
        return f"{site}: no connection"
    if run.destroys:
        return f"Deleting {site}"
    return f"{run.finished_steps} of {len(run.steps)} steps, {site}"


def needs_you(run: RunProgress) -> bool:
    """Whether a step waits for the person."""
    return any(view.state is State.WAITING_FOR_YOU for view in run.steps.values())


async def follow(run: RunProgress, write: Callable[[str], None]) -> None:
    """Show in the terminal's title how a run is until it ends; notify when it needs somebody.

    write: to the terminal.
    """
    shown, asked = "", False
    while True:
        is_over, needed, now = not run.active, needs_you(run), in_short(run)
        if now != shown:
            write(terminal_signals.title(f"{now} - SolarRally"))
        if is_over:
            write(terminal_signals.notification(f"{now}.", os.environ))
            return
        if needed and not asked:
            write(terminal_signals.notification(f"{now}.", os.environ))
        shown, asked = now, needed
        await asyncio.sleep(_EVERY)
