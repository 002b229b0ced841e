"""An operator with a domain: from the first screen to a site at its own name, by keys alone.

On the embedded account, whose own name server is the world's DNS here.
"""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from solarrally_tui.app import WizardApp
from solarrally_tui.interview.draft_store import DraftStore
from solarrally_tui.screens.domain.copy import CopyScreen
from solarrally_tui.screens.domain.screen import DomainScreen
from solarrally_tui.screens.domain.zone import ZoneScreen
from solarrally_tui.screens.review.screen import ReviewScreen
from solarrally_tui.simulator.child import Account
from solarrally_tui.wizard.engine import real_services
from tests.screens.support import screen_text, settle, until, walk

NAME = "charging.sunny-way.de"


@pytest.fixture
def wizard(account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WizardApp:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", str(tmp_path))
    return WizardApp(real_services(), store=DraftStore(tmp_path / "drafts"))


async def press(app: WizardApp, pilot: Pilot[None], *keys: str) -> None:
    await walk(pilot, *keys)


@pytest.mark.torture
async def test_an_operator_with_a_domain_needs_three_typed_answers(wizard: WizardApp) -> None:
    async with wizard.run_test(size=(80, 24)) as pilot:
        await settle(wizard, pilot)
        await press(wizard, pilot, *"domain-way", "enter")
        await until(wizard, pilot, "Signed in")
        await press(wizard, pilot, "ctrl+n")
        await press(wizard, pilot, *"ops@example.com", "ctrl+n")
        assert isinstance(wizard.screen, DomainScreen)
        await press(wizard, pilot, "down")
        await press(wizard, pilot, "tab", *NAME)
        await until(wizard, pilot, f"No zone of this account contains {NAME}.")
        wizard.screen.query_one("#make").focus()
        await press(wizard, pilot, "enter")
        assert isinstance(wizard.screen, ZoneScreen)
        await press(wizard, pilot, "tab", "enter")
        assert isinstance(wizard.screen, CopyScreen)
        assert "sunny-way.de has a hosted zone" in screen_text(wizard)
        await press(wizard, pilot, "escape")
        await until(wizard, pilot, "sunny-way.de is delegated to its hosted zone.")
        for _ in ("size", "application", "review"):
            await press(wizard, pilot, "ctrl+n")
        assert isinstance(wizard.screen, ReviewScreen)
        await pilot.press("ctrl+n")
        await until(wizard, pilot, "Deploy domain-way?")
        await pilot.press("right", "enter")
        await until(wizard, pilot, "The site is up.")
        assert wizard.session.site.url == f"https://{NAME}"
        while not isinstance(wizard.screen, DomainScreen):
            await press(wizard, pilot, "escape")
        await until(wizard, pilot, "Issued, in us-east-1.")
