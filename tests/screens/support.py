"""What tests of the wizard share: it opens on scripted services, and is read as text."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, cast

import httpx
import pytest
from textual._context import visible_screen_stack
from textual.app import App
from textual.pilot import Pilot
from textual.screen import UPDATE_PERIOD, ModalScreen
from textual.widgets import Static
from textual.worker import WorkerCancelled

from solarrally_tui.app import WizardApp
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.steps import ORDER
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.wizard.run_progress import RunProgress
from solarrally_tui.wizard.session import Session, SiteView

ANSWERS = {
    "name": "sunny-garage",
    "region": "us-east-1",
    "tier": "small",
    "alerts": {"email": "ops@example.com"},
}
PATIENCE = 120.0
"""Seconds after which what a test waits for will not come any more, however busy the machine is."""
Open = Callable[..., AbstractAsyncContextManager[tuple[WizardApp, Pilot[None]]]]


def app_at(step: str, session: Session) -> WizardApp:
    session.site.draft.step = step
    session.site.seen.update(ORDER[: ORDER.index(step)])
    return WizardApp(session.services, session=session)


def take(session: Session, facts: Mapping[str, Any]) -> None:
    """Write facts into the session, or into its open site where they are one's."""
    for name, value in facts.items():
        setattr(session.site if hasattr(session.site, name) else session, name, value)


async def settle(app: WizardApp, pilot: Pilot[None]) -> None:
    """Wait until no worker runs but a deployment or telemetry, and the screen is drawn."""
    while True:
        await drawn(app, pilot)
        asking = (
            {"stage", "quit", "dashboard", "charger"}
            if isinstance(app.screen, ModalScreen)
            else set()
        )
        lasting = {"deploy", "confirm", "listen", "telemetry", "wait"} | asking
        # The chargers of a demonstration charge until it ends.
        waiting = [
            worker
            for worker in app.workers
            if not worker.is_finished
            and worker.group not in lasting
            and not worker.group.startswith("charge ")
        ]
        if not waiting:
            return
        for worker in waiting:
            # One that was cancelled has ended, too: a newer one took its place.
            with contextlib.suppress(WorkerCancelled):
                await worker.wait()


async def drawn(app: App[Any], pilot: Pilot[Any]) -> None:
    """Wait until nothing is to run but what waits for a time, a thread or the network.

    The pilot takes a process for idle that gets no processor. And it takes a screen for drawn that
    is to be laid out again, or has something to do after that, when Textual next looks: sixty times
    a second.
    """
    loop: Any = asyncio.get_running_loop()
    await pilot.pause()
    while True:
        while loop._ready:
            await asyncio.sleep(0)
        # Textual lays out what shows around a dialog when a message happens to arrive there.
        around = [s for s in app._background_screens if any(getattr(s, n) for n in _TO_LAY_OUT)]
        for screen in around:
            screen._update_timer.resume()
        if not around and not any(getattr(app.screen, name) for name in _TO_DRAW):
            return
        await asyncio.sleep(UPDATE_PERIOD)


_TO_LAY_OUT = ("_layout_required", "_scroll_required", "_recompose_required", "_callbacks")
_TO_DRAW = (*_TO_LAY_OUT, "_repaint_required", "_dirty_widgets")
"""What Textual's screens remember to do with the next drawing."""


async def walk(pilot: Pilot[Any], *keys: str, seconds: float | None = None) -> str:
    """Press keys, each once the one before has taken effect; return what the terminal shows.

    seconds: waits so long instead of for the workers, for what goes on meanwhile.
    """
    app = cast("WizardApp", pilot.app)
    for key in keys:
        await pilot.press(key)
        await pilot.pause()
    await (settle(app, pilot) if seconds is None else pilot.pause(seconds))
    return screen_text(app)


async def until(app: WizardApp, pilot: Pilot[None], words: str) -> str:
    """Wait until the terminal shows words; return all that it shows."""
    end = time.monotonic() + PATIENCE
    while words not in (text := screen_text(app)):
        assert time.monotonic() < end, f"never saw {words!r}:\n{text}"
        # The pilot's own pause sends a message through every widget.
        await asyncio.sleep(0.1)
    return text


def said(app: WizardApp) -> str:
    """Return what the line beside the buttons says, however it is folded."""
    return str(app.screen.query_one("#say", Static).content)


def screen_text(app: WizardApp) -> str:
    """Return what the terminal shows as plain text."""
    # As Textual does; else a dialog would be drawn, and remembered, over nothing.
    visible_screen_stack.set(app._background_screens)
    lines = app.screen._compositor.render_strips()
    return "\n".join(strip.text for strip in lines)


def reached(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give this computer a browser; return where it has been led, with the user and password."""
    led = list[str]()

    def browse(url: str) -> bool:
        answer = httpx.get(url) if url.startswith("http://127.0.0.1") else None
        led.append(answer.headers["location"] if answer else url)
        return True

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("webbrowser.open", browse)
    return led


def deleted(name: str, outcome: Outcome | None = None) -> SiteView:
    """Return the view of a site whose deletion has ended well."""
    run = RunProgress({}, destroys=True, site=name)
    run.finish(outcome or Outcome(Exit.OK, f"Site {name} is deleted."))
    return SiteView(Draft({"name": name}), run=run)
