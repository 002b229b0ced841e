"""Every screen and dialog in front: nothing of its buttons is cut, and its keys do something."""

import pytest
from textual.pilot import Pilot
from textual.widgets import Button
from textual.widgets._footer import FooterKey
from textual.worker_manager import WorkerManager

from solarrally_tui.app import WizardApp
from solarrally_tui.wizard.session import Session
from tests.screens.fronts import FRONTS
from tests.screens.support import screen_text, settle
from tests.screens.test_dialog_snapshots import screens

SIZES = [(200, 60), (120, 40), (80, 24), (60, 20)]
BY_CLASS = {"escape", "ctrl+n", "ctrl+q", "ctrl+p", "ctrl+o", "f1"}
"""Keys that the base classes answer; what they do is tested where they are."""


def test_every_screen_and_dialog_is_walked() -> None:
    assert set(FRONTS) == screens() - {"KioskScreen"}  # which has neither buttons nor keys


@pytest.mark.parametrize("name", FRONTS)
async def test_in_front(name: str, session: Session) -> None:
    front = FRONTS[name]
    app = front.app(session)
    async with app.run_test(size=(120, 40)) as pilot:
        await front.reach(app, pilot)
        assert type(app.screen).__name__ == name
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await settle(app, pilot)
            assert cut(app) == [], size
            assert "^q Quit" in footer(app), size
        for key in sorted(shown_keys(app) - BY_CLASS):
            assert await does_something(app, pilot, key), key


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
        if not (whole if scrolls else seen == place.region and seen):
            found.append(str(one))
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
        add = WorkerManager.add_worker

        def noted(*args: object, **kwargs: object) -> None:
            asked.append(args)
            add(*args, **kwargs)  # type: ignore[arg-type]

        patch.setattr(WorkerManager, "add_worker", noted)
        await pilot.press(key)
        await settle(app, pilot)
    changed = before != (screen_text(app), app.clipboard, len(app.screen_stack))
    while len(app.screen_stack) > before[2]:
        app.screen.dismiss()
        await settle(app, pilot)
    return changed or bool(asked)
