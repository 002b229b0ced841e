"""Every screen and dialog in front: nothing of its buttons is cut, and its keys do something."""

import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Button
from textual.widgets._footer import FooterKey
from textual.worker import Worker
from textual.worker_manager import WorkerManager

from solarrally_tui.app import WizardApp
from solarrally_tui.wizard.session import Session
from tests.screens.fronts import FRONTS
from tests.screens.support import screen_text, settle, until
from tests.screens.test_dialog_snapshots import screens

LARGEST, SMALLEST = (200, 60), (60, 20)
BETWEEN = [(120, 40), (80, 24)] if "SOLARRALLY_TORTURE" in os.environ else []
SIZES = [LARGEST, *BETWEEN, SMALLEST]
ELSEWHERE = {"escape", "ctrl+n", "ctrl+q", "ctrl+p", "ctrl+o", "f1", "o"}
"""Keys of the base classes, tested with them, and O, which waits for a browser (test_handover)."""
STEPS = {name for name, front in FRONTS.items() if not front.keys and front.over is None}
FULL = STEPS | {"FleetScreen", "DiagnosisScreen"}
"""What uses the whole terminal; everything else lies over it."""
GROUPS = defaultdict[object, list[str]](list)
for one, how in FRONTS.items():
    GROUPS[how.step, how.prepare, tuple(how.facts)].append(one)


def test_every_screen_and_dialog_is_walked() -> None:
    assert set(FRONTS) == screens() - {"KioskScreen"}  # which has neither buttons nor keys


@pytest.mark.parametrize("names", GROUPS.values(), ids="-".join)
async def test_in_front(
    names: list[str], session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # Review saves a file where one stands
    app = FRONTS[names[0]].app(session)
    async with app.run_test(size=LARGEST) as pilot:
        for size in SIZES:
            await pilot.resize_terminal(*size)
            for name in names:
                if name not in FULL and size not in {LARGEST, SMALLEST}:
                    continue
                await FRONTS[name].reach(app, pilot)
                assert type(app.screen).__name__ == name
                # The keys are drawn after the screen; a jump has its question in their place.
                last = "Press a letter" if name == "JumpScreen" else "^q Quit"
                await until(app, pilot, last)
                assert last in footer(app), (name, size)
                assert cut(app) == [], (name, size)
                if name in STEPS:
                    assert keys_without_action(app) == [], (name, size)
                if name in STEPS and size == SMALLEST:
                    next_button = app.screen.query_one("#next", Button)
                    assert app.screen.region.contains_region(next_button.region), name
                    assert "Step" in screen_text(app) or name == "WelcomeScreen"
                if size == LARGEST:
                    for key in sorted(shown_keys(app) - ELSEWHERE):
                        assert await does_something(app, pilot, key), (name, key)
                        if type(app.screen).__name__ != name:
                            await close_dialogs(app, pilot)
                            await FRONTS[name].reach(app, pilot)
                await close_dialogs(app, pilot)


async def close_dialogs(app: WizardApp, pilot: Pilot[None]) -> None:
    while isinstance(app.screen, ModalScreen):
        app.screen.dismiss()
        await settle(app, pilot)


def cut(app: WizardApp) -> list[str]:
    """Return the buttons and keys in front that cannot be seen whole.

    A button in a body that scrolls may be further down; beside it nothing scrolls.
    """
    found = []
    screen = app.screen
    for one in [*screen.query(Button), *screen.query(FooterKey)]:
        if not one.display or not all(parent.display for parent in one.ancestors_with_self[:-2]):
            continue
        place = screen.find_widget(one)
        scrolls = any(parent.id == "body" for parent in one.ancestors)
        seen = place.visible_region
        whole = place.region.right <= place.clip.right and place.region.x >= place.clip.x
        # The blank behind the last key of a footer may be missing.
        least = place.region.width - isinstance(one, FooterKey)
        if not (whole if scrolls else seen.height == place.region.height and seen.width >= least):
            found.append(str(one))
    return found


def keys_without_action(app: WizardApp) -> list[str]:
    """Return the keys that may be shown, also where the footer has no room for them."""
    found = []
    for key, active in app.screen.active_bindings.items():
        name = active.binding.action.partition("(")[0].rpartition(".")[2]
        node = app if active.binding.action.startswith("app.") else active.node
        if active.binding.show and not hasattr(node, f"action_{name}"):
            found.append(key)
    return found


def footer(app: WizardApp) -> str:
    return screen_text(app).rstrip("\n").rpartition("\n")[2]


def shown_keys(app: WizardApp) -> set[str]:
    return {key.key for key in app.screen.query(FooterKey)}


async def does_something(app: WizardApp, pilot: Pilot[None], key: str) -> bool:
    """Whether a key changes what is seen, asks something in the background, or copies."""
    before = screen_text(app), app.clipboard, len(app.screen_stack)
    asked = []
    with pytest.MonkeyPatch.context() as patch:
        begin = WorkerManager._new_worker

        def noted(*args: Any, **kwargs: Any) -> Worker[Any]:
            asked.append(args)
            return begin(*args, **kwargs)

        patch.setattr(WorkerManager, "_new_worker", noted)
        await pilot.press(key)
        await settle(app, pilot)
    changed = before != (screen_text(app), app.clipboard, len(app.screen_stack))
    while len(app.screen_stack) > before[2]:
        app.screen.dismiss()
        await settle(app, pilot)
    return changed or bool(asked)
