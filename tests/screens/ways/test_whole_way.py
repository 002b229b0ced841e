"""From the first screen to the green status screen on the embedded account, by keys alone."""

from pathlib import Path
from typing import ClassVar, Self

import pytest
from textual.pilot import Pilot

from solarrally_tui.app import WizardApp
from solarrally_tui.interview.draft_store import DraftStore
from solarrally_tui.provisioning.engine.events import Event, State
from solarrally_tui.screens.charger import ChargerScreen
from solarrally_tui.screens.review.screen import ReviewScreen
from solarrally_tui.screens.status.screen import StatusScreen
from solarrally_tui.simulator.child import Account
from solarrally_tui.wizard.engine import real_services
from tests.health.health_setup import ChargerOnline
from tests.screens.support import screen_text, settle, until, walk


@pytest.fixture
def wizard(account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WizardApp:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", str(tmp_path))
    services = real_services(open_log=Log)
    return WizardApp(services, store=DraftStore(tmp_path / "drafts"))


class Log:
    """Keeps what a run's log file would hold."""

    lines: ClassVar[list[Event]] = []

    def __init__(self, command: str, site: str) -> None:
        assert (command, site) == ("deploy", "wizard-way")

    def write(self, event: Event) -> None:
        self.lines.append(event)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None


async def press(app: WizardApp, pilot: Pilot[None], *keys: str) -> None:
    await walk(pilot, *keys)


@pytest.mark.parametrize("size", [(80, 24)])
async def test_from_the_first_screen_to_a_green_status(
    wizard: WizardApp, size: tuple[int, int], tmp_path: Path
) -> None:
    async with wizard.run_test(size=size) as pilot:
        await settle(wizard, pilot)
        assert "Simulated account" in screen_text(wizard)
        await press(wizard, pilot, *"wizard-way", "enter")
        await until(wizard, pilot, "Signed in")
        await press(wizard, pilot, "ctrl+n")
        await press(wizard, pilot, *"ops@example.com", "enter", "ctrl+n")
        for _ in ("domain", "size", "application"):
            await press(wizard, pilot, "ctrl+n")
        assert isinstance(wizard.screen, ReviewScreen)
        await pilot.press("ctrl+n")
        await until(wizard, pilot, "Deploy wizard-way?")
        await pilot.press("right", "enter")
        await until(wizard, pilot, "The site is up.")
        done = {event.step for event in Log.lines if event.state is State.DONE}
        assert {"network", "data", "app", "edge", "publish"} <= done
        await press(wizard, pilot, "ctrl+n")
        assert isinstance(wizard.screen, ChargerScreen)
        await press(wizard, pilot, "enter")
        await until(wizard, pilot, "evse-1 is registered.")
        saved = tmp_path / "solarrally" / "wizard-way" / "evse-1" / "evse-1.key.pem"
        assert saved.exists()
        await press(wizard, pilot, "enter")
        await until(wizard, pilot, "The page shows evse-1.")
        await press(wizard, pilot, "enter")
        assert isinstance(wizard.screen, StatusScreen)
        # The proof was not the charger itself. Green means that a charger's messages were seen.
        await until(wizard, pilot, "1 charger is registered. Waiting for its first own message.")
        charger = ChargerOnline(saved.parent)
        try:
            await until(wizard, pilot, "All is well.")
        finally:
            charger.stop()
        assert "failing" not in screen_text(wizard)
        assert DraftStore(tmp_path / "drafts").all() == ()
